// Two tunnels, a and b, in virtual time: what one sends the other gets at once, unless the wire is
// cut. Keeps a log of every datagram, so that a test can say what went out when.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tunnel/tunnel.h"
#include "vectors.h"
#include "wire/ip.h"

namespace inflight::testing {

// An IP packet of `size` bytes from host `source` to host `destination` of 10.0.0.0/24 or
// fd00::/64; its payload is `fill`.
inline Buffer inner_packet(std::uint8_t source, std::uint8_t destination, std::size_t size,
                           std::uint8_t fill = 0xab,
                           wire::IpVersion version = wire::IpVersion::V4) {
  const auto address = [&](std::uint8_t host) {
    if (version == wire::IpVersion::V4) return wire::IpAddress::v4(10, 0, 0, host);
    std::array<std::uint8_t, 16> bytes{0xfd};
    bytes[15] = host;
    return wire::IpAddress::from_bytes(bytes);
  };
  Buffer packet(size, fill);
  const std::size_t header = wire::ip_header_size(version);
  CHECK(size >= header);
  wire::emit_ip({.source = address(source),
                 .destination = address(destination),
                 .protocol = wire::ip_protocol::kUdp},
                size - header, MutableBytes(packet).first(header));
  return packet;
}

struct LogEntry {
  Instant at;
  char from = ' ';
  tunnel::MessageType type{};
  std::size_t size = 0;
  Buffer bytes;
};

struct End {
  char name = ' ';
  wire::Endpoint endpoint;
  std::unique_ptr<tunnel::Tunnel> tunnel;
  std::vector<Buffer> received;
  std::vector<tunnel::Event> events;

  template <class T>
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto& event : events) n += std::holds_alternative<T>(event.what) ? 1 : 0;
    return n;
  }
};

class Pair {
 public:
  struct Options {
    Duration keepalive_a{};
    std::size_t mtu = 1420;
    bool reveal_ephemerals = false;
    std::optional<tunnel::AcceptAny> accept_any_b;
    bool b_knows_endpoint = true;
    tunnel::LoadLimits load_b;
  };

  explicit Pair(const Options& options) {
    tunnel::SeededKeySource keys(Random(7));
    key_a = keys.private_key();
    key_b = keys.private_key();
    tunnel::Config a_config{.private_key = key_a,
                            .mtu = options.mtu,
                            .epoch = vectors::kUnixTime,
                            .reveal_ephemerals = options.reveal_ephemerals};
    a_config.peers.push_back({.key = tunnel::public_key(key_b),
                              .preshared = vectors::kPreshared,
                              .allowed_ips = prefixes("10.0.0.2/32", "fd00::2/128"),
                              .endpoint = b.endpoint,
                              .persistent_keepalive = options.keepalive_a});
    tunnel::Config b_config{.private_key = key_b,
                            .accept_any = options.accept_any_b,
                            .mtu = options.mtu,
                            .load = options.load_b,
                            .epoch = vectors::kUnixTime,
                            .reveal_ephemerals = options.reveal_ephemerals};
    if (!options.accept_any_b) {
      b_config.peers.push_back(
          {.key = tunnel::public_key(key_a),
           .preshared = vectors::kPreshared,
           .allowed_ips = prefixes("10.0.0.1/32", "fd00::1/128"),
           .endpoint = options.b_knows_endpoint ? std::optional(a.endpoint) : std::nullopt});
    }
    a.tunnel = make(std::move(a_config), 1);
    b.tunnel = make(std::move(b_config), 2);
  }
  Pair() : Pair(Options{}) {}

  // An inner packet from this end to the other.
  tunnel::SendResult send(End& end, std::size_t size = 100, std::uint8_t fill = 0xab) {
    const bool is_a = end.name == 'a';
    auto result = end.tunnel->handle_packet(
        pool.copy(inner_packet(is_a ? 1 : 2, is_a ? 2 : 1, size, fill)), now);
    if (result.datagram) carry(end, std::move(*result.datagram));
    settle();
    return result;
  }

  // Delivers until both are quiet.
  void settle() {
    bool busy = true;
    while (busy) {
      busy = false;
      for (End* end : {&a, &b}) {
        while (auto event = end->tunnel->poll_event()) end->events.push_back(std::move(*event));
        while (auto datagram = end->tunnel->poll_datagram(now)) {
          carry(*end, std::move(*datagram));
          busy = true;
        }
      }
    }
  }

  // Runs every timer up to now + duration.
  void advance(Duration duration) {
    const Instant until = now + duration;
    for (;;) {
      const Instant next = std::min(a.tunnel->next_timeout().at, b.tunnel->next_timeout().at);
      if (next > until) break;
      now = std::max(now, next);
      a.tunnel->handle_timeout(now);
      b.tunnel->handle_timeout(now);
      settle();
    }
    now = until;
  }

  // Log entries of one kind from one end.
  std::vector<LogEntry> sent(char from, tunnel::MessageType type) const {
    std::vector<LogEntry> out;
    for (const auto& entry : log) {
      if (entry.from == from && entry.type == type) out.push_back(entry);
    }
    return out;
  }

  // Puts a datagram of this end on the wire.
  void carry(End& from, tunnel::Datagram datagram) {
    const Bytes bytes = datagram.payload.bytes();
    log.push_back(
        {now, from.name, datagram.type, bytes.size(), Buffer(bytes.begin(), bytes.end())});
    End& to = from.name == 'a' ? b : a;
    if (cut || (cut_a && from.name == 'a') || datagram.to != to.endpoint) return;
    auto result = to.tunnel->handle_datagram(std::move(datagram.payload), from.endpoint, now);
    if (result.packet) {
      const Bytes packet = result.packet->bytes();
      to.received.emplace_back(packet.begin(), packet.end());
    }
  }

  tunnel::PrivateKey key_a;
  tunnel::PrivateKey key_b;
  wire::PacketPool pool;
  Instant now{};
  bool cut = false;
  // Nothing from a gets through, but b does.
  bool cut_a = false;
  End a{.name = 'a', .endpoint = {wire::IpAddress::v4(192, 0, 2, 1), 1111}};
  End b{.name = 'b', .endpoint = {wire::IpAddress::v4(192, 0, 2, 2), 2222}};
  std::vector<LogEntry> log;

 private:
  static std::vector<wire::Prefix> prefixes(const char* v4, const char* v6) {
    return {wire::parse_prefix(v4).value(), wire::parse_prefix(v6).value()};
  }
  std::unique_ptr<tunnel::Tunnel> make(tunnel::Config config, std::uint64_t seed) {
    return std::move(tunnel::make_tunnel(std::move(config),
                                         std::make_unique<tunnel::SeededKeySource>(Random(seed)),
                                         pool, now)
                         .value());
  }
};

}  // namespace inflight::testing
