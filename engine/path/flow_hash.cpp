// FNV-1a over the bytes that name the flow, mixed once more so that its low bits are good ones.
#include "path/flow_hash.h"

#include "wire/ip.h"

namespace inflight::path {
namespace {

constexpr std::uint64_t kFnvPrime = 0x100000001b3;
constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325;
// The finalizer of MurmurHash3.
constexpr std::uint64_t kMix = 0xff51afd7ed558ccd;
// Source and destination port, in TCP as in UDP.
constexpr std::size_t kPorts = 4;

class Hash {
 public:
  explicit Hash(std::uint64_t salt) : value_(kFnvBasis ^ salt) {}
  void add(Bytes bytes) {
    for (const std::uint8_t byte : bytes) value_ = (value_ ^ byte) * kFnvPrime;
  }
  std::uint64_t value() const {
    const std::uint64_t mixed = (value_ ^ value_ >> 33) * kMix;
    return mixed ^ mixed >> 33;
  }

 private:
  std::uint64_t value_;
};

}  // namespace

std::uint64_t flow_hash(Bytes packet, std::uint64_t salt) {
  Hash hash(salt);
  // Without the checksum's verification: a queue looks at the flow and no further.
  const auto view = wire::parse_ip(packet, wire::Completeness::MayBeCut);
  if (!view) return hash.value();
  hash.add(view->header.source.bytes());
  hash.add(view->header.destination.bytes());
  const std::uint8_t protocol = view->header.protocol;
  hash.add({&protocol, 1});
  const bool has_ports =
      (protocol == wire::ip_protocol::kTcp || protocol == wire::ip_protocol::kUdp) &&
      !view->header.is_fragment && view->payload.size() >= kPorts;
  if (has_ports) hash.add(view->payload.first(kPorts));
  return hash.value();
}

}  // namespace inflight::path
