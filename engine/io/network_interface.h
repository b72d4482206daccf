// A network interface by its name: its MTU, whether it is up, its addresses. What is as wanted
// already is left alone, so that no privilege is asked for in vain. Linux: ioctl and rtnetlink.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "wire/address.h"

namespace inflight::io {

struct InterfaceError {
  bool not_permitted = false;
  // The system's own words: "No such device".
  std::string reason;
};

// An address on a network: "10.77.0.2/24", host bits kept.
struct InterfaceAddress {
  wire::IpAddress address;
  unsigned prefix_length = 0;

  bool operator==(const InterfaceAddress&) const = default;
};

// "ADDRESS/LENGTH"; without a length, a single host.
std::expected<InterfaceAddress, wire::AddressError> parse_interface_address(std::string_view text);
std::string to_string(const InterfaceAddress& address);

class NetworkInterface {
 public:
  // At most 15 characters; need not exist, then everything below is an error.
  explicit NetworkInterface(std::string name) : name_(std::move(name)) {}

  std::expected<std::int64_t, InterfaceError> mtu() const;
  std::expected<void, InterfaceError> set_mtu(std::int64_t mtu);
  std::expected<void, InterfaceError> bring_up();
  // One that it has already is no error.
  std::expected<void, InterfaceError> add_address(const InterfaceAddress& address);

 private:
  std::string name_;
};

}  // namespace inflight::io
