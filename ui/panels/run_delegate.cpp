// The dash is the item's icon, so that the style places it between tick and name.
#include "ui/panels/run_delegate.h"

#include <QPainter>
#include <QPixmap>
#include <QWidget>

namespace inflight::ui {

namespace {
constexpr QSize kDash{18, 14};

// A pattern counts in widths of its pen: the same dashes with one twice as wide.
QList<qreal> halved(QList<qreal> pattern) {
  for (qreal& length : pattern) length /= 2;
  return pattern;
}
}  // namespace

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
    QPen pen = m_theme.runPen(m_theme.run(color.toInt()));
    pen.setWidthF(2);
    if (pen.style() == Qt::CustomDashLine) pen.setDashPattern(halved(pen.dashPattern()));
    painter.setPen(pen);
    painter.drawLine(QPointF(1, 7), QPointF(17, 7));
  }
  option->icon = QIcon(dash);
  option->decorationSize = kDash;
  option->features |= QStyleOptionViewItem::HasDecoration;
}

}  // namespace inflight::ui
