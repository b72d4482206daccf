// The dash is the item's icon, so that the style places it between tick and name.
#include "ui/panels/run_delegate.h"

#include <QPainter>
#include <QPixmap>
#include <QWidget>

namespace inflight::ui {

namespace {
constexpr QSize kDash{18, 14};
}

void RunDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  // Focus is shown by the row's colour, not by a frame around one cell.
  option->state &= ~QStyle::State_HasFocus;
  const QVariant color = index.data(m_colorRole);
  if (index.column() != 0) return;
  const qreal ratio = option->widget ? option->widget->devicePixelRatioF() : 1;
  QPixmap dash(kDash * ratio);
  dash.setDevicePixelRatio(ratio);
  dash.fill(Qt::transparent);
  if (color.isValid()) {
    QPainter painter(&dash);
    painter.fillRect(QRectF(1, 5.5, 16, 3), m_theme.run(color.toInt()));
  }
  option->icon = QIcon(dash);
  option->decorationSize = kDash;
  option->features |= QStyleOptionViewItem::HasDecoration;
}

}  // namespace inflight::ui
