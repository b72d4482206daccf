// Layout and notes of one setting.
#include "ui/panels/setting_row.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>

#include "ui/models/quantity_text.h"
#include "ui/panels/setting_editor.h"

namespace inflight::ui {

namespace {

constexpr int kControlWidth = 128;

QString effectSentence(lab::Effect effect) {
  return effect == lab::Effect::WhileRunning
             ? SettingRow::tr("Can be changed during a run, which leaves a mark.")
             : SettingRow::tr("Takes effect when a connection starts.");
}

}  // namespace

SettingRow::SettingRow(const lab::SettingInfo& info, QWidget* parent)
    : QWidget(parent),
      m_info(info),
      m_editor(makeSettingEditor(info, this)),
      m_error(makeNote("alert")),
      m_hint(makeNote("secondary")),
      m_waiting(makeNote("secondary")) {
  auto* label = new QLabel(toQString(info.label), this);
  label->setBuddy(m_editor->control());
  const QString tip = toQString(info.help) + QLatin1Char(' ') + effectSentence(info.effect);
  label->setToolTip(tip);
  if (m_editor->control()->toolTip() == toQString(info.help)) m_editor->control()->setToolTip(tip);
  m_editor->control()->setAccessibleName(toQString(info.label));
  m_hint->setAlignment(Qt::AlignRight);
  m_waiting->setTextFormat(Qt::RichText);

  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(6, 2, 6, 2);
  grid->setHorizontalSpacing(8);
  grid->setVerticalSpacing(4);
  grid->setColumnStretch(0, 1);
  if (m_editor->isWide()) {
    grid->addWidget(label, 0, 0, 1, 2);
    grid->addWidget(m_editor, 1, 0, 1, 2);
  } else {
    // A long name takes two lines rather than the panel's width.
    label->setWordWrap(true);
    label->setMinimumHeight(28);
    grid->addWidget(label, 0, 0, Qt::AlignTop);
    m_editor->setFixedWidth(kControlWidth);
    grid->addWidget(m_editor, 0, 1);
  }
  grid->addWidget(m_error, 2, 0, 1, 2);
  grid->addWidget(m_hint, 3, 0, 1, 2);
  grid->addWidget(m_waiting, 4, 0, 1, 2);
  connect(m_editor, &SettingEditor::edited, this, &SettingRow::edited);
  connect(m_waiting, &QLabel::linkActivated, this, &SettingRow::restartAsked);
}

QLabel* SettingRow::makeNote(const char* role) {
  auto* note = new QLabel(this);
  note->setProperty("role", role);
  note->setWordWrap(true);
  note->hide();
  return note;
}

void SettingRow::showValue(const QString& value) { m_editor->showValue(value); }

void SettingRow::showError(const QString& sentence) {
  m_editor->setInvalid(!sentence.isEmpty());
  m_error->setText(sentence);
  m_error->setVisible(!sentence.isEmpty());
}

void SettingRow::showHint(const QString& hint) {
  m_hint->setText(hint);
  m_hint->setVisible(!hint.isEmpty());
}

void SettingRow::showWaiting(bool waiting) {
  m_waiting->setText(
      tr("takes effect when a connection starts: <a href=\"restart\">restart now</a>"));
  m_waiting->setVisible(waiting);
}

void SettingRow::setHighlighted(bool highlighted) {
  m_highlighted = highlighted;
  update();
}

QWidget* SettingRow::control() const { return m_editor->control(); }

void SettingRow::paintEvent(QPaintEvent* event) {
  QWidget::paintEvent(event);
  if (!m_highlighted) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QColor accent = palette().color(QPalette::Highlight);
  painter.setPen(QPen(accent, 1.5));
  QColor fill = accent;
  fill.setAlphaF(0.10F);
  painter.setBrush(fill);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.75, 0.75, -0.75, -0.75), 6, 6);
}

}  // namespace inflight::ui
