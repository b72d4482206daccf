// Our stack alone, without a tunnel, on a TUN device: a host of its own beside the kernel, which
// listens on a port or connects, and discards, echoes or writes what the mode says. One thread owns
// it; only request_stop() may be called from others.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/network_interface.h"
#include "live/peer_url.h"
#include "live/served_stream.h"
#include "live/stack_report.h"

namespace inflight::live {

struct StackServiceConfig {
  // The device's name; it is made if it is not there, and brought up.
  std::string tun;
  // The stack's own addresses. At least one.
  std::vector<wire::IpAddress> addresses;
  // What the kernel's side of the device is given; it keeps what it has.
  std::vector<io::InterfaceAddress> kernel_addresses;
  // Of the device; nothing: as it is. The segment size follows from it.
  std::optional<std::int64_t> mtu;
  // Its mss is an upper bound.
  tcp::Config tcp;
  // Exactly one of the two. A target's key is not looked at.
  std::optional<std::uint16_t> listen;
  std::optional<Target> connect;
  StreamOptions stream;
  // How many connections are served before it is over; connecting, one after the other.
  std::optional<std::int64_t> connections;
  // When it is over at the latest; sources then close, and have kLinger to deliver what they wrote.
  std::optional<Duration> duration;
};

struct StackServiceError {
  // A sentence with a cause and a next step.
  std::string text;
};

class StackService {
 public:
  // How long the rest may take once the service should end.
  static constexpr Duration kLinger = 5s;
  // Of the payload that sources write.
  static constexpr std::uint64_t kPayloadSeed = 1;

  static std::expected<std::unique_ptr<StackService>, StackServiceError> open(
      const StackServiceConfig& config);
  ~StackService();

  // The device's name as the system has it.
  const std::string& tun() const;
  // Serves for so long, or until it is over: false then.
  bool serve_for(Duration time);
  // Ends as after its duration. From any thread.
  void request_stop();
  // Why it ended before its time, if it did: the device is gone, or no connection could be made.
  const std::optional<StackServiceError>& failure() const;
  // So far; complete once it is over.
  StackReport report() const;

 private:
  class Impl;
  explicit StackService(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace inflight::live
