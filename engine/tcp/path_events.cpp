// What the network says of a connection's segments, by ICMP: errors and the path's MTU. The stack
// has found the connection; what a message may do to it stands here (RFC 9293 §3.9.2.2, RFC 5927).
#include <algorithm>

#include "tcp/connection.h"

namespace inflight::tcp {
namespace {

constexpr ByteCount kTimestampsSize{12};

// RFC 1122 §4.2.3.9: the other host, not the way to it, will not have us.
bool is_refusal(wire::IcmpMeaning error) {
  return error == wire::IcmpMeaning::ProtocolUnreachable ||
         error == wire::IcmpMeaning::PortUnreachable;
}

bool ends_attempt(wire::IcmpMeaning error, AttemptEnds ends) {
  using enum wire::IcmpMeaning;
  const bool refusal = is_refusal(error);
  switch (ends) {
    case AttemptEnds::OnRefusal:
      return refusal;
    case AttemptEnds::OnBan:
      return refusal || error == Prohibited || error == TimeExceeded;
    case AttemptEnds::OnAnyError:
      return true;
    case AttemptEnds::OnNone:
      break;
  }
  return false;
}

}  // namespace

bool Connection::is_in_flight(SeqNum seq) const {
  if (phase_ == Phase::Closed || phase_ == Phase::TimeWait) return false;
  const StreamOffset offset = unwrap(seq, iss_, sender_.snd_una());
  return offset >= sender_.snd_una() && offset < sender_.snd_nxt();
}

ByteCount Connection::payload_limit() const {
  // RFC 9293 §3.7.1: options come out of the segment's size.
  const ByteCount mss = std::min({config_.mss, peer_mss_, path_mss_.value_or(config_.mss)});
  return mss - (timestamps_ ? kTimestampsSize : ByteCount{0});
}

ByteCount Connection::announced_mss() const {
  const bool limited = config_.path_mtu_limits_announced_mss && path_mss_.has_value();
  return limited ? std::min(config_.mss, *path_mss_) : config_.mss;
}

void Connection::on_path_mtu(std::optional<ByteCount> mss, Instant now) {
  path_mss_ = mss;
  // Before the handshake there is nothing to lower: the peer's SYN sets the size. A SYN with data
  // did not get through, and one without may.
  if (phase_ == Phase::SynSent) sender_.on_syn_too_large();
  if (phase_ == Phase::SynSent || phase_ == Phase::Closed) return;
  const ByteCount before = sender_.mss();
  sender_.on_path_mtu(payload_limit());
  report_segment_size(before, now);
}

void Connection::report_segment_size(ByteCount before, Instant now) {
  if (sender_.mss() == before) return;
  report(EventKind::PathMtuChanged, now, static_cast<double>(sender_.mss().value()));
}

void Connection::on_network_error(wire::IcmpMeaning error, Instant now) {
  network_error_ = error;
  if (events_.size() < kMaxEvents) {
    events_.push_back({.kind = EventKind::NetworkError, .time = now, .error = error});
  }
  // RFC 5927 §5.2: once a segment of the peer has been seen, no message ends the connection; it is
  // tried for as long as the retransmission timer says.
  const bool ends = ends_attempt(error, config_.attempt_ends);
  if (phase_ == Phase::SynSent && ends) end(EndReason::Unreachable, Phase::Closed, now);
}

void Connection::on_network_error_unaccepted(wire::IcmpMeaning error, Instant now) {
  on_network_error(error, now);
  const bool ends = config_.attempt_ends == AttemptEnds::OnAnyError && !is_refusal(error);
  if (phase_ == Phase::SynReceived && ends) end(EndReason::Unreachable, Phase::Closed, now);
}

}  // namespace inflight::tcp
