// IP packets with TCP, UDP or ICMP inside: whatever comes in, views stay inside the packet, and a
// TCP header that was understood means the same when it is emitted and parsed again; an ICMP
// message that is given the right checksum is understood. The first byte says whether the packet
// may be cut.
#include <cstdint>
#include <vector>

#include "wire/icmp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace {

using namespace inflight;
using namespace inflight::wire;

void check_tcp(Bytes segment, Completeness completeness) {
  const auto view = parse_tcp(segment, completeness);
  if (!view) return;
  CHECK(view->header_size >= kTcpHeaderSize && view->header_size <= 60);
  CHECK(view->options_cut || view->header_size + view->payload.size() == segment.size());
  std::vector<std::uint8_t> emitted(tcp_header_size(view->header.options));
  emit_tcp(view->header, emitted);
  const auto again = parse_tcp(emitted, Completeness::Complete);
  CHECK(again && again->payload.empty());
  TcpHeader expected = view->header;
  // Blocks beyond those that fit beside the other options are left out.
  expected.options.sack = again->header.options.sack;
  CHECK(again->header == expected);
}

void check_udp(Bytes datagram, Completeness completeness) {
  const auto view = parse_udp(datagram, completeness);
  if (view) CHECK(view->payload.size() + kUdpHeaderSize <= datagram.size());
}

// The body of an error may be anything: what it quotes is read as well.
void check_icmp(const IpHeader& ip, Bytes message) {
  std::vector<std::uint8_t> copy(message.begin(), message.end());
  if (copy.size() < kIcmpHeaderSize) {
    CHECK(!parse_icmp(ip.source, ip.destination, copy));
    return;
  }
  ByteReader reader(message);
  IcmpHeader header{.type = reader.u8(), .code = reader.u8()};
  reader.skip(2);
  header.word = reader.u32be();
  emit_icmp(ip.source, ip.destination, header, copy);
  const auto view = parse_icmp(ip.source, ip.destination, copy);
  CHECK(view && view->type == header.type && view->code == header.code);
  CHECK(view->word == header.word && view->body.size() + kIcmpHeaderSize == copy.size());
  static_cast<void>(parse_quote(view->body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input(data, size);
  const auto completeness = input[0] % 2 == 0 ? Completeness::Complete : Completeness::MayBeCut;
  const auto packet = parse_ip(input.subspan(1), completeness);
  if (!packet) return 0;
  CHECK(packet->payload.size() <= packet->payload_length);
  CHECK(completeness == Completeness::MayBeCut || packet->payload.size() == packet->payload_length);
  check_tcp(packet->payload, completeness);
  check_udp(packet->payload, completeness);
  check_icmp(packet->header, packet->payload);
  return 0;
}
