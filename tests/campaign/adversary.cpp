#include "campaign/adversary.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/icmp.h"
#include "wire/ip.h"

namespace inflight::campaign {
namespace {

// Older than any window is large.
constexpr ByteCount kAges{std::int64_t{1} << 30};
constexpr std::size_t kForgedPayload = 300;
// Of the segment that an error quotes, and of what it quotes of it.
constexpr std::size_t kQuotedPayload = 400;
constexpr std::size_t kQuotedBytes = 8;

struct ErrorKind {
  std::uint8_t type;
  std::uint8_t code;
};
// Port and protocol unreachable, fragmentation needed, time exceeded, parameter problem, source
// quench; and the same of ICMPv6, which has no quench. The first two are hard errors.
constexpr std::array<ErrorKind, 6> kErrors{{{3, 3}, {3, 2}, {3, 4}, {11, 0}, {12, 0}, {4, 0}}};
constexpr std::array<ErrorKind, 6> kErrors6{{{1, 4}, {4, 1}, {2, 0}, {3, 0}, {4, 0}, {1, 0}}};
constexpr std::size_t kHardErrors = 2;
// The most that a router can ask for, or the least.
constexpr std::array<std::uint32_t, 4> kMtus{0, 68, 576, 1280};

}  // namespace

std::optional<wire::Packet> Adversary::forge(Attack attack, const Witness& target,
                                             const wire::Endpoint& from, const wire::Endpoint& to) {
  if (attack == Attack::SynFlood) return forge_flood(from, to);
  if (attack == Attack::BlindIcmp || attack == Attack::IcmpUnreachable) {
    return forge_error(attack, target, from, to);
  }
  wire::TcpHeader header;
  header.source_port = from.port;
  header.destination_port = to.port;
  header.flags.ack = true;
  header.window = static_cast<std::uint16_t>(random_.next());
  // Whoever knows the numbers knows the clock as well; the blind guess.
  const bool blind = attack <= Attack::BlindAck;
  header.seq = blind ? anything() : target.peer_seq(target.received());
  header.ack = blind ? anything() : target.own_seq(target.acked());
  if (target.timestamps() && attack != Attack::NoTimestamp) {
    header.options.timestamps = wire::TcpTimestamps{
        blind ? anything().value() : target.peer_timestamp(), anything().value()};
  }
  const auto payload = spoil(attack, target, header);
  if (!payload) return std::nullopt;
  return pack(header, *payload, from, to);
}

std::optional<std::size_t> Adversary::spoil(Attack attack, const Witness& target,
                                            wire::TcpHeader& header) {
  switch (attack) {
    case Attack::BlindReset:
      header.flags.rst = true;
      return 0;
    case Attack::BlindSyn:
    case Attack::ExactSyn:
      header.flags.syn = true;
      header.flags.ack = random_.chance(0.5);
      return 0;
    case Attack::WindowReset:
      header.flags.rst = true;
      header.seq = target.peer_seq(target.received() + some());
      return 0;
    case Attack::AckOfTheFuture:
      header.ack = target.own_seq(target.next() + some());
      return kForgedPayload;
    case Attack::AncientAck:
      header.ack = target.own_seq(target.acked() - kAges - some());
      return kForgedPayload;
    case Attack::OldData: {
      // Not up to RCV.NXT itself: there its ACK would be taken, as a probe's is.
      const StreamOffset end = target.last_ack_sent() - ByteCount{1};
      const ByteCount size{static_cast<std::int64_t>(kForgedPayload)};
      if (end - size < StreamOffset{1}) return std::nullopt;
      header.seq = target.peer_seq(end - size);
      return kForgedPayload;
    }
    case Attack::DataBeyondWindow:
      header.seq = target.peer_seq(target.offered_edge() + some());
      return kForgedPayload;
    case Attack::NoTimestamp:
      return target.timestamps() ? std::optional(kForgedPayload) : std::nullopt;
    case Attack::BlindData:
      return kForgedPayload;
    case Attack::BlindAck:
    case Attack::BlindIcmp:
    case Attack::IcmpUnreachable:
    case Attack::SynFlood:
      break;
  }
  return 0;
}

// Quotes a segment of the victim's own, as the peer's host or a router on the way would.
wire::Packet Adversary::forge_error(Attack attack, const Witness& target,
                                    const wire::Endpoint& from, const wire::Endpoint& to) {
  const bool blind = attack == Attack::BlindIcmp;
  wire::TcpHeader quoted;
  quoted.source_port = to.port;
  quoted.destination_port = from.port;
  // Below what is acknowledged, or above what was sent: a number in flight is a lucky guess.
  const StreamOffset far = random_.chance(0.5) ? target.acked() - some() : target.next() + some();
  quoted.seq = target.own_seq(blind ? far : target.acked());
  const wire::Packet whole = pack(quoted, kQuotedPayload, to, from);
  const wire::IpVersion version = from.address.version();
  const std::size_t ip_size = wire::ip_header_size(version);
  const Bytes quote = std::as_const(whole).bytes().first(ip_size + kQuotedBytes);

  const auto& kinds = version == wire::IpVersion::V4 ? kErrors : kErrors6;
  const ErrorKind kind = kinds[random_.below(blind ? kinds.size() : kHardErrors)];
  const std::size_t size = wire::kIcmpHeaderSize + quote.size();
  wire::Packet packet = pool_.make(ip_size + size);
  wire::emit_ip(
      {.source = from.address, .destination = to.address, .protocol = wire::icmp_protocol(version)},
      size, packet.bytes().first(ip_size));
  const MutableBytes message = packet.bytes().subspan(ip_size);
  std::ranges::copy(quote, message.subspan(wire::kIcmpHeaderSize).begin());
  const std::uint32_t mtu = kMtus[random_.below(kMtus.size())];
  wire::emit_icmp(from.address, to.address, {kind.type, kind.code, mtu}, message);
  return packet;
}

// Nobody answers what comes back.
wire::Packet Adversary::forge_flood(const wire::Endpoint& like, const wire::Endpoint& to) {
  std::array<std::uint8_t, 16> bytes{};
  random_.fill(bytes);
  const bool v4 = like.address.is_v4();
  // RFC 2544's block, RFC 3849's.
  constexpr std::array<std::uint8_t, 2> kV4{198, 18};
  constexpr std::array<std::uint8_t, 4> kV6{0x20, 0x01, 0x0d, 0xb8};
  v4 ? std::ranges::copy(kV4, bytes.begin()) : std::ranges::copy(kV6, bytes.begin());
  const auto address = v4 ? wire::IpAddress::v4(bytes[0], bytes[1], bytes[2], bytes[3])
                          : wire::IpAddress::from_bytes(bytes);
  wire::TcpHeader header;
  header.source_port = static_cast<std::uint16_t>(1024 + random_.below(60'000));
  header.destination_port = to.port;
  header.seq = anything();
  header.flags.syn = true;
  header.window = 65'535;
  return pack(header, 0, {address, header.source_port}, to);
}

wire::Packet Adversary::pack(const wire::TcpHeader& header, std::size_t payload,
                             const wire::Endpoint& from, const wire::Endpoint& to) {
  const std::size_t ip_size = wire::ip_header_size(from.address.version());
  const std::size_t header_size = wire::tcp_header_size(header.options);
  wire::Packet packet = pool_.make(ip_size + header_size + payload);
  wire::emit_ip(
      {.source = from.address, .destination = to.address, .protocol = wire::ip_protocol::kTcp},
      header_size + payload, packet.bytes().first(ip_size));
  const MutableBytes segment = packet.bytes().subspan(ip_size);
  wire::emit_tcp(header, segment.first(header_size));
  random_.fill(segment.subspan(header_size));
  wire::set_tcp_checksum(from.address, to.address, segment);
  return packet;
}

}  // namespace inflight::campaign
