// Two stacks joined by a wire without delay, or one stack and packets made by the test.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "stack/stack.h"
#include "wire/checksum.h"
#include "wire/ip.h"
#include "wire/tcp.h"

namespace inflight::testing {

inline const wire::IpAddress kClient = wire::IpAddress::v4(10, 0, 0, 1);
inline const wire::IpAddress kServer = wire::IpAddress::v4(10, 0, 0, 2);
inline const wire::IpAddress kClient6 = wire::parse_address("fd00::1").value();
inline const wire::IpAddress kServer6 = wire::parse_address("fd00::2").value();

inline stack::Config with_addresses(std::vector<wire::IpAddress> addresses) {
  stack::Config config;
  config.addresses = std::move(addresses);
  return config;
}

// Two stacks side by side.
struct Net {
  wire::PacketPool pool;
  stack::Stack client;
  stack::Stack server;
  Instant now = Instant{} + 1s;

  explicit Net(stack::Config server_config = with_addresses({kServer, kServer6}))
      : client(with_addresses({kClient, kClient6}), pool, Random(1)),
        server(std::move(server_config), pool, Random(2)) {}

  // Carries packets to and fro until neither has one.
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      while (auto packet = client.poll_packet(now)) {
        moved = true;
        packet->packet.arrival = now;
        server.handle_packet(packet->packet, now);
      }
      while (auto packet = server.poll_packet(now)) {
        moved = true;
        packet->packet.arrival = now;
        client.handle_packet(packet->packet, now);
      }
    }
  }
  // Time passes up to `until`, timers run in order.
  void run_until(Instant until) {
    for (;;) {
      settle();
      const Instant next = std::min(client.next_timeout(), server.next_timeout());
      if (next > until) break;
      now = std::max(now, next);
      client.handle_timeout(now);
      server.handle_timeout(now);
    }
    now = until;
  }
  stack::Handle open(std::uint16_t port, const wire::IpAddress& to = kServer) {
    return client.connect({}, {to, port}, now).value();
  }
};

// A bare segment from the client.
inline wire::Packet segment(wire::PacketPool& pool, const wire::TcpHeader& header,
                            const wire::IpAddress& from = kClient,
                            const wire::IpAddress& to = kServer) {
  const std::size_t ip_size = wire::ip_header_size(from.version());
  const std::size_t tcp_size = wire::tcp_header_size(header.options);
  wire::Packet packet = pool.make(ip_size + tcp_size);
  wire::emit_ip({.source = from, .destination = to, .protocol = wire::ip_protocol::kTcp}, tcp_size,
                packet.bytes().first(ip_size));
  wire::emit_tcp(header, packet.bytes().subspan(ip_size));
  wire::set_tcp_checksum(from, to, packet.bytes().subspan(ip_size));
  return packet;
}

inline wire::TcpHeader syn_from(std::uint16_t port) {
  wire::TcpHeader header;
  header.source_port = port;
  header.destination_port = 80;
  header.seq = SeqNum{1000};
  header.flags.syn = true;
  header.window = 65535;
  return header;
}

inline wire::TcpSegmentView view(const wire::Packet& packet) {
  const auto ip = wire::parse_ip(packet.bytes(), wire::Completeness::Complete);
  return wire::parse_tcp(ip->payload, wire::Completeness::Complete).value();
}

inline std::vector<std::uint8_t> text(const char* words) {
  return {words, words + std::strlen(words)};
}

inline std::string read_all(tcp::Connection& connection) {
  std::vector<std::uint8_t> out(100'000);
  out.resize(connection.read(out));
  return {out.begin(), out.end()};
}

}  // namespace inflight::testing
