// A host on a real network: our stack and tunnel behind a UDP socket, in real time. What arrived is
// handed up, what the stack has to say is pulled while the socket takes it, and in between the loop
// waits. The thread that owns it calls receive, then its applications, then send, then wait.
#pragma once

#include <algorithm>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "host/host.h"
#include "host/outer_headers.h"
#include "io/event_loop.h"
#include "io/udp_socket.h"

namespace inflight::live {

struct EndpointConfig {
  // Where the socket is bound; port 0 lets the system choose.
  wire::Endpoint listen;
  // Its epoch is set from the clock.
  tunnel::Config tunnel;
  // Our addresses inside the tunnel.
  std::vector<wire::IpAddress> inner;
  // Null for none; must outlive the endpoint.
  wire::PacketTap* tap = nullptr;
};

struct EndpointError {
  io::SocketError socket;
  // A sentence with a cause and a next step.
  std::string text;
};

// Passes on what a tap sees at times that ascend: a packet's arrival in the kernel may lie before
// the last packet that was sent, which was before anybody looked.
class AscendingTap final : public wire::PacketTap {
 public:
  explicit AscendingTap(wire::PacketTap* next) : next_(next) {}
  bool wanted() const { return next_ != nullptr; }
  void on_inner(Bytes packet, wire::TapDirection direction, Instant now) override {
    next_->on_inner(packet, direction, last_ = std::max(last_, now));
  }
  void on_outer(Bytes packet, wire::TapDirection direction, Instant now) override {
    next_->on_outer(packet, direction, last_ = std::max(last_, now));
  }

 private:
  wire::PacketTap* next_;
  Instant last_{};
};

class Endpoint {
 public:
  // Clock and loop outlive the endpoint.
  static std::expected<std::unique_ptr<Endpoint>, EndpointError> open(EndpointConfig config,
                                                                      const io::Clock& clock,
                                                                      io::EventLoop& loop);

  ~Endpoint() { loop_.forget(socket_.descriptor()); }
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  host::Host& host() { return host_; }
  const host::Host& host() const { return host_; }
  stack::Stack& stack() { return host_.stack(); }
  tunnel::Tunnel& tunnel() { return *host_.tunnel(); }
  const wire::Endpoint& local() const { return socket_.local(); }
  const io::SocketCounters& socket_counters() const { return socket_.counters(); }
  // Bytes of whole outer packets, IP and UDP headers included.
  ByteCount wire_bytes_sent() const { return wire_sent_; }
  ByteCount wire_bytes_received() const { return wire_received_; }

  // Hands up what has arrived and runs the timers. True if anything arrived.
  bool receive();
  // Sends what is ready, at most kMaxBurst datagrams. True if more may be ready.
  bool send();
  // Waits for the network, a timer of the host, a wake-up of the loop, or the deadline.
  void wait(Instant deadline);

  // Datagrams sent before what arrived meanwhile is looked at.
  static constexpr std::size_t kMaxBurst = 256;

 private:
  Endpoint(const EndpointConfig& config, io::UdpSocket socket,
           std::unique_ptr<tunnel::Tunnel> tunnel, std::unique_ptr<wire::PacketPool> pool,
           const io::Clock& clock, io::EventLoop& loop);
  static ByteCount wire_size(const wire::Packet& payload, const wire::Endpoint& peer);
  void show_outer(wire::Packet& payload, const wire::Endpoint& peer, wire::Ecn ecn,
                  wire::TapDirection direction, Instant now);

  const io::Clock& clock_;
  io::EventLoop& loop_;
  // Outlives everything that holds packets.
  std::unique_ptr<wire::PacketPool> pool_;
  io::UdpSocket socket_;
  host::Host host_;
  AscendingTap tap_;
  host::OuterHeaders headers_;
  std::vector<io::IncomingDatagram> incoming_;
  // Pulled from the host and not taken by the socket yet.
  std::vector<io::OutgoingDatagram> outgoing_;
  bool socket_full_ = false;
  ByteCount wire_sent_;
  ByteCount wire_received_;
};

}  // namespace inflight::live
