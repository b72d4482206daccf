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

bool is_host(const wire::IpAddress& address) {
  return !address.is_unspecified() && !address.is_multicast() && !address.is_broadcast();
}

}  // namespace

Stack::Stack(Config config, wire::PacketPool& pool, const Random& random)
    : config_(std::move(config)),
      pool_(pool),
      numbers_(random.fork("initial numbers")),
      path_mtus_(config_.max_path_mtus),
      icmp_replies_(pool),
      fast_open_keys_(random.fork("fast open")),
      fast_open_cache_(config_.max_cookies) {
  next_port_ = static_cast<std::uint16_t>(random.fork("stack").below(kDynamicPorts));
}

void Stack::add_address(const wire::IpAddress& address) {
  if (!owns(address)) config_.addresses.push_back(address);
}

bool Stack::owns(const wire::IpAddress& address) const {
  return std::ranges::find(config_.addresses, address) != config_.addresses.end();
}

std::expected<Handle, ConnectError> Stack::connect(const tcp::Config& config,
                                                   const wire::Endpoint& remote, Instant now) {
  return connect_from(config, {}, remote, now);
}

std::expected<Handle, ConnectError> Stack::connect_from(const tcp::Config& config,
                                                        const wire::Endpoint& local,
                                                        const wire::Endpoint& remote, Instant now) {
  if (entries_.size() >= config_.max_connections) {
    return std::unexpected(ConnectError::TooManyConnections);
  }
  if (!is_host(remote.address) || remote.port == 0) return std::unexpected(ConnectError::BadRemote);
  const auto source = source_for(local.address, remote.address);
  if (!source) return std::unexpected(ConnectError::NoAddress);
  FourTuple tuple{{*source, local.port}, remote};
  if (local.port == 0) {
    const auto port = free_port(tuple);
    if (!port) return std::unexpected(ConnectError::NoPort);
    tuple.local.port = *port;
  } else if (by_tuple_.contains(tuple)) {
    return std::unexpected(ConnectError::AddressInUse);
  }
  const tcp::Ports ports{tuple.local.port, remote.port, remote.address.version()};
  auto connection = tcp::Connection::connect(config, ports, numbers_.sequence(tuple, now), now);
  Entry& entry = add(std::move(connection), config, tuple, now);
  if (config.fast_open) offer_fast_open(entry, now);
  return entry.handle;
}

std::optional<wire::IpAddress> Stack::source_for(const wire::IpAddress& wanted,
                                                 const wire::IpAddress& remote) const {
  const auto fits = [&](const wire::IpAddress& address) {
    return address.version() == remote.version() && (wanted.is_unspecified() || address == wanted);
  };
  const auto source = std::ranges::find_if(config_.addresses, fits);
  if (source == config_.addresses.end()) return std::nullopt;
  return *source;
}

std::optional<std::uint16_t> Stack::free_port(FourTuple tuple) {
  for (int tries = 0; tries < kDynamicPorts; ++tries) {
    tuple.local.port = static_cast<std::uint16_t>(kFirstDynamicPort + next_port_);
    next_port_ = static_cast<std::uint16_t>((next_port_ + 1) % kDynamicPorts);
    if (!by_tuple_.contains(tuple) && !listeners_.uses(tuple.local.port)) return tuple.local.port;
  }
  return std::nullopt;
}

void Stack::listen(const wire::Endpoint& local, const tcp::Config& config,
                   const ListenOptions& options) {
  listeners_.open(local, config, options);
}

void Stack::unlisten(const wire::Endpoint& local) {
  const wire::Endpoint key = Listeners::key(local);
  for (const auto& [handle, entry] : entries_) {
    if (entry->listener != key) continue;
    entry->listener.reset();
    entry->connection.abort();
    entry->released = true;
    touch(*entry);
  }
  listeners_.close(local);
}

std::optional<Handle> Stack::accept() {
  while (!accepted_.empty()) {
    const Handle handle = accepted_.pop_front();
    const auto it = entries_.find(handle);
    if (it == entries_.end()) continue;
    // Reset when its listener closed: nobody's any more.
    if (!it->second->listener) continue;
    leave_backlog(*it->second);
    return handle;
  }
  return std::nullopt;
}

std::optional<Handle> Stack::accept(const wire::Endpoint& local) {
  const wire::Endpoint key = Listeners::key(local);
  std::optional<Handle> found;
  // Once around the queue: the others keep their order.
  for (std::size_t left = accepted_.size(); left > 0; --left) {
    const Handle handle = accepted_.pop_front();
    const auto it = entries_.find(handle);
    if (it == entries_.end() || !it->second->listener) continue;
    if (found || *it->second->listener != key) {
      accepted_.push_back(handle);
      continue;
    }
    leave_backlog(*it->second);
    found = handle;
  }
  return found;
}

bool Stack::can_accept(const wire::Endpoint& local) const {
  const wire::Endpoint key = Listeners::key(local);
  for (std::size_t i = 0; i < accepted_.size(); ++i) {
    const auto it = entries_.find(accepted_[i]);
    if (it != entries_.end() && it->second->listener == key) return true;
  }
  return false;
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

void Stack::set_ip_fields(Handle handle, std::uint8_t hop_limit, std::uint8_t dscp) {
  Entry& entry = *entries_.at(handle);
  entry.ip.hop_limit = hop_limit;
  entry.ip.dscp = dscp;
}

void Stack::set_fragmentable(Handle handle, bool on) { entries_.at(handle)->ip.fragmentable = on; }

void Stack::release(Handle handle) {
  const auto it = entries_.find(handle);
  if (it == entries_.end()) return;
  it->second->released = true;
  it->second->connection.release();
  touch(*it->second);
}

Stack::Entry& Stack::add(tcp::Connection connection, const tcp::Config& config,
                         const FourTuple& tuple, Instant now) {
  const Handle handle{next_handle_++};
  auto& entry = entries_[handle];
  entry =
      std::make_unique<Entry>(Entry{.handle = handle,
                                    .connection = std::move(connection),
                                    .tuple = tuple,
                                    .ip = {.hop_limit = config.hop_limit, .dscp = config.dscp}});
  entry->connection.set_timestamp_offset(numbers_.timestamp_offset(tuple));
  apply_path_mtu(*entry, now);
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
  if (!entry.listener || entry.announced) return;
  const bool usable = entry.connection.fast_open().use == tcp::FastOpenUse::DataTaken;
  if (state == tcp::State::SynReceived && !usable) return;
  if (state == tcp::State::Closed) {
    // It ended before anybody could accept it: its place in the backlog is free again.
    leave_backlog(entry);
    entry.released = true;
    return;
  }
  const bool empty = entry.connection.unread() == ByteCount{0};
  if (empty && listeners_.at(*entry.listener).options.defers_until_data) return;
  entry.announced = true;
  accepted_.push_back(entry.handle);
}

void Stack::leave_backlog(Entry& entry) {
  --listeners_.at(*entry.listener).waiting;
  entry.listener.reset();
}

// Nothing more to send for now: its timers are read, and a finished connection is forgotten.
void Stack::settle(Entry& entry) {
  announce(entry);
  if (entry.connection.state() == tcp::State::Closed) {
    // RFC 9293 §3.10.7.1: what still comes for it meets no connection, though the application has
    // not let go of it. A later one may have taken its place (RFC 6191).
    const auto it = by_tuple_.find(entry.tuple);
    if (it != by_tuple_.end() && it->second == &entry) by_tuple_.erase(it);
    if (entry.released) {
      if (entry.fast_opening && entry.passive) --fast_opening_;
      entries_.erase(entry.handle);
      return;
    }
  }
  schedule(entry);
}

std::optional<OutgoingPacket> Stack::poll_packet(Instant now) {
  if (!replies_.empty()) {
    ++counters_.packets_out;
    return replies_.pop_front();
  }
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
          .packet = make_packet(entry.tuple, entry.ip, *segment),
          .connection = entry.handle,
          .offset = entry.connection.sent_offset(first),
          .payload = ByteCount{static_cast<std::int64_t>(segment->payload_size())}};
    }
    entry.ready = false;
    settle(entry);
  }
  return std::nullopt;
}

wire::Packet Stack::make_packet(const FourTuple& tuple, const IpSettings& settings,
                                const tcp::OutgoingSegment& segment) {
  const std::size_t header_size = wire::tcp_header_size(segment.header.options);
  const std::size_t ip_size = wire::ip_header_size(tuple.local.address.version());
  const std::size_t tcp_size = header_size + segment.payload_size();
  wire::Packet packet = pool_.make(ip_size + tcp_size);
  const wire::IpHeader ip{.source = tuple.local.address,
                          .destination = tuple.remote.address,
                          .protocol = wire::ip_protocol::kTcp,
                          .hop_limit = settings.hop_limit,
                          .dscp = settings.dscp,
                          .ecn = segment.ecn,
                          .identification = ++identification_,
                          .dont_fragment = !settings.may_fragment && !settings.fragmentable};
  wire::emit_ip(ip, tcp_size, packet.bytes().first(ip_size));
  const MutableBytes tcp = packet.bytes().subspan(ip_size);
  wire::emit_tcp(segment.header, tcp.first(header_size));
  ByteWriter payload(tcp.subspan(header_size));
  payload.bytes(segment.payload_head);
  payload.bytes(segment.payload_tail);
  wire::set_tcp_checksum(ip.source, ip.destination, tcp);
  return packet;
}

void Stack::handle_timeout(Instant now) {
  for (const wire::IpAddress& address : path_mtus_.expire(now)) apply_path_mtu(address, now);
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
      if (entry.fast_opening) conclude_fast_open(entry, now);
      touch(entry);
    } else {
      schedule(entry);
    }
  }
}

Instant Stack::next_timeout() const {
  const Instant connections = wakeups_.empty() ? kNever : wakeups_.front().at;
  return std::min(connections, path_mtus_.next_expiry());
}

}  // namespace inflight::stack
