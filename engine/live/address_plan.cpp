#include "live/address_plan.h"

#include <array>

namespace inflight::live {
namespace {

wire::IpAddress ula(std::uint8_t subnet, std::uint8_t host) {
  std::array<std::uint8_t, 16> bytes{0xfd, 0x69, 0x6e, 0x66};
  bytes[7] = subnet;
  bytes[15] = host;
  return wire::IpAddress::from_bytes(bytes);
}

}  // namespace

wire::IpAddress server_address(wire::IpVersion version) {
  return version == wire::IpVersion::V4 ? wire::IpAddress::v4(10, 66, 0, 1) : ula(0, 1);
}

wire::Prefix client_block(wire::IpVersion version) {
  if (version == wire::IpVersion::V4) return {wire::IpAddress::v4(10, 66, 128, 0), 17};
  return {ula(1, 0), 64};
}

}  // namespace inflight::live
