// Draws the first column of the runs' table: tick, a dash in the run's colour, name.
#pragma once

#include <QStyledItemDelegate>

#include "ui/theme/theme.h"

namespace inflight::ui {

class RunDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void setTheme(const Theme& theme) { m_theme = theme; }

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

 private:
  Theme m_theme = Theme::light();
};

}  // namespace inflight::ui
