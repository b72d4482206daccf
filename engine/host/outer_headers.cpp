#include "host/outer_headers.h"

#include <array>

#include "wire/ip.h"
#include "wire/udp.h"

namespace inflight::host {
namespace {

// An own address of the other family (a socket for both) is shown as that family's unspecified one.
wire::Endpoint matching(const wire::Endpoint& own, const wire::Endpoint& peer) {
  if (own.address.version() == peer.address.version()) return own;
  static constexpr std::array<std::uint8_t, 16> kZeros{};
  return {wire::IpAddress::from_bytes(Bytes(kZeros).first(peer.address.bytes().size())), own.port};
}

void put(wire::Packet& packet, const wire::Endpoint& from, const wire::Endpoint& to,
         std::uint16_t identification, wire::Ecn ecn) {
  packet.grow_front(wire::kUdpHeaderSize);
  wire::emit_udp(from, to, packet.bytes());
  const std::size_t udp_size = packet.size();
  const wire::IpHeader ip{.source = from.address,
                          .destination = to.address,
                          .protocol = wire::ip_protocol::kUdp,
                          .ecn = ecn,
                          .identification = identification};
  const std::size_t ip_size = wire::ip_header_size(ip.source.version());
  packet.grow_front(ip_size);
  wire::emit_ip(ip, udp_size, packet.bytes().first(ip_size));
}

}  // namespace

void OuterHeaders::put_outgoing(wire::Packet& payload, const wire::Endpoint& peer, wire::Ecn ecn) {
  put(payload, matching(own_, peer), peer, ++sent_, ecn);
}

void OuterHeaders::put_incoming(wire::Packet& payload, const wire::Endpoint& peer, wire::Ecn ecn) {
  put(payload, peer, matching(own_, peer), ++received_, ecn);
}

std::optional<Outer> OuterHeaders::take(wire::Packet& packet) const {
  const auto ip = wire::parse_ip(packet.bytes(), wire::Completeness::Complete);
  if (!ip || ip->header.protocol != wire::ip_protocol::kUdp) return std::nullopt;
  const auto udp = wire::parse_udp(ip->payload, wire::Completeness::Complete);
  if (!udp || udp->destination_port != own_.port) return std::nullopt;
  const wire::Endpoint from{ip->header.source, udp->source_port};
  const wire::Ecn ecn = ip->header.ecn;
  const std::size_t size = udp->payload.size();
  packet.trim_back(packet.size() -
                   (wire::ip_header_size(from.address.version()) + wire::kUdpHeaderSize + size));
  packet.trim_front(packet.size() - size);
  return Outer{from, ecn};
}

}  // namespace inflight::host
