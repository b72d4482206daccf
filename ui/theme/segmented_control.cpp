// The buttons of segmented_control.h; their look is in style.qss, by the property "segment".
#include "ui/theme/segmented_control.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QToolButton>

#include "base/check.h"

namespace inflight::ui {

SegmentedControl::SegmentedControl(const QStringList& labels, QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)) {
  CHECK(!labels.isEmpty());
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  for (int i = 0; i < labels.size(); ++i) {
    auto* button = new QToolButton(this);
    button->setText(labels[i]);
    button->setAccessibleName(labels[i]);
    button->setCheckable(true);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const bool first = i == 0;
    const bool last = i + 1 == labels.size();
    button->setProperty("segment", first && last ? "only"
                                   : first       ? "first"
                                   : last        ? "last"
                                                 : "middle");
    button->installEventFilter(this);
    row->addWidget(button);
    m_group->addButton(button, i);
  }
  m_group->button(0)->setChecked(true);
  connect(m_group, &QButtonGroup::idToggled, this, [this](int id, bool checked) {
    if (checked) Q_EMIT currentChanged(id);
  });
}

int SegmentedControl::current() const { return m_group->checkedId(); }

void SegmentedControl::setCurrent(int index) {
  if (auto* button = m_group->button(index)) button->setChecked(true);
}

QToolButton* SegmentedControl::segment(int index) const {
  return qobject_cast<QToolButton*>(m_group->button(index));
}

bool SegmentedControl::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const int key = static_cast<QKeyEvent*>(event)->key();
  if (key != Qt::Key_Left && key != Qt::Key_Right) return QWidget::eventFilter(watched, event);
  const int step = key == Qt::Key_Right ? 1 : -1;
  const auto count = static_cast<int>(m_group->buttons().size());
  for (int next = current() + step; next >= 0 && next < count; next += step) {
    if (!segment(next)->isEnabled()) continue;
    setCurrent(next);
    segment(next)->setFocus(Qt::TabFocusReason);
    break;
  }
  return true;
}

}  // namespace inflight::ui
