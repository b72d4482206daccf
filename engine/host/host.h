// One endpoint: stack, outbound queue, encryption rate and tunnel, with a tap for whoever watches
// the inner packets. A packet's way out: the stack is asked, the packet waits in the outbound
// queue, is encrypted at the encryption rate, sealed in place, and leaves as a datagram. Its way in
// is the reverse, without waiting. Without a tunnel the inner packets themselves leave. What goes
// around a datagram on its way (outer headers, a socket) is its owner's matter.
#pragma once

#include <memory>
#include <optional>

#include "base/random.h"
#include "host/outbound_queue.h"
#include "stack/stack.h"
#include "tunnel/tunnel.h"
#include "wire/packet.h"
#include "wire/packet_tap.h"

namespace inflight::host {

struct Config {
  stack::Config stack;
  OutboundConfig outbound;
  // How fast packets are encrypted, in bits of inner packets; nothing is unlimited.
  std::optional<DataRate> sealing_rate;
};

// What leaves: a UDP payload and where it goes, or, without a tunnel, an inner packet.
struct Datagram {
  wire::Packet payload;
  std::optional<wire::Endpoint> to;
  // For the header that the tunnel's datagram gets.
  wire::Ecn ecn = wire::Ecn::NotEct;
};

// A data packet that did not survive its own host's queue.
struct QueueDrop {
  Instant time;
  StreamOffset offset;
  ByteCount payload;
};

// The stretch that a packet carried which left this host.
struct SentStretch {
  StreamOffset offset;
  ByteCount payload;
};

class Host {
 public:
  // `tunnel` may be null. The pool must outlive the host.
  Host(Config config, std::unique_ptr<tunnel::Tunnel> tunnel, wire::PacketPool& pool,
       const Random& random);

  stack::Stack& stack() { return stack_; }
  const stack::Stack& stack() const { return stack_; }
  tunnel::Tunnel* tunnel() { return tunnel_.get(); }
  const tunnel::Tunnel* tunnel() const { return tunnel_.get(); }
  // Sees the inner packets. Null for none; must outlive the host.
  void set_tap(wire::PacketTap* tap) { tap_ = tap; }

  // With a tunnel: a UDP payload that came from `from`, `arrival` set, and the ECN field of the IP
  // header that carried it.
  void handle_datagram(wire::Packet payload, const wire::Endpoint& from, wire::Ecn outer,
                       Instant now);
  // An inner packet: from the tunnel, or from the network where there is none.
  void handle_packet(const wire::Packet& packet, Instant now);
  // The next one for the network, if one is ready by now.
  std::optional<Datagram> poll_datagram(Instant now);
  void handle_timeout(Instant now);
  Instant next_timeout() const;

  void set_outbound(OutboundConfig config) { outbound_.set(config); }
  void set_sealing_rate(std::optional<DataRate> rate) { config_.sealing_rate = rate; }

  const OutboundQueue& outbound() const { return outbound_; }
  // Bytes that wait for the encryption rate: in the outbound queue and being encrypted.
  ByteCount sealing_backlog() const;
  // Backpressure holds the stack back at this moment, and for how long it did so far.
  bool blocked() const { return blocked_since_.has_value(); }
  Duration blocked_time(Instant now) const;
  std::optional<QueueDrop> poll_drop();
  // What the packet carried that left with this tag; nothing if it was no data or long ago.
  std::optional<SentStretch> find_sent(std::uint64_t tag) const;
  // Inner packets that entered the tunnel (or left without one), and their bytes.
  ByteCount inner_bytes() const { return inner_bytes_; }

 private:
  static constexpr std::size_t kMaxRemembered = 1 << 16;
  static constexpr std::size_t kMaxDrops = 1 << 16;

  void fill_queue(Instant now);
  void drop(const stack::OutgoingPacket& packet, Instant now);
  void note_blocked(Instant now);
  bool start_sealing(Instant now);
  std::optional<Datagram> finish_sealing(Instant now);
  std::uint64_t remember(const stack::OutgoingPacket& packet);

  Config config_;
  stack::Stack stack_;
  std::unique_ptr<tunnel::Tunnel> tunnel_;
  OutboundQueue outbound_;
  wire::PacketTap* tap_ = nullptr;

  // The packet that is being encrypted, and until when.
  std::optional<stack::OutgoingPacket> sealing_;
  Instant sealed_at_{};
  std::optional<Instant> blocked_since_;
  Duration blocked_total_{};

  RingQueue<QueueDrop> drops_;
  // By tag, ascending without gaps from first_tag_.
  RingQueue<SentStretch> sent_;
  std::uint64_t first_tag_ = 1;
  ByteCount inner_bytes_;
};

}  // namespace inflight::host
