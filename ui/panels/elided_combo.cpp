// Painting of elided_combo.h.
#include "ui/panels/elided_combo.h"

#include <QStylePainter>

namespace inflight::ui {

void ElidedCombo::paintEvent(QPaintEvent*) {
  // What the style keeps free around the text besides the field's own frame.
  constexpr int kTextMargin = 4;
  QStylePainter painter(this);
  QStyleOptionComboBox option;
  initStyleOption(&option);
  const QRect field =
      style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
  option.currentText = option.fontMetrics.elidedText(option.currentText, Qt::ElideRight,
                                                     field.width() - kTextMargin);
  painter.drawComplexControl(QStyle::CC_ComboBox, option);
  painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

}  // namespace inflight::ui
