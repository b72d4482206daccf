#include "wire/udp.h"

#include <algorithm>

#include "wire/checksum.h"

namespace inflight::wire {

std::expected<UdpView, ParseError> parse_udp(Bytes datagram, Completeness completeness) {
  ByteReader reader(datagram);
  UdpView view;
  view.source_port = reader.u16be();
  view.destination_port = reader.u16be();
  const std::size_t length = reader.u16be();
  reader.skip(2);
  if (!reader.ok()) return std::unexpected(ParseError::TooShort);
  if (length < kUdpHeaderSize) return std::unexpected(ParseError::BadLength);
  const std::size_t declared = length - kUdpHeaderSize;
  if (reader.remaining() < declared && completeness == Completeness::Complete) {
    return std::unexpected(ParseError::TooShort);
  }
  view.payload = reader.take(std::min(reader.remaining(), declared));
  return view;
}

void emit_udp(const Endpoint& source, const Endpoint& destination, MutableBytes datagram) {
  ByteWriter writer(datagram);
  writer.u16be(source.port);
  writer.u16be(destination.port);
  writer.u16be(static_cast<std::uint16_t>(datagram.size()));
  writer.u16be(0);
  const std::uint16_t checksum =
      transport_checksum(source.address, destination.address, ip_protocol::kUdp, datagram);
  // RFC 768: a computed checksum of zero is sent as all ones; zero would mean "none".
  ByteWriter(datagram.subspan(6)).u16be(checksum == 0 ? 0xffff : checksum);
}

}  // namespace inflight::wire
