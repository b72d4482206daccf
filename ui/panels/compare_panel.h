// Two runs side by side: a combo box for each, and the table of their figures with differences.
#pragma once

#include <QWidget>

#include "ui/models/comparison_model.h"
#include "ui/theme/theme.h"

class QComboBox;

namespace inflight::ui {

class RunStore;
class Table;

class ComparePanel : public QWidget {
  Q_OBJECT

 public:
  explicit ComparePanel(RunStore& store, QWidget* parent = nullptr);

  // Chooses these two; runs that are not finished cannot be compared.
  void compare(int idA, int idB);
  int a() const;
  int b() const;
  const ComparisonModel& model() const { return m_model; }
  void setTheme(const Theme& theme);

 private:
  void refill();
  void update();

  RunStore& m_store;
  ComparisonModel m_model;
  Table* m_table;
  QComboBox* m_a;
  QComboBox* m_b;
};

}  // namespace inflight::ui
