#include "stack/stack.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "wire/checksum.h"
#include "wire/ip.h"
#include "wire/tcp.h"

namespace inflight::stack {
namespace {

// RFC 6335 §6: the dynamic ports.
constexpr std::uint16_t kFirstDynamicPort = 49152;
constexpr int kDynamicPorts = 65536 - kFirstDynamicPort;
// RFC 9293 §3.4.1: the number's clock ticks every 4 microseconds.
constexpr Duration kSequenceTick = 4us;
// Answers to strangers that wait to be sent; more are not answered.
constexpr std::size_t kMaxReplies = 64;

}  // namespace

std::size_t Stack::FourTupleHash::operator()(const FourTuple& tuple) const noexcept {
  const std::hash<wire::Endpoint> hash;
  return hash(tuple.local) * 31 + hash(tuple.remote);
}

Stack::Stack(Config config, wire::PacketPool& pool, const Random& random)
    : config_(std::move(config)), pool_(pool), random_(random.fork("stack")) {
  next_port_ = static_cast<std::uint16_t>(random_.below(kDynamicPorts));
}

bool Stack::owns(const wire::IpAddress& address) const {
  return std::ranges::find(config_.addresses, address) != config_.addresses.end();
}

SeqNum Stack::initial_sequence(Instant now) {
  // RFC 9293 MUST-8 and MUST-9: a clock, plus something that cannot be computed from outside.
  const auto clock = static_cast<std::uint32_t>(now.time_since_epoch() / kSequenceTick);
  return SeqNum{clock + static_cast<std::uint32_t>(random_.next())};
}

std::expected<Handle, ConnectError> Stack::connect(const tcp::Config& config,
                                                   const wire::Endpoint& remote, Instant now) {
  if (entries_.size() >= config_.max_connections) {
    return std::unexpected(ConnectError::TooManyConnections);
  }
  const auto source = std::ranges::find_if(config_.addresses, [&](const wire::IpAddress& address) {
    return address.version() == remote.address.version();
  });
  if (source == config_.addresses.end()) return std::unexpected(ConnectError::NoAddress);
  for (int tries = 0; tries < kDynamicPorts; ++tries) {
    const auto port = static_cast<std::uint16_t>(kFirstDynamicPort + next_port_);
    next_port_ = static_cast<std::uint16_t>((next_port_ + 1) % kDynamicPorts);
    const FourTuple tuple{{*source, port}, remote};
    if (by_tuple_.contains(tuple) || listeners_.contains(port)) continue;
    const SeqNum iss = initial_sequence(now);
    return add(tcp::Connection::connect(config, {port, remote.port}, iss, now), tuple).handle;
  }
  return std::unexpected(ConnectError::NoPort);
}

void Stack::listen(std::uint16_t port, const tcp::Config& config) {
  listeners_[port].config = config;
}

std::optional<Handle> Stack::accept() {
  while (!accepted_.empty()) {
    const Handle handle = accepted_.pop_front();
    const auto it = entries_.find(handle);
    if (it == entries_.end()) continue;
    if (it->second->listener) --listeners_.at(*it->second->listener).waiting;
    it->second->listener.reset();
    return handle;
  }
  return std::nullopt;
}

tcp::Connection* Stack::find(Handle handle) {
  const auto it = entries_.find(handle);
  if (it == entries_.end()) return nullptr;
  touch(*it->second);
  return &it->second->connection;
}

const tcp::Connection* Stack::find(Handle handle) const {
  const auto it = entries_.find(handle);
  return it == entries_.end() ? nullptr : &it->second->connection;
}

wire::Endpoint Stack::local(Handle handle) const { return entries_.at(handle)->tuple.local; }
wire::Endpoint Stack::remote(Handle handle) const { return entries_.at(handle)->tuple.remote; }

void Stack::release(Handle handle) {
  const auto it = entries_.find(handle);
  if (it == entries_.end()) return;
  it->second->released = true;
  it->second->connection.release();
  touch(*it->second);
}

Stack::Entry& Stack::add(tcp::Connection connection, const FourTuple& tuple) {
  const Handle handle{next_handle_++};
  auto& entry = entries_[handle];
  entry = std::make_unique<Entry>(
      Entry{.handle = handle, .connection = std::move(connection), .tuple = tuple});
  by_tuple_[tuple] = entry.get();
  touch(*entry);
  return *entry;
}

void Stack::touch(Entry& entry) {
  ++activity_;
  if (entry.ready) return;
  entry.ready = true;
  ready_.push_back(&entry);
}

void Stack::schedule(Entry& entry) {
  const Instant due = entry.connection.next_timeout();
  if (due >= entry.scheduled) return;
  entry.scheduled = due;
  wakeups_.push_back({due, entry.handle});
  std::ranges::push_heap(wakeups_, std::greater{});
}

// Offers a connection that came in to accept() as soon as its handshake is over: what came with the
// last segment of that may be a request.
void Stack::announce(Entry& entry) {
  const tcp::State state = entry.connection.state();
  if (!entry.listener || entry.announced || state == tcp::State::SynReceived) return;
  if (state == tcp::State::Closed) {
    // It ended before anybody could accept it: its place in the backlog is free again.
    --listeners_.at(*std::exchange(entry.listener, std::nullopt)).waiting;
    entry.released = true;
    return;
  }
  entry.announced = true;
  accepted_.push_back(entry.handle);
}

// Nothing more to send for now: its timers are read, and a finished connection is forgotten.
void Stack::settle(Entry& entry) {
  announce(entry);
  if (entry.connection.state() == tcp::State::Closed && entry.released) {
    by_tuple_.erase(entry.tuple);
    entries_.erase(entry.handle);
    return;
  }
  schedule(entry);
}

std::optional<OutgoingPacket> Stack::poll_packet(Instant now) {
  if (!replies_.empty()) return replies_.pop_front();
  while (!ready_.empty()) {
    Entry& entry = *ready_.pop_front();
    ++activity_;
    const auto segment = entry.connection.poll_segment(now);
    if (segment) {
      // Back in line: connections take turns, a packet each.
      ready_.push_back(&entry);
      ++counters_.packets_out;
      const SeqNum first = segment->header.seq;
      return OutgoingPacket{
          .packet = make_packet(entry.tuple, *segment),
          .connection = entry.handle,
          .offset = entry.connection.sent_offset(first),
          .payload = ByteCount{static_cast<std::int64_t>(segment->payload_size())}};
    }
    entry.ready = false;
    settle(entry);
  }
  return std::nullopt;
}

wire::Packet Stack::make_packet(const FourTuple& tuple, const tcp::OutgoingSegment& segment) {
  const std::size_t header_size = wire::tcp_header_size(segment.header.options);
  const std::size_t ip_size = wire::ip_header_size(tuple.local.address.version());
  const std::size_t tcp_size = header_size + segment.payload_size();
  wire::Packet packet = pool_.make(ip_size + tcp_size);
  const wire::IpHeader ip{.source = tuple.local.address,
                          .destination = tuple.remote.address,
                          .protocol = wire::ip_protocol::kTcp,
                          .ecn = segment.ecn,
                          .identification = ++identification_};
  wire::emit_ip(ip, tcp_size, packet.bytes().first(ip_size));
  const MutableBytes tcp = packet.bytes().subspan(ip_size);
  wire::emit_tcp(segment.header, tcp.first(header_size));
  ByteWriter payload(tcp.subspan(header_size));
  payload.bytes(segment.payload_head);
  payload.bytes(segment.payload_tail);
  wire::set_tcp_checksum(ip.source, ip.destination, tcp);
  return packet;
}

void Stack::handle_packet(const wire::Packet& packet, Instant now) {
  ++counters_.packets_in;
  const auto ip = wire::parse_ip(packet.bytes(), wire::Completeness::Complete);
  if (!ip || ip->header.is_fragment || ip->header.protocol != wire::ip_protocol::kTcp) {
    ++counters_.malformed;
    return;
  }
  if (!owns(ip->header.destination)) {
    ++counters_.not_for_us;
    return;
  }
  if (wire::transport_checksum(ip->header.source, ip->header.destination, wire::ip_protocol::kTcp,
                               ip->payload) != 0) {
    ++counters_.bad_checksums;
    return;
  }
  const auto tcp = wire::parse_tcp(ip->payload, wire::Completeness::Complete);
  if (!tcp) {
    ++counters_.malformed;
    return;
  }
  const tcp::Segment segment{tcp->header, tcp->payload, packet.arrival, ip->header.ecn};
  const FourTuple tuple{{ip->header.destination, tcp->header.destination_port},
                        {ip->header.source, tcp->header.source_port}};
  const auto known = by_tuple_.find(tuple);
  if (known == by_tuple_.end()) {
    handle_new(tuple, segment, now);
    return;
  }
  Entry& entry = *known->second;
  entry.connection.handle_segment(segment, now);
  announce(entry);
  touch(entry);
}

void Stack::handle_new(const FourTuple& tuple, const tcp::Segment& segment, Instant now) {
  const wire::TcpFlags flags = segment.header.flags;
  const auto listener = listeners_.find(tuple.local.port);
  const bool wanted = listener != listeners_.end() && flags.syn && !flags.ack && !flags.rst;
  if (!wanted) {
    refuse(tuple, segment);
    return;
  }
  // RFC 9293 MUST-57, MUST-63: a SYN from or to a group is no connection.
  if (tuple.remote.address.is_multicast() || tuple.remote.address.is_broadcast()) return;
  if (listener->second.waiting >= config_.backlog || entries_.size() >= config_.max_connections)
    return;
  ++listener->second.waiting;
  const tcp::Ports ports{tuple.local.port, tuple.remote.port};
  const SeqNum iss = initial_sequence(now);
  add(tcp::Connection::accept(listener->second.config, ports, iss, segment, now), tuple).listener =
      tuple.local.port;
}

void Stack::refuse(const FourTuple& tuple, const tcp::Segment& segment) {
  ++counters_.refused;
  if (segment.header.flags.rst || replies_.size() >= kMaxReplies) return;
  // RFC 9293 §3.10.7.1: a RST that the sender will find acceptable.
  tcp::OutgoingSegment reply{.header = {}, .payload_head = {}, .payload_tail = {}};
  reply.header.source_port = tuple.local.port;
  reply.header.destination_port = tuple.remote.port;
  reply.header.flags.rst = true;
  if (segment.header.flags.ack) {
    reply.header.seq = segment.header.ack;
  } else {
    const auto length = static_cast<std::uint32_t>(segment.payload.size()) +
                        (segment.header.flags.syn ? 1U : 0U) + (segment.header.flags.fin ? 1U : 0U);
    reply.header.flags.ack = true;
    reply.header.ack = segment.header.seq + length;
  }
  replies_.push_back({.packet = make_packet(tuple, reply)});
}

void Stack::handle_timeout(Instant now) {
  while (!wakeups_.empty() && wakeups_.front().at <= now) {
    const Handle handle = wakeups_.front().handle;
    std::ranges::pop_heap(wakeups_, std::greater{});
    wakeups_.pop_back();
    const auto it = entries_.find(handle);
    if (it == entries_.end()) continue;
    Entry& entry = *it->second;
    entry.scheduled = kNever;
    if (entry.connection.next_timeout() <= now) {
      entry.connection.handle_timeout(now);
      touch(entry);
    } else {
      schedule(entry);
    }
  }
}

Instant Stack::next_timeout() const { return wakeups_.empty() ? kNever : wakeups_.front().at; }

}  // namespace inflight::stack
