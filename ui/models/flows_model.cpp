// Text and numbers of the flows' table.
#include "ui/models/flows_model.h"

#include <algorithm>
#include <array>

#include "ui/format/number.h"
#include "ui/format/unit.h"

namespace inflight::ui {

namespace {

constexpr UnitStyle kStyle{UnitStyle::Rate::Bits, UnitStyle::Prefix::Decimal};
const QString kNone = QStringLiteral("–");

bool isText(int column) {
  return column == FlowsModel::Name || column == FlowsModel::Activity ||
         column == FlowsModel::Verdict;
}

QVariant alignment(int column) {
  return QVariant::fromValue(
      Qt::Alignment(Qt::AlignVCenter | (isText(column) ? Qt::AlignLeft : Qt::AlignRight)));
}

QByteArray activityBytes(const FlowRow& row) {
  QByteArray bytes;
  for (const std::uint8_t piece : row.activity) bytes.append(static_cast<char>(piece));
  return bytes;
}

QString flowName(const FlowRow& row) {
  return QString::fromStdString(row.sender) + QStringLiteral(" → ") +
         QString::fromStdString(row.receiver);
}

}  // namespace

void FlowsModel::clear() {
  beginResetModel();
  m_entries.clear();
  m_rows.clear();
  endResetModel();
}

void FlowsModel::update(const std::vector<FlowRow>& rows) {
  std::vector<const FlowRow*> added;
  for (const auto& row : rows) {
    const auto known = m_rows.find(row.index);
    if (known == m_rows.end()) {
      // A row may come twice in one delivery; the later one is the newer.
      m_rows.emplace(row.index, static_cast<int>(m_entries.size() + added.size()));
      added.push_back(&row);
    } else if (known->second < static_cast<int>(m_entries.size())) {
      m_entries[static_cast<std::size_t>(known->second)].row = row;
    } else {
      added[static_cast<std::size_t>(known->second) - m_entries.size()] = &row;
    }
  }
  const int before = static_cast<int>(m_entries.size());
  if (before > 0) Q_EMIT dataChanged(index(0, 0), index(before - 1, ColumnCount - 1));
  if (added.empty()) return;
  beginInsertRows({}, before, before + static_cast<int>(added.size()) - 1);
  for (const auto* row : added) m_entries.push_back({*row, {}, false});
  endInsertRows();
}

int FlowsModel::rowOf(std::uint32_t flow) const {
  const auto found = m_rows.find(flow);
  return found == m_rows.end() ? -1 : found->second;
}

QString FlowsModel::name(std::uint32_t flow) const {
  const int row = rowOf(flow);
  return row < 0 ? QString() : flowName(m_entries[static_cast<std::size_t>(row)].row);
}

void FlowsModel::setVerdict(std::uint32_t flow, const QString& verdict) {
  const int row = rowOf(flow);
  if (row < 0) return;
  m_entries[static_cast<std::size_t>(row)].verdict = verdict;
  Q_EMIT dataChanged(index(row, Verdict), index(row, Verdict));
}

void FlowsModel::setTicked(std::uint32_t flow, bool ticked) {
  const int row = rowOf(flow);
  if (row < 0 || m_entries[static_cast<std::size_t>(row)].ticked == ticked) return;
  m_entries[static_cast<std::size_t>(row)].ticked = ticked;
  Q_EMIT dataChanged(index(row, Name), index(row, Name));
  Q_EMIT tickedChanged();
}

std::vector<std::uint32_t> FlowsModel::ticked() const {
  std::vector<std::uint32_t> result;
  for (const auto& entry : m_entries) {
    if (entry.ticked) result.push_back(entry.row.index);
  }
  return result;
}

int FlowsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int FlowsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QString FlowsModel::text(const Entry& entry, int column) const {
  const FlowRow& row = entry.row;
  switch (column) {
    case Name:
      return flowName(row);
    case Bytes:
      return formatBytes(row.bytes, kStyle);
    case Throughput:
      return tr("%1 Mbit/s").arg(formatFixed(row.throughput * 1e-6, 2));
    case Time:
      return formatDuration(row.duration);
    case InitialRtt:
      return row.initialRtt ? formatDuration(*row.initialRtt) : kNone;
    case Retransmissions:
      return formatCount(row.retransmissions);
    case Verdict:
      return entry.verdict.isEmpty() ? kNone : entry.verdict;
    default:
      return {};
  }
}

QVariant FlowsModel::sortKey(const Entry& entry, int column) const {
  const FlowRow& row = entry.row;
  switch (column) {
    case Activity:
      // A picture has no order: that of the file.
      return row.index;
    case Bytes:
      return static_cast<qlonglong>(row.bytes.value());
    case Throughput:
      return row.throughput;
    case Time:
      return static_cast<qlonglong>(row.duration.count());
    case InitialRtt:
      return static_cast<qlonglong>(row.initialRtt.value_or(Duration{-1}).count());
    case Retransmissions:
      return static_cast<qlonglong>(row.retransmissions);
    default:
      return text(entry, column);
  }
}

QVariant FlowsModel::tip(const Entry& entry, int column) const {
  if (column == Name) return tr("Tick to overlay this flow");
  if (column != Activity) return {};
  const auto& shape = entry.row.activity;
  const auto busiest = std::ranges::max_element(shape);
  if (*busiest == 0) return tr("No data was sent");
  const auto piece = static_cast<std::int64_t>(busiest - shape.begin());
  const auto pieces = static_cast<std::int64_t>(shape.size());
  return tr("When its data was sent, over %1: most of it %2 after its first packet")
      .arg(formatDuration(entry.row.duration), formatDuration(entry.row.duration * piece / pieces));
}

QVariant FlowsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return text(entry, index.column());
    case Qt::ToolTipRole:
      return tip(entry, index.column());
    case kActivityRole:
      if (index.column() != Activity) return {};
      return activityBytes(entry.row);
    case Qt::AccessibleTextRole:
      return index.column() == Activity ? tip(entry, Activity) : QVariant();
    case Qt::TextAlignmentRole:
      return alignment(index.column());
    case Qt::CheckStateRole:
      if (index.column() != Name) return {};
      return entry.ticked ? Qt::Checked : Qt::Unchecked;
    case kSortRole:
      return sortKey(entry, index.column());
    case kFlowRole:
      return entry.row.index;
    case kColorRole: {
      if (index.column() != Name || !entry.ticked) return {};
      const auto flows = ticked();
      return static_cast<int>(std::ranges::find(flows, entry.row.index) - flows.begin());
    }
    default:
      return {};
  }
}

bool FlowsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return false;
  if (index.column() != Name || role != Qt::CheckStateRole) return false;
  setTicked(m_entries[static_cast<std::size_t>(index.row())].row.index,
            value.toInt() == Qt::Checked);
  return true;
}

Qt::ItemFlags FlowsModel::flags(const QModelIndex& index) const {
  auto flags = QAbstractTableModel::flags(index);
  if (index.column() == Name) flags |= Qt::ItemIsUserCheckable;
  return flags;
}

QVariant FlowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
  if (role == Qt::TextAlignmentRole) return alignment(section);
  if (role != Qt::DisplayRole) return {};
  const std::array<QString, ColumnCount> names{
      tr("Flow"),     tr("Over its time"), tr("Bytes"),      tr("Throughput"),
      tr("Duration"), tr("Initial RTT"),   tr("Sent again"), tr("Verdict")};
  return names[static_cast<std::size_t>(section)];
}

}  // namespace inflight::ui
