// Text colour by kBetterRole.
#include "ui/panels/better_delegate.h"

#include "ui/models/comparison_model.h"

namespace inflight::ui {

void BetterDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  option->state &= ~QStyle::State_HasFocus;
  const int better = index.data(ComparisonModel::kBetterRole).toInt();
  if (better == 0) return;
  const QColor color = better > 0 ? m_theme.series(trace::SeriesId::ReceiveWindow) : m_theme.alert;
  option->palette.setColor(QPalette::Text, color);
  option->palette.setColor(QPalette::HighlightedText, color);
  option->font.setWeight(QFont::DemiBold);
}

}  // namespace inflight::ui
