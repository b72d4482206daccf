#include "live/endpoint.h"

#include <algorithm>
#include <utility>

#include "io/entropy.h"
#include "wire/ip.h"
#include "wire/udp.h"

namespace inflight::live {
namespace {

std::string sentence(const wire::Endpoint& listen, const io::SocketError& error) {
  const std::string where = to_string(listen);
  switch (error.kind) {
    case io::SocketError::Kind::AddressInUse:
      return "UDP " + where + " is in use by another program. Choose another port.";
    case io::SocketError::Kind::AddressNotHere:
      return "This machine has no address " + to_string(listen.address) +
             ". Choose one of its own.";
    case io::SocketError::Kind::NotPermitted:
      return "This user may not open UDP " + where + ". Choose a port of 1024 or above.";
    case io::SocketError::Kind::Other:
      break;
  }
  return "UDP " + where + " cannot be opened: " + error.reason + ".";
}

}  // namespace

std::expected<std::unique_ptr<Endpoint>, EndpointError> Endpoint::open(EndpointConfig config,
                                                                       const io::Clock& clock,
                                                                       io::EventLoop& loop) {
  auto socket = io::UdpSocket::bind(config.listen);
  if (!socket) {
    return std::unexpected(EndpointError{socket.error(), sentence(config.listen, socket.error())});
  }
  auto pool = std::make_unique<wire::PacketPool>();
  config.tunnel.epoch = clock.epoch();
  auto tunnel = tunnel::make_tunnel(config.tunnel, std::make_unique<tunnel::SystemKeySource>(),
                                    *pool, clock.now());
  if (!tunnel) {
    const bool own = tunnel.error() == tunnel::ConfigError::OwnKey;
    return std::unexpected(
        EndpointError{{},
                      own ? "The peer's key is this end's own key. Use the other end's public key."
                          : "The peer's key is no usable WireGuard key. Copy it again."});
  }
  return std::unique_ptr<Endpoint>(
      new Endpoint(config, std::move(*socket), std::move(*tunnel), std::move(pool), clock, loop));
}

Endpoint::Endpoint(const EndpointConfig& config, io::UdpSocket socket,
                   std::unique_ptr<tunnel::Tunnel> tunnel, std::unique_ptr<wire::PacketPool> pool,
                   const io::Clock& clock, io::EventLoop& loop)
    : clock_(clock),
      loop_(loop),
      pool_(std::move(pool)),
      socket_(std::move(socket)),
      host_({.stack = {.addresses = config.inner}}, std::move(tunnel), *pool_,
            Random(io::random_seed())),
      tap_(config.tap),
      headers_(socket_.local()) {
  if (tap_.wanted()) host_.set_tap(&tap_);
  loop_.watch(socket_.descriptor());
}

bool Endpoint::receive() {
  incoming_.clear();
  socket_.receive(incoming_, *pool_, clock_);
  const Instant now = clock_.now();
  for (io::IncomingDatagram& datagram : incoming_) {
    wire_received_ += wire_size(datagram.payload, datagram.from);
    if (tap_.wanted()) {
      show_outer(datagram.payload, datagram.from, datagram.ecn, wire::TapDirection::In,
                 datagram.payload.arrival);
    }
    host_.handle_datagram(std::move(datagram.payload), datagram.from, datagram.ecn, now);
  }
  host_.handle_timeout(now);
  while (tunnel().poll_event()) {
  }
  return !incoming_.empty();
}

bool Endpoint::send() {
  const Instant now = clock_.now();
  while (outgoing_.size() < kMaxBurst) {
    auto datagram = host_.poll_datagram(now);
    if (!datagram) break;
    // A live host always has a tunnel, so every datagram has an address.
    wire_sent_ += wire_size(datagram->payload, *datagram->to);
    if (tap_.wanted()) {
      show_outer(datagram->payload, *datagram->to, datagram->ecn, wire::TapDirection::Out, now);
    }
    outgoing_.push_back({std::move(datagram->payload), *datagram->to, datagram->ecn});
  }
  const bool burst = outgoing_.size() == kMaxBurst;
  const std::size_t done = outgoing_.empty() ? 0 : socket_.send(outgoing_);
  outgoing_.erase(outgoing_.begin(), outgoing_.begin() + static_cast<std::ptrdiff_t>(done));
  socket_full_ = !outgoing_.empty();
  return burst && !socket_full_;
}

void Endpoint::wait(Instant deadline) {
  loop_.wait(socket_full_ ? io::Interest::ReadableOrWritable : io::Interest::Readable,
             std::min(deadline, host_.next_timeout()), clock_);
}

ByteCount Endpoint::wire_size(const wire::Packet& payload, const wire::Endpoint& peer) {
  return ByteCount{static_cast<std::int64_t>(wire::ip_header_size(peer.address.version()) +
                                             wire::kUdpHeaderSize + payload.size())};
}

void Endpoint::show_outer(wire::Packet& payload, const wire::Endpoint& peer, wire::Ecn ecn,
                          wire::TapDirection direction, Instant now) {
  const std::size_t size = payload.size();
  if (direction == wire::TapDirection::Out) {
    headers_.put_outgoing(payload, peer, ecn);
  } else {
    headers_.put_incoming(payload, peer, ecn);
  }
  tap_.on_outer(std::as_const(payload).bytes(), direction, now);
  payload.trim_front(payload.size() - size);
}

}  // namespace inflight::live
