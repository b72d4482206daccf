// Text, alignment and ticks of the runs' table.
#include "ui/models/runs_model.h"

#include "ui/format/number.h"

namespace inflight::ui {

namespace {

const QString kNone = QStringLiteral("–");

QString durationOrNone(const std::optional<Duration>& value) {
  return value ? formatDuration(*value) : kNone;
}

QString rttText(const diagnosis::RunFigures& figures) {
  if (!figures.rtt_p50 || !figures.rtt_p99) return kNone;
  return RunsModel::tr("%1 / %2 ms")
      .arg(formatFixed(to_seconds(*figures.rtt_p50) * 1e3, 0),
           formatFixed(to_seconds(*figures.rtt_p99) * 1e3, 0));
}

}  // namespace

RunsModel::RunsModel(RunStore& store, QObject* parent)
    : QAbstractTableModel(parent), m_store(store) {
  connect(&store, &RunStore::aboutToAdd, this, [this](int row) { beginInsertRows({}, row, row); });
  connect(&store, &RunStore::added, this, [this] { endInsertRows(); });
  connect(&store, &RunStore::aboutToRemove, this,
          [this](int row) { beginRemoveRows({}, row, row); });
  connect(&store, &RunStore::removed, this, [this] { endRemoveRows(); });
  connect(&store, &RunStore::changed, this,
          [this](int row) { Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1)); });
}

int RunsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : m_store.count();
}

int RunsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QString RunsModel::text(const Run& run, int column) const {
  if (column == Name) return run.name;
  if (run.running) return column == Verdict ? tr("running …") : kNone;
  switch (column) {
    case Throughput:
      return tr("%1 Mbit/s").arg(formatFixed(run.figures.throughput_mbits, 1));
    case TimeTo90:
      return durationOrNone(run.figures.time_to_90);
    case Retransmits:
      return formatCount(run.figures.retransmits);
    case Rtt:
      return rttText(run.figures);
    case Stalled:
      return run.figures.stalls == 0 ? kNone : formatDuration(run.figures.stalled);
    case Verdict:
      return run.verdict;
    default:
      return {};
  }
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Run& run = m_store.at(index.row());
  const bool isText = index.column() == Name || index.column() == Verdict;
  switch (role) {
    case Qt::DisplayRole:
      return text(run, index.column());
    case Qt::EditRole:
      return index.column() == Name ? QVariant(run.name) : QVariant();
    case Qt::ToolTipRole:
      return index.column() == Name ? tr("Tick to overlay this run; double-click to rename it")
                                    : QVariant();
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(
          Qt::Alignment(Qt::AlignVCenter | (isText ? Qt::AlignLeft : Qt::AlignRight)));
    case Qt::CheckStateRole:
      if (index.column() != Name) return {};
      return run.shown ? Qt::Checked : Qt::Unchecked;
    case kColorRole:
      return index.column() == Name ? QVariant(run.color) : QVariant();
    case kIdRole:
      return run.id;
    default:
      return {};
  }
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid) || index.column() != Name) return false;
  const int id = m_store.at(index.row()).id;
  if (role == Qt::CheckStateRole) return m_store.setShown(id, value.toInt() == Qt::Checked);
  const QString name = value.toString().trimmed();
  if (role != Qt::EditRole || name.isEmpty()) return false;
  m_store.rename(id, name);
  return true;
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
  auto flags = QAbstractTableModel::flags(index);
  if (index.column() == Name) flags |= Qt::ItemIsUserCheckable | Qt::ItemIsEditable;
  return flags;
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    const bool isText = section == Name || section == Verdict;
    return QVariant::fromValue(
        Qt::Alignment(Qt::AlignVCenter | (isText ? Qt::AlignLeft : Qt::AlignRight)));
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Name:
      return tr("Run");
    case Throughput:
      return tr("Throughput");
    case TimeTo90:
      return tr("Time to 90 %");
    case Retransmits:
      return tr("Retransmits");
    case Rtt:
      return tr("RTT p50 / p99");
    case Stalled:
      return tr("Stalled");
    case Verdict:
      return tr("Verdict");
    default:
      return {};
  }
}

}  // namespace inflight::ui
