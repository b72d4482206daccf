// Draws the first column of the runs' table: tick, a dash in the run's colour, name.
#pragma once

#include <QStyledItemDelegate>

#include "ui/models/runs_model.h"
#include "ui/theme/theme.h"

namespace inflight::ui {

class RunDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void setTheme(const Theme& theme) { m_theme = theme; }
  // The model's role for the colour's number; that of RunsModel unless set.
  void setColorRole(int role) { m_colorRole = role; }

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

  const Theme& theme() const { return m_theme; }

 private:
  Theme m_theme = Theme::light();
  int m_colorRole = RunsModel::kColorRole;
};

}  // namespace inflight::ui
