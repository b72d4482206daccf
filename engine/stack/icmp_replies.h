// The ICMP messages that a stack sends: answers to echo requests (RFC 1122 §3.2.2.6, RFC 4443 §4),
// and refusals of what nobody here takes. All together they are bounded in rate (RFC 4443 §2.4 f),
// so that nobody can make the host send much.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/time.h"
#include "wire/icmp.h"
#include "wire/ip.h"
#include "wire/packet.h"

namespace inflight::stack {

class IcmpReplies {
 public:
  // Messages in a second, and how many may be sent at once. Linux's figures.
  static constexpr int kRate = 1000;
  static constexpr int kBurst = 50;

  explicit IcmpReplies(wire::PacketPool& pool) : pool_(pool) {}

  // Each gives nothing when too many were sent already.
  std::optional<wire::Packet> answer_echo(const wire::IpHeader& request,
                                          const wire::IcmpView& message, Instant now);
  // A datagram for a port, or a packet of a protocol, that nobody has. `packet` is all of it; the
  // message quotes as much as there may be.
  std::optional<wire::Packet> refuse_port(const wire::IpHeader& ip, Bytes packet, Instant now);
  std::optional<wire::Packet> refuse_protocol(const wire::IpHeader& ip, Bytes packet, Instant now);

 private:
  bool allowed(Instant now);
  wire::Packet make(const wire::IpHeader& to, const wire::IcmpHeader& header, Bytes body);

  wire::PacketPool& pool_;
  // A bucket of tokens, counted in the time that it takes to fill one.
  Duration saved_ = Duration{1s} / kRate * kBurst;
  Instant filled_{};
};

}  // namespace inflight::stack
