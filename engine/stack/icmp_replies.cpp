#include "stack/icmp_replies.h"

#include <algorithm>

namespace inflight::stack {
namespace {

constexpr Duration kToken = Duration{1s} / IcmpReplies::kRate;
constexpr Duration kFull = kToken * IcmpReplies::kBurst;
// An error message is at most so long: RFC 1812 §4.3.2.3, RFC 4443 §2.4 c.
constexpr std::size_t kLargestV4 = 576;
constexpr std::size_t kLargestV6 = 1280;

Bytes quote_of(const wire::IpHeader& ip, Bytes packet) {
  const std::size_t headers = wire::ip_header_size(ip.source.version()) + wire::kIcmpHeaderSize;
  const std::size_t room = (ip.source.is_v4() ? kLargestV4 : kLargestV6) - headers;
  return packet.first(std::min(packet.size(), room));
}

}  // namespace

bool IcmpReplies::allowed(Instant now) {
  saved_ = std::min(kFull, saved_ + (now - filled_));
  filled_ = now;
  if (saved_ < kToken) return false;
  saved_ -= kToken;
  return true;
}

std::optional<wire::Packet> IcmpReplies::answer_echo(const wire::IpHeader& request,
                                                     const wire::IcmpView& message, Instant now) {
  if (!allowed(now)) return std::nullopt;
  return make(request, wire::echo_reply_header(request.source.version(), message.word),
              message.body);
}

std::optional<wire::Packet> IcmpReplies::refuse_port(const wire::IpHeader& ip, Bytes packet,
                                                     Instant now) {
  if (!allowed(now)) return std::nullopt;
  return make(ip, wire::port_unreachable_header(ip.source.version()), quote_of(ip, packet));
}

std::optional<wire::Packet> IcmpReplies::refuse_protocol(const wire::IpHeader& ip, Bytes packet,
                                                         Instant now) {
  if (!allowed(now)) return std::nullopt;
  return make(ip, wire::unknown_protocol_header(ip.source.version()), quote_of(ip, packet));
}

wire::Packet IcmpReplies::make(const wire::IpHeader& to, const wire::IcmpHeader& header,
                               Bytes body) {
  const wire::IpVersion version = to.source.version();
  const std::size_t ip_size = wire::ip_header_size(version);
  const std::size_t size = wire::kIcmpHeaderSize + body.size();
  wire::Packet packet = pool_.make(ip_size + size);
  // RFC 1122 §3.2.2.6: from the address that was spoken to.
  wire::emit_ip({.source = to.destination,
                 .destination = to.source,
                 .protocol = wire::icmp_protocol(version),
                 .dont_fragment = false},
                size, packet.bytes().first(ip_size));
  const MutableBytes message = packet.bytes().subspan(ip_size);
  ByteWriter(message.subspan(wire::kIcmpHeaderSize)).bytes(body);
  wire::emit_icmp(to.destination, to.source, header, message);
  return packet;
}

}  // namespace inflight::stack
