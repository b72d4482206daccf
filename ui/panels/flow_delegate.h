// Draws the table of flows: ticks and dashes as in that of runs, and a small picture of when each
// flow's data was sent.
#pragma once

#include "ui/panels/run_delegate.h"

namespace inflight::ui {

class FlowDelegate : public RunDelegate {
  Q_OBJECT

 public:
  using RunDelegate::RunDelegate;

 protected:
  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
};

}  // namespace inflight::ui
