// Segments or a combo box.
#include "ui/panels/choice_editor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>

#include "ui/models/quantity_text.h"
#include "ui/theme/segmented_control.h"
#include "ui/theme/theme.h"

namespace inflight::ui {

namespace {

constexpr qsizetype kMaxSegments = 4;
// What the side panel leaves for a row of segments at its narrowest, and what each takes beside its
// text (style.qss), where they stand apart and where they stand close together.
constexpr int kRoom = 236;
constexpr int kAroundText = 24;
constexpr int kAroundDenseText = 8;

bool fit(const QStringList& labels, const QFont& font, int aroundText) {
  if (labels.size() > kMaxSegments) return false;
  const QFontMetrics metrics(fontOf(font, 0, true));
  // A tool button adds the room of two spaces.
  const int around = aroundText + 2 * metrics.horizontalAdvance(QLatin1Char(' '));
  int width = 0;
  for (const QString& label : labels) width += metrics.horizontalAdvance(label) + around;
  return width <= kRoom;
}

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
  // Where even close segments have no room, a combo box stands for them.
  const bool isDense = !fit(labels, font(), kAroundText);
  if (fit(labels, font(), kAroundDenseText)) {
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
    for (int i = 0; i < labels.size(); ++i) m_combo->setItemData(i, labels[i], Qt::ToolTipRole);
    // As wide as the panel has room for, not as its longest choice.
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(1);
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
