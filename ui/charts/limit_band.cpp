// Pieces, labels and hints for limit_band.h.
#include "ui/charts/limit_band.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/format/unit.h"

namespace inflight::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(LimitBand)
};

constexpr double kTextMarginPx = 8;
constexpr double kRadiusPx = 3;

}  // namespace

LimitBand::LimitBand(const ChartState& state) : m_state(state) {
  setAcceptedMouseButtons(Qt::NoButton);
}

void LimitBand::setMapping(const PlotMapping& mapping) {
  if (mapping.plot != m_mapping.plot) prepareGeometryChange();
  m_mapping = mapping;
}

QRectF LimitBand::boundingRect() const {
  return m_mapping.plot.adjusted(-m_mapping.plot.left(), 0, 1, 1);
}

std::vector<LimitBand::Piece> LimitBand::pieces() const {
  std::vector<Piece> pieces;
  if (m_state.main() == nullptr) return pieces;
  const Duration offset = m_state.views.front().offset;
  const auto all = m_state.main()->limits.intervals();
  const auto first = std::partition_point(all.begin(), all.end(), [&](const auto& interval) {
    return interval.end + offset <= m_mapping.range.begin;
  });
  std::array<double, trace::kLimitCount> inPixel{};
  double pixel = m_mapping.plot.left();
  const auto finishPixel = [&](double next) {
    const auto longest = std::max_element(inPixel.begin(), inPixel.end());
    if (*longest > 0) {
      const auto limit = static_cast<trace::Limit>(longest - inPixel.begin());
      const double right = std::min(pixel + 1, m_mapping.plot.right());
      if (!pieces.empty() && pieces.back().limit == limit && pieces.back().right >= pixel) {
        pieces.back().right = right;
      } else {
        pieces.push_back({pixel, right, limit});
      }
    }
    inPixel.fill(0);
    pixel = next;
  };
  for (auto interval = first; interval != all.end(); ++interval) {
    if (interval->begin + offset >= m_mapping.range.end) break;
    double left = std::max(m_mapping.x(interval->begin + offset), m_mapping.plot.left());
    const double right = std::min(m_mapping.x(interval->end + offset), m_mapping.plot.right());
    double& share = inPixel[static_cast<std::size_t>(interval->limit)];
    if (right < pixel + 1) {
      share += right - left;
      continue;
    }
    share += std::max(pixel + 1 - std::max(left, pixel), 0.0);
    finishPixel(std::floor(right));
    // The whole pixels between the first and the last.
    left = pieces.empty() ? left : std::max(std::ceil(left), pieces.back().right);
    if (pixel > left) {
      if (!pieces.empty() && pieces.back().limit == interval->limit &&
          pieces.back().right >= left) {
        pieces.back().right = pixel;
      } else {
        pieces.push_back({left, pixel, interval->limit});
      }
    }
    inPixel[static_cast<std::size_t>(interval->limit)] += right - pixel;
  }
  finishPixel(pixel);
  return pieces;
}

void LimitBand::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  painter->save();
  painter->setFont(m_state.fonts.small);
  painter->setPen(m_state.theme.secondary);
  painter->drawText(
      QRectF(0, m_mapping.plot.top(), m_mapping.plot.left() - 8, m_mapping.plot.height()),
      Qt::AlignRight | Qt::AlignVCenter, Words::tr("limit"));
  QPainterPath frame;
  frame.addRoundedRect(m_mapping.plot, kRadiusPx, kRadiusPx);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->fillPath(frame, m_state.theme.panel);
  painter->setClipPath(frame);
  const QFont& bold = m_state.fonts.bold;
  painter->setFont(bold);
  const QFontMetricsF metrics(bold);
  for (const Piece& piece : pieces()) {
    const QRectF box(piece.left, m_mapping.plot.top(), piece.right - piece.left,
                     m_mapping.plot.height());
    painter->fillRect(box, m_state.theme.limit(piece.limit));
    const QString label = limitLabel(piece.limit);
    if (metrics.horizontalAdvance(label) + 2 * kTextMarginPx > box.width()) continue;
    painter->setPen(m_state.theme.limitText(piece.limit));
    painter->drawText(box.adjusted(kTextMarginPx, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                      label);
  }
  painter->restore();
}

std::optional<trace::LimitInterval> LimitBand::intervalAt(QPointF at) const {
  if (m_state.main() == nullptr || !m_mapping.plot.contains(at)) return std::nullopt;
  const Instant time = m_mapping.time(at.x()) - m_state.views.front().offset;
  const auto all = m_state.main()->limits.intervals();
  const auto found = std::partition_point(
      all.begin(), all.end(), [time](const auto& interval) { return interval.end <= time; });
  if (found == all.end() || found->begin > time) return std::nullopt;
  return *found;
}

QString LimitBand::hintAt(QPointF at) const {
  const auto interval = intervalAt(at);
  if (!interval) return {};
  return Words::tr("%1 for %2, from %3 to %4")
      .arg(limitLabel(interval->limit), formatDuration(interval->end - interval->begin),
           formatInstant(interval->begin, 1ms), formatInstant(interval->end, 1ms));
}

}  // namespace inflight::ui
