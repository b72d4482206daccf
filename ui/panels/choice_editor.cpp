// Segments or a combo box.
#include "ui/panels/choice_editor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>

#include "ui/models/quantity_text.h"
#include "ui/theme/segmented_control.h"

namespace inflight::ui {

namespace {

constexpr qsizetype kMaxSegments = 4;
// All labels together; more does not fit the side panel.
constexpr qsizetype kMaxSegmentCharacters = 26;
// With more than these the labels need the room around them.
constexpr qsizetype kRoomyCharacters = 20;

}  // namespace

ChoiceEditor::ChoiceEditor(const lab::SettingInfo& info, QWidget* parent) : SettingEditor(parent) {
  QStringList labels;
  for (const auto choice : info.choices) {
    m_values << toQString(choice);
    labels << choiceLabel(choice);
  }
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  const QString help = toQString(info.help);
  const auto report = [this](int index) { Q_EMIT edited(m_values.value(index)); };
  if (labels.size() <= kMaxSegments && labels.join(QString()).size() <= kMaxSegmentCharacters) {
    const bool isDense =
        labels.size() == kMaxSegments || labels.join(QString()).size() > kRoomyCharacters;
    m_segments = new SegmentedControl(labels, this);
    for (int i = 0; i < labels.size(); ++i) {
      m_segments->segment(i)->setToolTip(tr("%1: %2").arg(labels[i], help));
      m_segments->segment(i)->setProperty("dense", isDense);
    }
    row->addWidget(m_segments);
    connect(m_segments, &SegmentedControl::currentChanged, this, report);
  } else {
    m_combo = new QComboBox(this);
    m_combo->addItems(labels);
    m_combo->setToolTip(help);
    row->addWidget(m_combo);
    connect(m_combo, &QComboBox::activated, this, report);
  }
}

void ChoiceEditor::showValue(const QString& value) {
  const auto index = static_cast<int>(m_values.indexOf(value));
  if (index < 0) return;
  if (m_segments) {
    const QSignalBlocker blocker(m_segments);
    m_segments->setCurrent(index);
  } else {
    m_combo->setCurrentIndex(index);
  }
}

QWidget* ChoiceEditor::control() const {
  return m_segments ? static_cast<QWidget*>(m_segments->segment(0)) : m_combo;
}

}  // namespace inflight::ui
