// Trace: what every source produces and every chart, verdict, comparison and export takes. t = 0 is
// the application's connect. A Trace grows by batches while its run goes on and is then only read.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trace/event.h"
#include "trace/limit.h"
#include "trace/series.h"
#include "trace/summary.h"
#include "trace/time_series.h"
#include "wire/address.h"

namespace inflight::trace {

enum class Source : std::uint8_t { Lab, Live, Capture, Sockets };

struct TraceInfo {
  std::string title;
  Source source = Source::Lab;
  // Of t = 0, nanoseconds since 1970 UTC; 0 if unknown.
  std::int64_t started_unix_ns = 0;
  // The program that made it: "inflight 0.1.0".
  std::string producer;
  // The scenario or the settings of both ends, as JSON text; empty if there are none.
  std::string scenario_json;
  std::optional<std::uint64_t> seed;
  std::optional<wire::Endpoint> sender;
  std::optional<wire::Endpoint> receiver;
  ByteCount mss;
  // How long one data-less round takes at best, for smoothing before a minimum RTT is known.
  std::optional<Duration> base_rtt;
  // How far the two ends' clocks may be apart (Live with samples from the peer).
  std::optional<Duration> clock_uncertainty;
  // Things the viewer should know: "the peer's window is not visible", "12 packets skipped" …
  std::vector<std::string> notes;
};

struct SeriesSample {
  SeriesId series = SeriesId::Cwnd;
  Sample sample;
};

// What was recorded since the last batch, in the order of time within each series. Immutable once
// handed out; shared between threads as shared_ptr<const Batch>.
struct Batch {
  std::vector<SeriesSample> samples;
  std::vector<Event> events;
  std::vector<std::pair<Instant, Limit>> limits;
  // How far the run has come.
  Instant until;
  // Samples that were merged for want of room (Live only).
  std::uint64_t coalesced = 0;
};

class Trace {
 public:
  Trace() = default;
  explicit Trace(TraceInfo trace_info) : info(std::move(trace_info)) {}

  TraceInfo info;
  RunSummary summary;
  LimitStrip limits;
  // Ascending times.
  std::vector<Event> events;

  // Empty if this trace has no such series.
  const TimeSeries& series(SeriesId id) const { return series_[static_cast<std::size_t>(id)]; }
  TimeSeries& series(SeriesId id) { return series_[static_cast<std::size_t>(id)]; }
  bool has(SeriesId id) const { return !series(id).empty(); }

  // Samples of each series and limits ascend, within the batch and from batch to batch; events are
  // put in their places.
  void append(const Batch& batch);
  // The end of what was recorded so far; t = 0 if nothing was.
  Instant end() const { return end_; }
  void extend(Instant until) { end_ = std::max(end_, until); }
  // Bytes of memory held, roughly.
  std::size_t memory() const;
  // All pyramids up to date: until the next sample, several threads may read it.
  void prepare() const;

 private:
  std::array<TimeSeries, kSeriesCount> series_;
  Instant end_{};
};

}  // namespace inflight::trace
