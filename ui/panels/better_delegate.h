// Colours the difference column of a comparison: green where B is better, the alert colour where it
// is worse; the sign says the same without colour.
#pragma once

#include <QStyledItemDelegate>

#include "ui/theme/theme.h"

namespace inflight::ui {

class BetterDelegate : public QStyledItemDelegate {
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
