// The named time series that a Trace may hold: one vocabulary for every source. All values are
// doubles in the unit given here: bytes, packets, seconds or bits per second.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace inflight::trace {

enum class SeriesId : std::uint8_t {
  Cwnd,
  Ssthresh,       // absent samples while infinite
  ReceiveWindow,  // the peer's advertised window as the sender knows it, scaled
  BytesInFlight,  // SND.NXT - SND.UNA - SACKed
  Pipe,           // RFC 6675's estimate
  RttSample,      // Karn-clean samples
  RttSmoothed,
  RttMin,
  Rto,
  ReadBytes,           // counter: read by the receiving application
  AckedBytes,          // counter: cumulatively acknowledged
  SentBytes,           // counter: payload sent, retransmissions included
  RetransmittedBytes,  // counter: payload sent again
  InnerBytes,          // counter: IP packets into the tunnel
  WireBytes,  // counter: its bytes that left the bottleneck or the socket, tunnel overhead included
  SendBuffer,         // bytes held in the send buffer, sent or not
  OutboundQueue,      // packets between stack and tunnel
  SealingBacklog,     // bytes waiting for the encryption rate
  PathQueue,          // bytes in the bottleneck's queue
  PathTransit,        // bytes on their way behind the bottleneck
  WaitingForHole,     // bytes received out of order
  Unread,             // bytes in order, not read by the application yet
  PathRate,           // bits per second: the bottleneck's rate
  WMax,               // CUBIC's plateau
  ModelBandwidth,     // bits per second: what BBR believes the path carries
  ModelRtt,           // and its round-trip time without a queue
  SendBufferSize,     // what the send buffer may hold
  ReceiveBufferSize,  // what the receive buffer may hold
  CrossBytes,         // counter: read by the applications of the other flows on the path together
};
inline constexpr std::size_t kSeriesCount = 29;

enum class Unit : std::uint8_t { Bytes, Packets, Seconds, BitsPerSecond };
// Gauge: holds its value until the next sample. Samples: single measurements. Counter: only grows;
// its slope is a rate.
enum class SeriesKind : std::uint8_t { Gauge, Samples, Counter };

struct SeriesInfo {
  SeriesId id;
  // Stable name used in files: "cwnd", "bytes_in_flight" …
  std::string_view name;
  Unit unit;
  SeriesKind kind;
};

const SeriesInfo& info(SeriesId id);
std::span<const SeriesInfo> all_series();
std::optional<SeriesId> series_by_name(std::string_view name);
std::string_view to_string(Unit unit);

}  // namespace inflight::trace
