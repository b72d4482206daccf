// The table of series: name, unit and kind of each, in the order of SeriesId.
#include "trace/series.h"

#include <algorithm>
#include <array>

namespace inflight::trace {
namespace {

using enum SeriesId;
using enum Unit;
using enum SeriesKind;

constexpr std::array<SeriesInfo, kSeriesCount> kSeries{{
    {Cwnd, "cwnd", Bytes, Gauge},
    {Ssthresh, "ssthresh", Bytes, Gauge},
    {ReceiveWindow, "receive_window", Bytes, Gauge},
    {BytesInFlight, "bytes_in_flight", Bytes, Gauge},
    {Pipe, "pipe", Bytes, Gauge},
    {RttSample, "rtt", Seconds, Samples},
    {RttSmoothed, "rtt_smoothed", Seconds, Gauge},
    {RttMin, "rtt_min", Seconds, Gauge},
    {Rto, "rto", Seconds, Gauge},
    {ReadBytes, "read", Bytes, Counter},
    {AckedBytes, "acked", Bytes, Counter},
    {SentBytes, "sent", Bytes, Counter},
    {RetransmittedBytes, "retransmitted", Bytes, Counter},
    {InnerBytes, "inner", Bytes, Counter},
    {WireBytes, "wire", Bytes, Counter},
    {SendBuffer, "send_buffer", Bytes, Gauge},
    {OutboundQueue, "outbound_queue", Packets, Gauge},
    {SealingBacklog, "sealing_backlog", Bytes, Gauge},
    {PathQueue, "path_queue", Bytes, Gauge},
    {PathTransit, "path_transit", Bytes, Gauge},
    {WaitingForHole, "waiting_for_hole", Bytes, Gauge},
    {Unread, "unread", Bytes, Gauge},
    {PathRate, "path_rate", BitsPerSecond, Gauge},
    {WMax, "w_max", Bytes, Gauge},
    {ModelBandwidth, "model_bandwidth", BitsPerSecond, Gauge},
    {ModelRtt, "model_rtt", Seconds, Gauge},
    {SendBufferSize, "send_buffer_size", Bytes, Gauge},
    {ReceiveBufferSize, "receive_buffer_size", Bytes, Gauge},
    {CrossBytes, "cross", Bytes, Counter},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kSeries.size(); ++i) {
    if (static_cast<std::size_t>(kSeries[i].id) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

const SeriesInfo& info(SeriesId id) { return kSeries[static_cast<std::size_t>(id)]; }

std::span<const SeriesInfo> all_series() { return kSeries; }

std::optional<SeriesId> series_by_name(std::string_view name) {
  const auto* const found = std::ranges::find(kSeries, name, &SeriesInfo::name);
  if (found == kSeries.end()) return std::nullopt;
  return found->id;
}

std::string_view to_string(Unit unit) {
  switch (unit) {
    case Bytes:
      return "bytes";
    case Packets:
      return "packets";
    case Seconds:
      return "seconds";
    case BitsPerSecond:
      return "bits_per_second";
  }
  return "";
}

}  // namespace inflight::trace
