// Many TCP connections behind some IP addresses: demultiplexing, listeners, checksums, and which
// connection may send next. Packets and the time come in; packets and "call me again at" come out.
// The stack is pulled: poll_packet() is asked only when there is room for what it gives.
//
// Left out so far: ICMP, fragments (counted and dropped), UDP.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/ring_queue.h"
#include "tcp/connection.h"
#include "wire/address.h"
#include "wire/packet.h"

namespace inflight::stack {

// Names a connection of one stack; never reused.
enum class Handle : std::uint64_t {};

struct Config {
  // Packets to other addresses are dropped and counted.
  std::vector<wire::IpAddress> addresses;
  std::size_t max_connections = 4096;
  // Connections that wait to be accepted, per listener; a SYN beyond that is dropped.
  std::size_t backlog = 128;
};

enum class ConnectError : std::uint8_t { NoAddress, NoPort, TooManyConnections };

struct Counters {
  std::int64_t packets_in = 0;
  std::int64_t packets_out = 0;
  std::int64_t malformed = 0;
  std::int64_t bad_checksums = 0;
  std::int64_t not_for_us = 0;
  std::int64_t refused = 0;
};

// A packet with what the stack knows of it, so that a queue which drops it can say what was lost.
struct OutgoingPacket {
  wire::Packet packet;
  Handle connection{};
  // The stretch of the stream that it carries; empty for pure ACKs.
  StreamOffset offset;
  ByteCount payload;
};

class Stack {
 public:
  // The pool must outlive the stack and its packets.
  Stack(Config config, wire::PacketPool& pool, const Random& random);

  std::expected<Handle, ConnectError> connect(const tcp::Config& config,
                                              const wire::Endpoint& remote, Instant now);
  // Replaces an earlier listener of the port.
  void listen(std::uint16_t port, const tcp::Config& config);
  // The next connection that a listener made and that is established.
  std::optional<Handle> accept();
  // Null when it was released. What is done to the connection may make it send: it is asked again.
  tcp::Connection* find(Handle handle);
  const tcp::Connection* find(Handle handle) const;
  wire::Endpoint local(Handle handle) const;
  wire::Endpoint remote(Handle handle) const;
  // The application is done with it: it is closed, and forgotten once that is over.
  void release(Handle handle);

  void handle_packet(const wire::Packet& packet, Instant now);
  std::optional<OutgoingPacket> poll_packet(Instant now);
  // Some connection was touched and not asked to its end: poll_packet may give something.
  bool wants_to_send() const { return !replies_.empty() || !ready_.empty(); }
  void handle_timeout(Instant now);
  // May be earlier than anything is really due; kNever if nothing is.
  Instant next_timeout() const;

  const Counters& counters() const { return counters_; }
  // Grows whenever anything may have changed a connection: while it stands still, what was read off
  // one still holds.
  std::uint64_t activity() const { return activity_; }
  std::size_t connections() const { return entries_.size(); }

 private:
  struct FourTuple {
    wire::Endpoint local;
    wire::Endpoint remote;
    bool operator==(const FourTuple&) const = default;
  };
  struct FourTupleHash {
    std::size_t operator()(const FourTuple& tuple) const noexcept;
  };
  struct Listener {
    tcp::Config config;
    std::size_t waiting = 0;
  };
  struct Entry {
    Handle handle{};
    tcp::Connection connection;
    FourTuple tuple;
    bool ready = false;
    bool released = false;
    // The port of the listener whose backlog it fills, until it is accepted.
    std::optional<std::uint16_t> listener;
    bool announced = false;
    // The earliest wake-up that stands in the heap for it.
    Instant scheduled = kNever;
  };
  struct Wakeup {
    Instant at;
    Handle handle;
    bool operator>(const Wakeup& other) const { return at > other.at; }
  };

  Entry& add(tcp::Connection connection, const FourTuple& tuple);
  void touch(Entry& entry);
  void schedule(Entry& entry);
  void announce(Entry& entry);
  void settle(Entry& entry);
  void handle_new(const FourTuple& tuple, const tcp::Segment& segment, Instant now);
  void refuse(const FourTuple& tuple, const tcp::Segment& segment);
  wire::Packet make_packet(const FourTuple& tuple, const tcp::OutgoingSegment& segment);
  SeqNum initial_sequence(Instant now);
  bool owns(const wire::IpAddress& address) const;

  Config config_;
  wire::PacketPool& pool_;
  Random random_;
  std::unordered_map<Handle, std::unique_ptr<Entry>> entries_;
  std::unordered_map<FourTuple, Entry*, FourTupleHash> by_tuple_;
  std::unordered_map<std::uint16_t, Listener> listeners_;
  // Asked in turn. An entry is forgotten only when it has just left this queue.
  RingQueue<Entry*> ready_;
  RingQueue<Handle> accepted_;
  RingQueue<OutgoingPacket> replies_;
  // Lazily kept min-heap: a deadline that moved later is found out when its old one comes.
  std::vector<Wakeup> wakeups_;
  std::uint64_t next_handle_ = 1;
  std::uint16_t next_port_ = 0;
  std::uint16_t identification_ = 0;
  std::uint64_t activity_ = 0;
  Counters counters_;
};

}  // namespace inflight::stack
