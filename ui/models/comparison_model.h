// Two runs side by side: throughput, time to 90 %, completion time, retransmits, stalls, RTT, and
// by how many percent B differs from A. Where a figure is missing on one side, so is the
// difference.
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "ui/models/run_store.h"

namespace inflight::ui {

class ComparisonModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Figure, A, B, Difference, ColumnCount };
  // int: +1 where B is better than A, -1 where it is worse, 0 where neither (difference only).
  static constexpr int kBetterRole = Qt::UserRole;

  using QAbstractTableModel::QAbstractTableModel;

  void compare(const Run& a, const Run& b);
  void clear();

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Row {
    QString figure;
    QString a;
    QString b;
    QString difference;
    int better = 0;
  };

  QString m_nameA;
  QString m_nameB;
  std::vector<Row> m_rows;
};

}  // namespace inflight::ui
