// The table of runs: one row a run, one column a figure. Ticking a row overlays it. Numbers are
// aligned right; what does not apply is a dash, never a zero.
#pragma once

#include <QAbstractTableModel>

#include "ui/format/unit.h"
#include "ui/models/run_store.h"

namespace inflight::ui {

class RunsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Name, Throughput, TimeTo90, Retransmits, Rtt, Stalled, Verdict, ColumnCount };
  // int: which of the palette's run colours stands for the row (first column only).
  static constexpr int kColorRole = Qt::UserRole;
  // int: the run's id.
  static constexpr int kIdRole = Qt::UserRole + 1;

  explicit RunsModel(RunStore& store, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString text(const Run& run, int column) const;

  RunStore& m_store;
};

}  // namespace inflight::ui
