// What happened in this sitting: time, level and sentence, newest last. Bounded: the oldest lines
// leave when 5,000 are reached.
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>
#include <deque>

namespace inflight::ui {

enum class LogLevel { Info, Warning, Error };

class LogModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Time, Level, Text, ColumnCount };
  static constexpr int kLevelRole = Qt::UserRole;
  static constexpr int kMaxLines = 5000;

  using QAbstractTableModel::QAbstractTableModel;

  void add(LogLevel level, const QString& text, const QDateTime& time);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Line {
    QDateTime time;
    LogLevel level;
    QString text;
  };
  std::deque<Line> m_lines;
};

QString logLevelName(LogLevel level);

}  // namespace inflight::ui
