// PACKET ARRIVES: from an IP packet to the connection, the listener or the answer that it is for.
#include <algorithm>
#include <utility>

#include "stack/stack.h"
#include "wire/checksum.h"
#include "wire/ip.h"
#include "wire/tcp.h"

namespace inflight::stack {
namespace {

// Answers to strangers that wait to be sent; more are not answered.
constexpr std::size_t kMaxReplies = 64;
// How far a connection that follows another between the same endpoints begins behind the last
// number of that: more than any window without scaling, so that old segments fall outside.
constexpr std::uint32_t kReopenGap = 65'537;

// RFC 1122 §3.2.1.3, RFC 4291 §2.5.2, §2.7: no packet may come from there.
bool is_no_source(const wire::IpAddress& address) {
  return address.is_unspecified() || address.is_multicast() || address.is_broadcast();
}

}  // namespace

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
  // RFC 9293 MUST-57, MUST-63: a SYN from or to a group is no connection; nor is anything else.
  if (is_no_source(ip->header.source)) {
    ++counters_.bad_addresses;
    return;
  }
  handle_tcp(*ip, packet.arrival, now);
}

void Stack::handle_tcp(const wire::IpPacketView& ip, Instant arrival, Instant now) {
  if (wire::transport_checksum(ip.header.source, ip.header.destination, wire::ip_protocol::kTcp,
                               ip.payload) != 0) {
    ++counters_.bad_checksums;
    return;
  }
  const auto tcp = wire::parse_tcp(ip.payload, wire::Completeness::Complete);
  if (!tcp) {
    ++counters_.malformed;
    return;
  }
  const tcp::Segment segment{tcp->header, tcp->payload, arrival};
  const FourTuple tuple{{ip.header.destination, tcp->header.destination_port},
                        {ip.header.source, tcp->header.source_port}};
  const auto known = by_tuple_.find(tuple);
  if (known == by_tuple_.end()) {
    handle_new(tuple, segment, numbers_.sequence(tuple, now), now);
  } else if (known->second->connection.may_be_reopened_by(segment) &&
             listeners_.responsible(tuple.local) != nullptr) {
    reopen(*known->second, segment, now);
  } else {
    Entry& entry = *known->second;
    entry.connection.handle_segment(segment, now);
    announce(entry);
    touch(entry);
  }
}

// RFC 9293 §3.6.1 MAY-2: a new connection between the endpoints of one that only waits.
void Stack::reopen(Entry& entry, const tcp::Segment& syn, Instant now) {
  ++counters_.reopened;
  // It must begin behind all that the old one sent.
  const SeqNum floor = entry.connection.sent_until() + kReopenGap;
  const SeqNum clock = numbers_.sequence(entry.tuple, now);
  const FourTuple tuple = entry.tuple;
  entry.connection.abort();
  touch(entry);
  by_tuple_.erase(tuple);
  handle_new(tuple, syn, std::max(floor, clock), now);
}

void Stack::handle_new(const FourTuple& tuple, const tcp::Segment& segment, SeqNum iss,
                       Instant now) {
  const wire::TcpFlags flags = segment.header.flags;
  const wire::Endpoint* local = listeners_.responsible(tuple.local);
  if (local == nullptr || !flags.syn || flags.ack || flags.rst) {
    refuse(tuple, segment);
    return;
  }
  Listener& listener = listeners_.at(*local);
  if (listener.waiting >= config_.backlog || entries_.size() >= config_.max_connections) {
    // Silently: the peer tries again, and there may be room then.
    ++counters_.backlog_drops;
    return;
  }
  ++listener.waiting;
  const tcp::Ports ports{tuple.local.port, tuple.remote.port, tuple.remote.address.version()};
  add(tcp::Connection::accept(listener.config, ports, iss, segment, now), tuple).listener = *local;
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

}  // namespace inflight::stack
