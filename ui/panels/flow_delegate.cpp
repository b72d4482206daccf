// The picture: a bar for each piece of the flow's time.
#include "ui/panels/flow_delegate.h"

#include <QPainter>
#include <algorithm>

#include "ui/models/flows_model.h"

namespace inflight::ui {

namespace {
constexpr int kSidePx = 6;
constexpr int kTopPx = 6;
}  // namespace

void FlowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
  RunDelegate::paint(painter, option, index);
  if (index.column() != FlowsModel::Activity) return;
  const QByteArray shape = index.data(FlowsModel::kActivityRole).toByteArray();
  const QRectF box = QRectF(option.rect).adjusted(kSidePx, kTopPx, -kSidePx, -kTopPx);
  if (shape.isEmpty() || box.width() < static_cast<double>(shape.size())) return;
  // Whole pixels: bars that all look alike.
  const double bar = std::floor(box.width() / static_cast<double>(shape.size()));
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing, false);
  const QColor colour = theme().series(trace::SeriesId::ReadBytes);
  double x = box.left();
  painter->fillRect(QRectF(x, box.bottom() - 1, bar * static_cast<double>(shape.size()), 1),
                    Theme::mix(colour, theme().panel, 0.7));
  for (const char piece : shape) {
    const double height = std::round(box.height() * static_cast<std::uint8_t>(piece) / 255);
    if (piece != 0) {
      painter->fillRect(QRectF(x, box.bottom() - std::max(height, 1.0), bar, std::max(height, 1.0)),
                        colour);
    }
    x += bar;
  }
  painter->restore();
}

}  // namespace inflight::ui
