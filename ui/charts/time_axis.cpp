// Arithmetic of ranges for time_axis.h, in whole nanoseconds.
#include "ui/charts/time_axis.h"

#include <algorithm>
#include <cmath>

namespace inflight::ui {

// Moves before it cuts, so that a range at the edge keeps its span as long as it can.
TimeRange TimeAxis::fitted(TimeRange range) const {
  const Duration most = m_limits.span();
  const Duration span = std::clamp(range.span(), std::min(kLeastSpan, most), most);
  if (range.span() != span) {
    const Instant middle = range.begin + range.span() / 2;
    range.begin = middle - span / 2;
  }
  range.begin = std::clamp(range.begin, m_limits.begin, m_limits.end - span);
  return {range.begin, range.begin + span};
}

void TimeAxis::change(TimeRange range, Gesture gesture) {
  range = fitted(range);
  if (range == m_visible) return;
  if (gesture == Gesture::Begin || m_past.empty()) {
    m_past.push_back(m_visible);
    if (m_past.size() > kMostSteps) m_past.erase(m_past.begin());
  }
  m_future.clear();
  m_visible = range;
  // Whoever moves away from the end wants to look at something: it must not slip away.
  m_following = m_visible.end == m_limits.end;
}

void TimeAxis::setLimits(TimeRange limits) {
  if (limits.span() < kLeastSpan) limits.end = limits.begin + kLeastSpan;
  const bool everything = showsEverything();
  m_limits = limits;
  if (m_following && everything) {
    m_visible = limits;
  } else if (m_following) {
    m_visible = fitted({limits.end - m_visible.span(), limits.end});
  } else {
    m_visible = fitted(m_visible);
  }
}

void TimeAxis::show(TimeRange range, Gesture gesture) { change(range, gesture); }

void TimeAxis::showAll() { change(m_limits, Gesture::Begin); }

void TimeAxis::zoomAt(Instant fixed, double factor, Gesture gesture) {
  fixed = std::clamp(fixed, m_visible.begin, m_visible.end);
  const double span = static_cast<double>(m_visible.span().count());
  const double share = static_cast<double>((fixed - m_visible.begin).count()) / span;
  const double limit = static_cast<double>(m_limits.span().count());
  const double least = std::min(static_cast<double>(kLeastSpan.count()), limit);
  const double wanted = std::clamp(span * factor, least, limit);
  const Duration next{std::llround(wanted)};
  const Instant begin = fixed - Duration{std::llround(share * wanted)};
  change({begin, begin + next}, gesture);
}

void TimeAxis::panBy(Duration distance, Gesture gesture) {
  // Beyond the limits there is nothing; clamped first so that the sum cannot overflow.
  distance = std::clamp(distance, m_limits.begin - m_visible.begin, m_limits.end - m_visible.end);
  change({m_visible.begin + distance, m_visible.end + distance}, gesture);
}

bool TimeAxis::undo() {
  if (m_past.empty()) return false;
  m_future.push_back(m_visible);
  m_visible = fitted(m_past.back());
  m_past.pop_back();
  m_following = m_visible.end == m_limits.end;
  return true;
}

bool TimeAxis::redo() {
  if (m_future.empty()) return false;
  m_past.push_back(m_visible);
  m_visible = fitted(m_future.back());
  m_future.pop_back();
  m_following = m_visible.end == m_limits.end;
  return true;
}

void TimeAxis::setFollowing(bool following) {
  m_following = following;
  if (following) m_visible = fitted({m_limits.end - m_visible.span(), m_limits.end});
}

}  // namespace inflight::ui
