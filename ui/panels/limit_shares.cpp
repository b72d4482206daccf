// Painting of limit_shares.h.
#include "ui/panels/limit_shares.h"

#include <QPainter>
#include <QPainterPath>
#include <cmath>

namespace inflight::ui {

namespace {

constexpr int kBarHeight = 14;
constexpr int kBarGap = 8;
constexpr int kSwatch = 10;

QString percent(double share) { return QStringLiteral("%1 %").arg(std::lround(share * 100)); }

}  // namespace

LimitShares::LimitShares(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setToolTip(
      tr("What kept the sender from sending more, as shares of the time from connect to the "
         "last byte"));
}

void LimitShares::setShares(std::vector<std::pair<trace::Limit, double>> shares) {
  if (shares == m_shares) return;
  m_shares = std::move(shares);
  QStringList words;
  for (const auto& [limit, share] : m_shares) {
    words << limitLabel(limit) + QLatin1Char(' ') + percent(share);
  }
  setAccessibleName(tr("Limited by"));
  setAccessibleDescription(words.join(QStringLiteral(", ")));
  setVisible(!m_shares.empty());
  updateGeometry();
  update();
}

void LimitShares::setTheme(const Theme& theme) {
  m_theme = theme;
  update();
}

int LimitShares::rowHeight() const { return fontMetrics().height() + 5; }

QSize LimitShares::sizeHint() const {
  return {260, kBarHeight + kBarGap + static_cast<int>(m_shares.size()) * rowHeight()};
}

void LimitShares::paintBar(QPainter& painter) const {
  QPainterPath rounded;
  rounded.addRoundedRect(QRectF(0, 0, width(), kBarHeight), 3, 3);
  painter.save();
  painter.setClipPath(rounded);
  painter.fillRect(0, 0, width(), kBarHeight, m_theme.grid);
  double left = 0;
  for (const auto& [limit, share] : m_shares) {
    const double right = left + share * width();
    painter.fillRect(QRectF(left, 0, right - left, kBarHeight), m_theme.limit(limit));
    // A gap of the panel's colour tells neighbours apart without colour.
    painter.fillRect(QRectF(right - 1, 0, 1, kBarHeight), m_theme.panel);
    left = right;
  }
  painter.restore();
}

void LimitShares::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paintBar(painter);
  int y = kBarHeight + kBarGap;
  for (const auto& [limit, share] : m_shares) {
    const QRect row(0, y, width(), rowHeight());
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.limit(limit));
    painter.drawRoundedRect(QRectF(0, y + (rowHeight() - kSwatch) / 2.0, kSwatch, kSwatch), 2, 2);
    painter.setPen(m_theme.text);
    painter.drawText(row.adjusted(kSwatch + 8, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     limitLabel(limit));
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, percent(share));
    y += rowHeight();
  }
}

}  // namespace inflight::ui
