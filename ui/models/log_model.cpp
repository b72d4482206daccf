// A bounded list of lines as a table.
#include "ui/models/log_model.h"

namespace inflight::ui {

QString logLevelName(LogLevel level) {
  switch (level) {
    case LogLevel::Info:
      return LogModel::tr("Info");
    case LogLevel::Warning:
      return LogModel::tr("Warning");
    case LogLevel::Error:
      return LogModel::tr("Error");
  }
  return {};
}

void LogModel::add(LogLevel level, const QString& text, const QDateTime& time) {
  if (std::ssize(m_lines) == kMaxLines) {
    beginRemoveRows({}, 0, 0);
    m_lines.pop_front();
    endRemoveRows();
  }
  const int row = static_cast<int>(m_lines.size());
  beginInsertRows({}, row, row);
  m_lines.push_back({time, level, text});
  endInsertRows();
}

int LogModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int LogModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Line& line = m_lines[static_cast<std::size_t>(index.row())];
  if (role == kLevelRole) return static_cast<int>(line.level);
  if (role == Qt::ToolTipRole && index.column() == Text) return line.text;
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Time:
      return line.time.toString(QStringLiteral("HH:mm:ss.zzz"));
    case Level:
      return logLevelName(line.level);
    default:
      return line.text;
  }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Time:
      return tr("Time");
    case Level:
      return tr("Level");
    default:
      return tr("What happened");
  }
}

}  // namespace inflight::ui
