// The visible stretch of time that all charts of a stack share, without pixels and without a
// window: its limits, zoom and pan within them, a history of ranges to step back through, and
// following the end of a growing run. Every range it gives lies within the limits.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"

namespace inflight::ui {

struct TimeRange {
  Instant begin;
  Instant end;

  Duration span() const { return end - begin; }
  bool operator==(const TimeRange&) const = default;
};

class TimeAxis {
 public:
  // One gesture (a turn of the wheel, a held key) is one step of the history: Continue replaces the
  // step that Begin made.
  enum class Gesture { Begin, Continue };

  // Zooming in ends here.
  static constexpr Duration kLeastSpan = 1us;
  static constexpr std::size_t kMostSteps = 200;

  const TimeRange& limits() const { return m_limits; }
  const TimeRange& visible() const { return m_visible; }
  bool showsEverything() const { return m_visible == m_limits; }

  // Where the data begins and ends. Keeps the visible range inside: while following, at the end
  // (with its span, or growing if everything was shown); otherwise where it is.
  void setLimits(TimeRange limits);

  // Shows `range`, cut to the limits; of a range shorter than kLeastSpan, its surroundings.
  void show(TimeRange range, Gesture gesture = Gesture::Begin);
  void showAll();
  // Scales the span by `factor` (below 1 zooms in); `fixed` stays where it is on the screen.
  void zoomAt(Instant fixed, double factor, Gesture gesture = Gesture::Begin);
  // Later for positive distances; stops at the limits.
  void panBy(Duration distance, Gesture gesture = Gesture::Begin);

  bool canUndo() const { return !m_past.empty(); }
  bool canRedo() const { return !m_future.empty(); }
  bool undo();
  bool redo();

  bool isFollowing() const { return m_following; }
  // Following moves the visible end to the limits' end at once.
  void setFollowing(bool following);
  // How far the visible end is behind the data.
  Duration behind() const { return m_limits.end - m_visible.end; }

 private:
  TimeRange fitted(TimeRange range) const;
  void change(TimeRange range, Gesture gesture);

  TimeRange m_limits{Instant{}, Instant{1s}};
  TimeRange m_visible = m_limits;
  bool m_following = true;
  std::vector<TimeRange> m_past;
  std::vector<TimeRange> m_future;
};

}  // namespace inflight::ui
