// Two runs, one below the other: throughput and how far it fell, time to 90 %, completion time,
// retransmits, stalls, RTT, and by how many percent B differs from A. A column for each figure that
// one of them has; where it is missing on one side, so is the difference.
#pragma once

#include <QAbstractTableModel>
#include <array>
#include <vector>

#include "ui/models/run_store.h"

namespace inflight::ui {

class ComparisonModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Row { A, B, Difference, RowCount };
  // The first column; a figure in each of the others.
  static constexpr int kName = 0;
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
  struct Figure {
    QString title;
    QString meaning;
    std::array<QString, RowCount> texts;
    int better = 0;
  };

  // Of the rows; empty while there is nothing to compare.
  std::array<QString, RowCount> m_names;
  std::vector<Figure> m_figures;
};

}  // namespace inflight::ui
