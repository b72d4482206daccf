#include "wire/ecn.h"

namespace inflight::wire {
namespace {

constexpr std::size_t kIpv4HeaderSize = 20;
constexpr std::size_t kIpv6HeaderSize = 40;
constexpr std::size_t kIpv4Checksum = 10;
// The field's two bits: in IPv4 the lowest of byte 1, in IPv6 bits 4 and 5 of byte 1.
constexpr unsigned kIpv4Shift = 0;
constexpr unsigned kIpv6Shift = 4;

// Where the field stands in byte 1; nothing for what is no IP packet.
std::optional<unsigned> field_shift(Bytes packet) {
  const unsigned version = packet.empty() ? 0 : packet[0] >> 4;
  if (version == 4 && packet.size() >= kIpv4HeaderSize) return kIpv4Shift;
  if (version == 6 && packet.size() >= kIpv6HeaderSize) return kIpv6Shift;
  return std::nullopt;
}

}  // namespace

Ecn ecn_of(Bytes packet) {
  const auto shift = field_shift(packet);
  return shift ? static_cast<Ecn>(packet[1] >> *shift & 3U) : Ecn::NotEct;
}

void set_ecn(MutableBytes packet, Ecn ecn) {
  const auto shift = field_shift(packet);
  if (!shift) return;
  const unsigned before = packet[1];
  const unsigned after = (before & ~(3U << *shift)) | (static_cast<unsigned>(ecn) << *shift);
  packet[1] = static_cast<std::uint8_t>(after);
  if (*shift != kIpv4Shift) return;
  // RFC 1624 eqn. 3: HC' = ~(~HC + ~m + m'); the other byte of the word cancels out.
  const unsigned checksum =
      static_cast<unsigned>(packet[kIpv4Checksum]) << 8 | packet[kIpv4Checksum + 1];
  unsigned sum = (~checksum & 0xFFFFU) + (~before & 0xFFFFU) + after;
  sum = (sum & 0xFFFFU) + (sum >> 16);
  sum = (sum & 0xFFFFU) + (sum >> 16);
  packet[kIpv4Checksum] = static_cast<std::uint8_t>(~sum >> 8 & 0xFFU);
  packet[kIpv4Checksum + 1] = static_cast<std::uint8_t>(~sum & 0xFFU);
}

std::optional<Ecn> decapsulated_ecn(Ecn inner, Ecn outer) {
  if (outer == Ecn::Ce) return inner == Ecn::NotEct ? std::nullopt : std::optional(Ecn::Ce);
  // An outer ECT(1) may itself be a mark of a kind: it replaces an inner ECT(0).
  if (outer == Ecn::Ect1 && inner == Ecn::Ect0) return Ecn::Ect1;
  return inner;
}

}  // namespace inflight::wire
