// A UDP socket for a tunnel: non-blocking, large kernel buffers, batches of datagrams by one system
// call (sendmmsg, recvmmsg), equal-sized runs joined by segmentation offload (UDP_SEGMENT, UDP_GRO)
// where the kernel has it, and every received packet stamped with its arrival in the kernel
// (SO_TIMESTAMPNS). Owns the descriptor. An IPv6 socket also serves IPv4 peers; they appear with
// their IPv4 address.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/units.h"
#include "io/clock.h"
#include "wire/address.h"
#include "wire/ip.h"
#include "wire/packet.h"

namespace inflight::io {

struct SocketError {
  enum class Kind : std::uint8_t { AddressInUse, AddressNotHere, NotPermitted, Other };
  Kind kind = Kind::Other;
  // The system's own words: "Address already in use".
  std::string reason;
};

struct OutgoingDatagram {
  wire::Packet payload;
  wire::Endpoint to;
  // Of the IP header that the system puts in front.
  wire::Ecn ecn = wire::Ecn::NotEct;
};

struct IncomingDatagram {
  // `arrival` is set.
  wire::Packet payload;
  wire::Endpoint from;
  // Of the IP header that it came with; NotEct where the system does not tell.
  wire::Ecn ecn = wire::Ecn::NotEct;
};

struct SocketCounters {
  std::int64_t datagrams_sent = 0;
  std::int64_t datagrams_received = 0;
  std::int64_t send_calls = 0;
  std::int64_t receive_calls = 0;
  // Datagrams that the system refused for good (no route, message too long): as lost on the way.
  std::int64_t refused = 0;
};

class UdpSocket {
 public:
  // Datagrams per call, at most.
  static constexpr std::size_t kMaxBatch = 256;
  // Asked for in each direction; the system may give less.
  static constexpr ByteCount kBuffer{7 * 1024 * 1024};

  // Bound to `local`; port 0 lets the system choose.
  static std::expected<UdpSocket, SocketError> bind(const wire::Endpoint& local);

  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;
  ~UdpSocket();

  const wire::Endpoint& local() const { return local_; }
  int descriptor() const { return descriptor_; }

  // How many from the front are done with (sent or refused); fewer than all: the socket's buffer is
  // full. At most kMaxBatch are taken.
  std::size_t send(std::span<OutgoingDatagram> datagrams);
  // Appends what has arrived, up to about kMaxBatch datagrams; nothing if nothing has. Arrival
  // times ascend.
  void receive(std::vector<IncomingDatagram>& into, wire::PacketPool& pool, const Clock& clock);

  const SocketCounters& counters() const { return counters_; }
  // What the system granted.
  ByteCount receive_buffer() const;

 private:
  struct Buffers;
  explicit UdpSocket(int descriptor);
  void configure();
  bool send_some(std::span<OutgoingDatagram> datagrams, std::size_t& done);

  int descriptor_ = -1;
  bool v6_ = false;
  bool segmentation_ = false;
  wire::Endpoint local_;
  Instant last_arrival_{};
  std::unique_ptr<Buffers> buffers_;
  SocketCounters counters_;
};

// The address that packets to the public Internet would carry, to name this machine to another one;
// the unspecified address if there is no route. Sends nothing.
wire::IpAddress outward_address();

}  // namespace inflight::io
