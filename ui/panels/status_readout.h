// The left part of the status bar: what the charts say at the cursor, or at the end of the run.
#pragma once

#include <QLabel>

#include "ui/charts/readout.h"
#include "ui/format/unit.h"

namespace inflight::ui {

class StatusReadout : public QLabel {
  Q_OBJECT

 public:
  explicit StatusReadout(QWidget* parent = nullptr);

  // `lost`: packets lost until then.
  void showReadout(const Readout& readout, std::int64_t lost, UnitStyle style);
};

}  // namespace inflight::ui
