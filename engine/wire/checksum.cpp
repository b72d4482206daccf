#include "wire/checksum.h"

#include <bit>

namespace inflight::wire {
namespace {

// Sums are kept in the machine's own byte order; checksum_finish turns the folded result round.
std::uint64_t tail_word(Bytes bytes) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data(), bytes.size());
  return word;
}

}  // namespace

std::uint64_t checksum_add(std::uint64_t sum, Bytes bytes) {
  const std::size_t whole = bytes.size() / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, &bytes[i], sizeof(word));
    sum += word;
  }
  return whole == bytes.size() ? sum : sum + tail_word(bytes.subspan(whole));
}

std::uint64_t checksum_copy(std::uint64_t sum, Bytes source, MutableBytes target) {
  CHECK(source.size() == target.size());
  if (source.empty()) return sum;
  std::memcpy(target.data(), source.data(), source.size());
  // The copy is still in the cache; two simple loops vectorise better than one fused one.
  return checksum_add(sum, source);
}

std::uint16_t checksum_finish(std::uint64_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  const auto folded = static_cast<std::uint16_t>(~sum);
  if constexpr (std::endian::native == std::endian::little) {
    return static_cast<std::uint16_t>(folded << 8 | folded >> 8);
  }
  return folded;
}

std::uint64_t pseudo_header_sum(const IpAddress& source, const IpAddress& destination,
                                std::uint8_t protocol, std::size_t length) {
  std::array<std::uint8_t, 8> rest{};
  ByteWriter writer(rest);
  writer.u32be(static_cast<std::uint32_t>(length));
  writer.u32be(protocol);
  return checksum_add(checksum_add(checksum_add(0, source.bytes()), destination.bytes()), rest);
}

std::uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination,
                                 std::uint8_t protocol, Bytes segment) {
  return checksum_finish(
      checksum_add(pseudo_header_sum(source, destination, protocol, segment.size()), segment));
}

}  // namespace inflight::wire
