// Painting of one box.
#include "ui/panels/pipeline_box.h"

#include <QEvent>
#include <QPainter>

namespace inflight::ui {

namespace {

constexpr int kPadding = 6;
constexpr int kBarHeight = 4;

QFont smallFont(const QFont& font) { return fontOf(font, -1); }
QFont valueFont(const QFont& font) { return fontOf(font, 0, true); }

// The longest of the texts that fits, the last one cut if none does.
QString fitting(const QFontMetrics& metrics, const QString& full, const QString& shorter,
                int width) {
  if (metrics.horizontalAdvance(full) <= width) return full;
  return metrics.elidedText(shorter, Qt::ElideRight, width);
}

}  // namespace

PipelineBox::PipelineBox(QWidget* parent) : QAbstractButton(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::PointingHandCursor);
}

int PipelineBox::heightFor(const QFont& font) {
  const int lines =
      2 * QFontMetrics(smallFont(font)).height() + QFontMetrics(valueFont(font)).height();
  return lines + 2 * kPadding + kBarHeight + 4;
}

QSize PipelineBox::sizeHint() const { return {100, heightFor(font())}; }

void PipelineBox::setStage(const PipelineStage& stage) {
  if (m_stage == stage) return;
  m_stage = stage;
  setToolTip(tr("<b>%1</b>: %2, %3<br>%4<br>Click to see it over time.")
                 .arg(stage.name, stage.value, stage.detail, stage.meaning));
  setAccessibleName(stage.name);
  setAccessibleDescription(stage.value + QStringLiteral(", ") + stage.detail);
  update();
}

void PipelineBox::setTheme(const Theme& theme) {
  m_theme = theme;
  update();
}

void PipelineBox::enterEvent(QEnterEvent*) { update(); }
void PipelineBox::leaveEvent(QEvent*) { update(); }

void PipelineBox::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paintFrame(painter);
  paintText(painter);
  paintBar(painter);
}

void PipelineBox::paintFrame(QPainter& painter) const {
  const QColor border = hasFocus() || isDown() ? m_theme.accent
                        : m_stage.alert        ? m_theme.alert
                                               : m_theme.hairline;
  painter.setPen(QPen(border, hasFocus() ? 1.5 : 1));
  painter.setBrush(underMouse() ? m_theme.hover : m_theme.panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

void PipelineBox::paintText(QPainter& painter) const {
  const int width = this->width() - 2 * kPadding;
  int y = kPadding;
  const auto line = [&](const QFont& font, const QColor& color, const QString& text) {
    painter.setFont(font);
    painter.setPen(color);
    const int height = QFontMetrics(font).height();
    painter.drawText(QRect(kPadding, y, width, height), Qt::AlignLeft | Qt::AlignVCenter, text);
    y += height;
  };
  const QFont small = smallFont(font());
  const QFontMetrics metrics(small);
  line(small, m_theme.secondary, fitting(metrics, m_stage.name, m_stage.shortName, width));
  line(valueFont(font()), m_theme.text, m_stage.value);
  const QColor detail = m_stage.alert ? m_theme.alert : m_theme.secondary;
  line(small, detail, metrics.elidedText(m_stage.detail, Qt::ElideRight, width));
}

void PipelineBox::paintBar(QPainter& painter) const {
  const QRectF bar(kPadding, height() - kPadding - kBarHeight, width() - 2 * kPadding, kBarHeight);
  painter.setPen(Qt::NoPen);
  painter.setBrush(m_theme.grid);
  painter.drawRoundedRect(bar, 2, 2);
  if (!m_stage.fill || *m_stage.fill <= 0) return;
  QRectF full = bar;
  full.setWidth(std::max(2.0, bar.width() * *m_stage.fill));
  painter.setBrush(m_stage.alert ? m_theme.alert : m_theme.accent);
  painter.drawRoundedRect(full, 2, 2);
}

}  // namespace inflight::ui
