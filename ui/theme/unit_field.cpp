// Painting of unit_field.h's unit, and the room that the text leaves for it.
#include "ui/theme/unit_field.h"

#include <QPainter>
#include <QStyle>

namespace inflight::ui {
namespace {

constexpr int kGapPx = 10;

}  // namespace

UnitField::UnitField(const QString& unit, QWidget* parent) : QLineEdit(parent) { setUnit(unit); }

void UnitField::setUnit(const QString& unit) {
  m_unit = unit;
  const int room = unit.isEmpty() ? 0 : fontMetrics().horizontalAdvance(unit) + kGapPx;
  setTextMargins(0, 0, room, 0);
  update();
}

void UnitField::setInvalid(bool invalid) {
  if (property("invalid").toBool() == invalid) return;
  setProperty("invalid", invalid);
  // A style sheet looks at properties only when the widget is polished anew.
  style()->unpolish(this);
  style()->polish(this);
}

void UnitField::paintEvent(QPaintEvent* event) {
  QLineEdit::paintEvent(event);
  if (m_unit.isEmpty()) return;
  QPainter painter(this);
  painter.setPen(palette().color(QPalette::PlaceholderText));
  painter.drawText(rect().adjusted(0, 0, -kGapPx, 0), Qt::AlignRight | Qt::AlignVCenter, m_unit);
}

}  // namespace inflight::ui
