// Labels for time_ruler.h.
#include "ui/charts/time_ruler.h"

#include <QPainter>
#include <QPainterPath>

#include "ui/format/ticks.h"

namespace inflight::ui {
namespace {

constexpr double kTickDistancePx = 88;
constexpr double kOverhangPx = 40;

}  // namespace

int mostTimeTicks(double width) { return std::max(static_cast<int>(width / kTickDistancePx), 1); }

TimeRuler::TimeRuler(const ChartState& state) : m_state(state) {
  setAcceptedMouseButtons(Qt::NoButton);
}

void TimeRuler::setMapping(const PlotMapping& mapping) {
  if (mapping.plot != m_mapping.plot) prepareGeometryChange();
  m_mapping = mapping;
}

QRectF TimeRuler::boundingRect() const {
  return m_mapping.plot.adjusted(-kOverhangPx, 0, kOverhangPx, 0);
}

void TimeRuler::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  if (m_state.main() == nullptr) return;
  painter->setFont(m_state.fonts.small);
  painter->setPen(m_state.theme.secondary);
  const int most = mostTimeTicks(m_mapping.plot.width());
  for (const Tick& tick : timeTicks(m_mapping.range.begin, m_mapping.range.end, most).ticks) {
    const double x = m_mapping.x(Instant{from_seconds(tick.value)});
    const QRectF box(x - 80, m_mapping.plot.top(), 160, m_mapping.plot.height());
    painter->drawText(box, Qt::AlignHCenter | Qt::AlignVCenter, tick.label);
  }
}

}  // namespace inflight::ui
