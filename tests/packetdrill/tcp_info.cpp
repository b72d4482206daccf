#include "packetdrill/tcp_info.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace inflight::packetdrill {
namespace {

// Linux's numbers of what its congestion control is about.
enum CaState : std::uint8_t { kOpen, kDisorder, kCwr, kRecovery, kLoss };
constexpr std::uint8_t kClose = 7;
constexpr std::uint8_t kListen = 10;
constexpr std::uint8_t kOptionTimestamps = 1;
constexpr std::uint8_t kOptionSack = 2;
constexpr std::uint8_t kOptionWindowScale = 4;
constexpr std::uint8_t kOptionEcn = 8;
constexpr std::uint8_t kOptionSynData = 32;
constexpr std::uint32_t kInfiniteThreshold = 0x7fffffff;
// Fractions of bytes may be missing from whole segments.
constexpr double kRounding = 0.01;
constexpr std::int64_t kTimestampsSize = 12;
constexpr std::int64_t kHeadersV4 = 40;
constexpr std::int64_t kHeadersV6 = 60;

std::uint32_t u32(std::int64_t value) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
}
std::uint32_t microseconds(Duration duration) { return u32(duration / 1us); }
std::uint64_t u64(ByteCount count) { return static_cast<std::uint64_t>(count.value()); }

std::uint8_t linux_state(tcp::State state) {
  switch (state) {
    case tcp::State::Established:
      return 1;
    case tcp::State::SynSent:
      return 2;
    case tcp::State::SynReceived:
      return 3;
    case tcp::State::FinWait1:
      return 4;
    case tcp::State::FinWait2:
      return 5;
    case tcp::State::CloseWait:
      return 8;
    case tcp::State::LastAck:
      return 9;
    case tcp::State::Closing:
      return 11;
    // A socket in TIME-WAIT has given its connection away.
    case tcp::State::TimeWait:
    case tcp::State::Closed:
      break;
  }
  return kClose;
}

std::uint8_t ca_state(const tcp::Snapshot& snapshot, const tcp::Details& details) {
  if (details.after_timeout) return kLoss;
  if (snapshot.in_recovery) return kRecovery;
  if (details.reducing) return kCwr;
  return details.sacked > 0 || details.duplicates > 0 ? kDisorder : kOpen;
}

void fill_windows(const tcp::Snapshot& snapshot, const tcp::Details& details, TcpInfo& info) {
  const double mss = static_cast<double>(std::max<std::int64_t>(snapshot.mss.value(), 1));
  const congestion::Status& status = snapshot.congestion;
  const auto window = static_cast<double>(details.window.value());
  info.snd_cwnd = u32(static_cast<std::int64_t>(std::floor(window / mss)));
  info.snd_ssthresh = status.ssthresh
                          ? u32(static_cast<std::int64_t>(*status.ssthresh / mss + kRounding))
                          : kInfiniteThreshold;
  info.snd_wnd = u32(snapshot.send_window.value());
  info.rcv_wnd = u32(snapshot.receive_window.value());
}

void fill_times(const tcp::Snapshot& snapshot, const tcp::Details& details, Instant now,
                TcpInfo& info) {
  const auto since = [now](Instant then) { return u32((now - then) / 1ms); };
  info.rto = microseconds(snapshot.rto);
  info.rtt = microseconds(snapshot.smoothed_rtt.value_or(Duration{}));
  info.rttvar = microseconds(details.rtt_variation);
  info.min_rtt = snapshot.min_rtt ? microseconds(*snapshot.min_rtt)
                                  : std::numeric_limits<std::uint32_t>::max();
  info.last_data_sent = since(details.last_data_sent);
  info.last_data_recv = since(details.last_data_received);
  info.last_ack_recv = since(details.last_ack_received);
  info.busy_time = microseconds(details.busy);
  info.rwnd_limited = microseconds(details.window_limited);
  info.sndbuf_limited = microseconds(details.buffer_limited);
}

void fill_counters(const tcp::Counters& counters, TcpInfo& info) {
  info.total_retrans = u32(counters.retransmits);
  info.bytes_acked = u64(counters.bytes_acked);
  info.bytes_received = u64(counters.bytes_received);
  info.bytes_sent = u64(counters.bytes_sent);
  info.bytes_retrans = u64(counters.bytes_retransmitted);
  info.segs_out = u32(counters.segments_sent);
  info.segs_in = u32(counters.segments_received);
  info.delivered = u32(counters.segments_delivered);
  info.delivered_ce = u32(counters.marked_segments_delivered);
  info.total_rto = static_cast<std::uint16_t>(counters.rtos);
}

}  // namespace

TcpInfo make_tcp_info(const Socket& socket, const tcp::Connection* connection, Instant now) {
  TcpInfo info{};
  info.state = socket.kind == Socket::Kind::Listening ? kListen : kClose;
  info.advmss = u32(socket.config.mss.value());
  if (connection == nullptr) return info;
  const tcp::Snapshot snapshot = connection->snapshot();
  const tcp::Details details = connection->details(now);
  info.state = linux_state(snapshot.state);
  info.ca_state = ca_state(snapshot, details);
  info.retransmits = static_cast<std::uint8_t>(details.retries);
  info.probes = static_cast<std::uint8_t>(details.probes);
  info.backoff = static_cast<std::uint8_t>(details.back_offs);
  info.options = static_cast<std::uint8_t>(
      (details.timestamps ? kOptionTimestamps : 0) | (details.sack ? kOptionSack : 0) |
      (details.window_scaling ? kOptionWindowScale : 0) | (snapshot.ecn ? kOptionEcn : 0) |
      (snapshot.fast_open == tcp::FastOpenUse::DataTaken ? kOptionSynData : 0));
  info.window_scales =
      static_cast<std::uint8_t>((details.send_shift & 15U) | (details.receive_shift & 15U) << 4U);
  info.ato = microseconds(socket.config.ack_delay);
  info.snd_mss = u32(snapshot.mss.value());
  info.rcv_mss = u32(details.receive_mss.value());
  info.unacked = u32(details.unacked);
  info.sacked = u32(details.sacked);
  // Without SACK each duplicate ACK stands for a segment that arrived.
  if (!details.sack) {
    info.sacked = u32(std::min<std::int64_t>(details.duplicates, details.unacked - 1));
  }
  info.lost = u32(details.lost);
  info.retrans = u32(details.retransmitted);
  info.reordering = u32(details.reordering);
  info.reord_seen = u32(details.reorderings);
  const std::int64_t options = details.timestamps ? kTimestampsSize : 0;
  info.advmss = u32(socket.config.mss.value() - options);
  const bool v4 = !socket.local || socket.local->address.is_v4();
  info.pmtu = u32(socket.config.mss.value() + (v4 ? kHeadersV4 : kHeadersV6));
  info.notsent_bytes = u32(snapshot.unsent.value());
  fill_windows(snapshot, details, info);
  fill_times(snapshot, details, now, info);
  fill_counters(snapshot.counters, info);
  return info;
}

}  // namespace inflight::packetdrill
