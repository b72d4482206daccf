// A TUN device: whole IP packets between this program and the kernel's network (IFF_TUN,
// IFF_NO_PI), non-blocking, in batches, each received packet stamped when it was read. The kernel
// has no time stamps for them. Owns the descriptor; the device itself goes with it unless it was
// made persistent. Its addresses and whether it is up: network_interface.h.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/clock.h"
#include "wire/packet.h"

namespace inflight::io {

struct TunError {
  enum class Kind : std::uint8_t {
    BadName,       // not a name of 1 to 15 characters, or that of another kind of interface
    NoDriver,      // no /dev/net/tun, or nothing behind it
    NotPermitted,  // neither CAP_NET_ADMIN nor the device's owner
    Busy,          // another program holds it
    Gone,          // it was deleted while we held it
    Other,
  };
  Kind kind = Kind::Other;
  // The system's own words: "Operation not permitted".
  std::string reason;
};

struct TunCounters {
  std::int64_t packets_sent = 0;
  std::int64_t packets_received = 0;
  // Packets that the system did not take (interface down, malformed): as lost on the way.
  std::int64_t refused = 0;
};

class TunDevice {
 public:
  // Packets per call, at most.
  static constexpr std::size_t kMaxBatch = 256;
  // IFNAMSIZ without the zero behind it.
  static constexpr std::size_t kMaxName = 15;

  // Makes the device, or attaches to one that is there. "%d" in the name is the first free number.
  static std::expected<TunDevice, TunError> open(std::string_view name);

  TunDevice(TunDevice&& other) noexcept;
  TunDevice& operator=(TunDevice&& other) noexcept;
  ~TunDevice();

  // As the system has it.
  const std::string& name() const { return name_; }
  int descriptor() const { return descriptor_; }

  // Appends what waits to be read, at most kMaxBatch packets of any length, `arrival` set and
  // ascending. An error: the device is gone, reading will not help any more.
  std::expected<void, TunError> receive(std::vector<wire::Packet>& into, wire::PacketPool& pool,
                                        const Clock& clock);
  // How many from the front are done with (sent or refused); fewer than all: no room at this
  // moment. At most kMaxBatch are taken.
  std::size_t send(std::span<const wire::Packet> packets);

  const TunCounters& counters() const { return counters_; }

 private:
  TunDevice(int descriptor, std::string name);

  int descriptor_ = -1;
  std::string name_;
  // Where the part of a packet lands that a pooled buffer does not hold.
  std::unique_ptr<std::uint8_t[]> overflow_;
  TunCounters counters_;
};

}  // namespace inflight::io
