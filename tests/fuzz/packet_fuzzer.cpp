// IP packets with TCP or UDP inside: whatever comes in, views stay inside the packet, and a TCP
// header that was understood means the same when it is emitted and parsed again. The first byte
// says whether the packet may be cut.
#include <cstdint>
#include <vector>

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
  return 0;
}
