// The table of a capture's flows. Rows come and change while the file loads; ticked ones are laid
// over one another.
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <unordered_map>
#include <vector>

#include "ui/bridge/flow_row.h"

namespace inflight::ui {

class FlowsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column {
    Name,
    Activity,
    Bytes,
    Throughput,
    Time,
    InitialRtt,
    Retransmissions,
    Verdict,
    ColumnCount
  };
  // For sorting: the plain number behind a cell.
  static constexpr int kSortRole = Qt::UserRole;
  // quint32: the flow's index in the capture.
  static constexpr int kFlowRole = Qt::UserRole + 1;
  // int: which of the palette's run colours (ticked rows only).
  static constexpr int kColorRole = Qt::UserRole + 2;
  // QByteArray: when its data was sent, see flow_activity.h (column Activity only).
  static constexpr int kActivityRole = Qt::UserRole + 3;

  using QAbstractTableModel::QAbstractTableModel;

  void clear();
  // New ones are added at the end, known ones replaced.
  void update(const std::vector<FlowRow>& rows);
  void setVerdict(std::uint32_t flow, const QString& verdict);
  // Ticks and unticks without asking.
  void setTicked(std::uint32_t flow, bool ticked);
  // Ticked flows in the order of their rows.
  std::vector<std::uint32_t> ticked() const;
  // -1 if there is no such flow.
  int rowOf(std::uint32_t flow) const;
  QString name(std::uint32_t flow) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 Q_SIGNALS:
  void tickedChanged();

 private:
  struct Entry {
    FlowRow row;
    QString verdict;
    bool ticked = false;
  };
  QString text(const Entry& entry, int column) const;
  QVariant sortKey(const Entry& entry, int column) const;
  QVariant tip(const Entry& entry, int column) const;

  std::vector<Entry> m_entries;
  std::unordered_map<std::uint32_t, int> m_rows;
};

}  // namespace inflight::ui
