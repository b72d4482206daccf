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

  // `count`: of what went wrong until then, packets lost if it has no other name.
  void showReadout(const Readout& readout, std::int64_t count, UnitStyle style,
                   const QString& countName = tr("lost"));
};

}  // namespace inflight::ui
