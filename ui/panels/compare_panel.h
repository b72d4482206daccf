// Two runs compared: a combo box for each, and the table of their figures with differences.
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
  // The two boxes, for the corner beside the tabs: they take no room from the table there.
  QWidget* chooser() const { return m_chooser; }
  void setTheme(const Theme& theme);

 private:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void refill();
  void update();
  void fitColumns();

  RunStore& m_store;
  ComparisonModel m_model;
  Table* m_table;
  // Always there, so that the tabs keep their look; its boxes come and go with the table.
  QWidget* m_chooser;
  QWidget* m_boxes;
  QComboBox* m_a;
  QComboBox* m_b;
};

}  // namespace inflight::ui
