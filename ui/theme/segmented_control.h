// A row of buttons of which exactly one is chosen, joined into one frame: "Off | HyStart |
// HyStart++". Left and right arrows move the choice, as in a group of radio buttons.
#pragma once

#include <QStringList>
#include <QWidget>

class QButtonGroup;
class QToolButton;

namespace inflight::ui {

class SegmentedControl : public QWidget {
  Q_OBJECT

 public:
  explicit SegmentedControl(const QStringList& labels, QWidget* parent = nullptr);

  // Index of the chosen segment, from 0; at least one exists.
  int current() const;
  void setCurrent(int index);
  // For tooltips, names for screen readers, and disabling one choice.
  QToolButton* segment(int index) const;

 Q_SIGNALS:
  // Also when set by setCurrent.
  void currentChanged(int index);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QButtonGroup* m_group;
};

}  // namespace inflight::ui
