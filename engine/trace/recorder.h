// Recorder: the engine's side of a Trace. Whoever runs the connection hands in samples, events and
// limits as they happen; whoever owns the session takes them out in batches. It keeps what a chart
// needs and no more: a gauge or a counter that did not change adds nothing, and of several values
// at one instant only the last remains. In the steady state nothing is allocated per sample: each
// batch reserves what the last one needed. Its hash covers all that was handed in and
// was news, whatever the batches' boundaries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "trace/run_hash.h"
#include "trace/trace.h"

namespace inflight::trace {

// What to do with a gauge's or counter's value that equals the one before.
enum class Repeat : std::uint8_t { Drop, Keep };

class Recorder {
 public:
  // Times ascend within each series; `value` is in the series' unit.
  void sample(SeriesId series, Instant time, double value, Repeat repeat = Repeat::Drop);
  void event(Event event);
  // From `time` on this limit holds; times ascend.
  void limit(Instant time, Limit limit);
  // The run has come this far, whether or not anything was recorded.
  void advance(Instant now);

  // What was recorded since the last call.
  Batch take_batch();
  bool empty() const { return batch_.samples.empty() && batch_.events.empty(); }

  // Adds bytes that are not recorded but belong to the run: the inner packets.
  void hash_bytes(Bytes bytes) { hash_.add(bytes); }
  std::uint64_t hash() const { return hash_.value(); }

 private:
  static constexpr std::size_t kTaken = static_cast<std::size_t>(-1);
  struct Last {
    bool any = false;
    Instant time;
    double value = 0;
    // Place in the current batch, kTaken if it went out with an earlier one.
    std::size_t index = kTaken;
  };

  Batch batch_;
  std::array<Last, kSeriesCount> last_{};
  std::optional<Limit> last_limit_;
  RunHash hash_;
};

}  // namespace inflight::trace
