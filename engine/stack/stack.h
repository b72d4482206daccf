// Many TCP connections behind some IP addresses: demultiplexing, listeners, checksums, and which
// connection may send next. Packets and the time come in; packets and "call me again at" come out.
// The stack is pulled: poll_packet() is asked only when there is room for what it gives. Left out:
// UDP, which is refused; raw IP.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/ring_queue.h"
#include "stack/config.h"
#include "stack/fast_open.h"
#include "stack/four_tuple.h"
#include "stack/icmp_replies.h"
#include "stack/initial_numbers.h"
#include "stack/listeners.h"
#include "stack/path_mtu.h"
#include "stack/report.h"
#include "tcp/connection.h"
#include "wire/address.h"
#include "wire/icmp.h"
#include "wire/ip.h"
#include "wire/packet.h"

namespace inflight::stack {

class Stack {
 public:
  // The pool must outlive the stack and its packets.
  Stack(Config config, wire::PacketPool& pool, const Random& random);

  std::expected<Handle, ConnectError> connect(const tcp::Config& config,
                                              const wire::Endpoint& remote, Instant now);
  // From a chosen endpoint: the stack chooses for an unspecified address or port 0.
  std::expected<Handle, ConnectError> connect_from(const tcp::Config& config,
                                                   const wire::Endpoint& local,
                                                   const wire::Endpoint& remote, Instant now);
  void add_address(const wire::IpAddress& address);  // one more that packets may be for
  // On every address. Replaces an earlier listener's config.
  void listen(std::uint16_t port, const tcp::Config& config) { listen({{}, port}, config); }
  // On one address, or with the unspecified one on all.
  void listen(const wire::Endpoint& local, const tcp::Config& config,
              const ListenOptions& options = {});
  // Nothing comes in there any more. What nobody has accepted yet is reset.
  void unlisten(const wire::Endpoint& local);
  // The next connection that a listener made and that is established.
  std::optional<Handle> accept();
  // Of one listener, named as it was to listen().
  std::optional<Handle> accept(const wire::Endpoint& local);
  bool can_accept(const wire::Endpoint& local) const;
  // Null when it was released. What is done to the connection may make it send: it is asked again.
  tcp::Connection* find(Handle handle);
  const tcp::Connection* find(Handle handle) const;
  wire::Endpoint local(Handle handle) const;
  wire::Endpoint remote(Handle handle) const;
  // RFC 9293 SHLD-21: of its packets from now on.
  void set_ip_fields(Handle handle, std::uint8_t hop_limit, std::uint8_t dscp);
  // IPv4: routers may cut its packets up (DF is off) instead of telling of their MTU.
  void set_fragmentable(Handle handle, bool on);
  // The application is done with it: it is closed, and forgotten once that is over.
  void release(Handle handle);

  // What a server here would give a client for Fast Open, and what a client here was given: for a
  // connection between the two that went before this stack's time (RFC 7413 §4.1.3).
  wire::FastOpenCookie fast_open_cookie(const wire::IpAddress& client, Instant now) const {
    return fast_open_keys_.make(client, now);
  }
  void learn_fast_open(const wire::IpAddress& server, const wire::FastOpenCookie& cookie,
                       ByteCount mss, Instant now) {
    fast_open_cache_.learn(server, cookie, mss, now);
  }

  // A SYN to there would take data with it.
  bool can_fast_open(const tcp::Config& config, const wire::IpAddress& server, Instant now) const;
  // What was learned of servers is forgotten.
  void forget_fast_open() { fast_open_cache_.clear(); }

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
  static constexpr std::size_t kMaxReplies = 64;

  // What the IP header of a connection's packets says beyond addresses.
  struct IpSettings {
    std::uint8_t hop_limit = 64;
    std::uint8_t dscp = 0;
    // Because the path's MTU is below what TCP can adapt to, or because it is wanted so.
    bool may_fragment = false;
    bool fragmentable = false;
  };
  struct Entry {
    Handle handle{};
    tcp::Connection connection;
    FourTuple tuple;
    IpSettings ip;
    bool ready = false;
    bool released = false;
    // The listener whose backlog it fills, until it is accepted.
    std::optional<wire::Endpoint> listener;
    bool announced = false;
    // A SYN came in for it.
    bool passive = false;
    // Fast Open is under way: conclude_fast_open will see how it ends.
    bool fast_opening = false;
    // The earliest wake-up that stands in the heap for it.
    Instant scheduled = kNever;
  };
  struct Wakeup {
    Instant at;
    Handle handle;
    bool operator>(const Wakeup& other) const { return at > other.at; }
  };

  Entry& add(tcp::Connection connection, const tcp::Config& config, const FourTuple& tuple,
             Instant now);
  void touch(Entry& entry);
  void schedule(Entry& entry);
  void announce(Entry& entry);
  void settle(Entry& entry);
  void leave_backlog(Entry& entry);
  void reply(std::optional<wire::Packet> packet);
  // packet_arrives.cpp
  void handle_tcp(const wire::IpPacketView& ip, Instant arrival, Instant now);
  void handle_new(const FourTuple& tuple, const tcp::Segment& segment, SeqNum iss, Instant now);
  void reopen(Entry& entry, const tcp::Segment& syn, Instant now);
  void refuse(const FourTuple& tuple, const tcp::Segment& segment);
  // fast_open_arrives.cpp
  void offer_fast_open(Entry& entry, Instant now);
  void answer_fast_open(Entry& entry, const tcp::Segment& syn, Instant now);
  void conclude_fast_open(Entry& entry, Instant now);
  CookieVerdict check_cookie(const Entry& entry, const wire::FastOpenCookie& cookie,
                             Instant now) const;
  wire::FastOpenCookie make_cookie(const Entry& entry, Instant now) const;
  void refuse_protocol(const wire::IpPacketView& ip, Bytes packet, Instant now);
  // icmp_arrives.cpp
  void handle_icmp(const wire::IpPacketView& ip, Instant now);
  bool handle_icmp_error(const wire::IcmpView& message, Instant now);
  bool lower_path_mtu(const wire::IpAddress& remote, std::size_t mtu, std::size_t sent,
                      Instant now);
  void apply_path_mtu(const wire::IpAddress& remote, Instant now);
  void apply_path_mtu(Entry& entry, Instant now);
  wire::Packet make_packet(const FourTuple& tuple, const IpSettings& ip,
                           const tcp::OutgoingSegment& segment);
  std::optional<wire::IpAddress> source_for(const wire::IpAddress& wanted,
                                            const wire::IpAddress& remote) const;
  std::optional<std::uint16_t> free_port(FourTuple tuple);
  bool owns(const wire::IpAddress& address) const;

  Config config_;
  wire::PacketPool& pool_;
  InitialNumbers numbers_;
  std::unordered_map<Handle, std::unique_ptr<Entry>> entries_;
  std::unordered_map<FourTuple, Entry*, FourTupleHash> by_tuple_;
  Listeners listeners_;
  PathMtuCache path_mtus_;
  IcmpReplies icmp_replies_;
  FastOpenKeys fast_open_keys_;
  FastOpenCache fast_open_cache_;
  // Connections that were taken before their handshake was over.
  std::size_t fast_opening_ = 0;
  // Asked in turn. An entry is forgotten only when it has just left this queue.
  RingQueue<Entry*> ready_;
  RingQueue<Handle> accepted_;
  // Answers to strangers that wait to be sent; at kMaxReplies no more are given.
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
