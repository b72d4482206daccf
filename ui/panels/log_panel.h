// The log as a table with a filter for its levels and a button that copies what is shown.
#pragma once

#include <QWidget>

class QSortFilterProxyModel;

namespace inflight::ui {

class LogModel;
class Table;

class LogPanel : public QWidget {
  Q_OBJECT

 public:
  explicit LogPanel(LogModel& model, QWidget* parent = nullptr);

 private:
  void setLeastLevel(int level);

  QSortFilterProxyModel* m_filter;
  Table* m_table;
};

}  // namespace inflight::ui
