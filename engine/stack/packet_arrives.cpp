// PACKET ARRIVES: from an IP packet to the connection, the listener or the answer that it is for.
#include <algorithm>
#include <utility>

#include "stack/stack.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ip.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace inflight::stack {
namespace {

// How far a connection that follows another between the same endpoints begins behind the last
// number of that: more than any window without scaling, so that old segments fall outside.
constexpr std::uint32_t kReopenGap = 65'537;

// RFC 1122 §3.2.1.3, RFC 4291 §2.5.2, §2.7: no packet may come from there.
bool is_no_source(const wire::IpAddress& address) {
  return address.is_unspecified() || address.is_multicast() || address.is_broadcast();
}

// RFC 768: over IPv4 a sender may leave it out.
bool udp_checksum_holds(const wire::IpPacketView& ip) {
  ByteReader reader(ip.payload);
  reader.skip(6);
  if (reader.u16be() == 0) return ip.header.source.is_v4();
  return wire::transport_checksum(ip.header.source, ip.header.destination, wire::ip_protocol::kUdp,
                                  ip.payload) == 0;
}

}  // namespace

void Stack::handle_packet(const wire::Packet& packet, Instant now) {
  ++counters_.packets_in;
  const auto ip = wire::parse_ip(packet.bytes(), wire::Completeness::Complete);
  if (!ip) {
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
  // RFC 5095, RFC 6274 §3.12.2: nobody needs that any more, but to get around a filter.
  if (ip->header.source_routed) {
    ++counters_.source_routed;
    return;
  }
  if (ip->header.is_fragment) {
    ++counters_.fragments;
    return;
  }
  if (ip->header.protocol == wire::ip_protocol::kTcp) {
    handle_tcp(*ip, packet.arrival, now);
  } else if (ip->header.protocol == wire::icmp_protocol(ip->header.source.version())) {
    handle_icmp(*ip, now);
  } else {
    refuse_protocol(*ip, packet.bytes(), now);
  }
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
  const tcp::Segment segment{tcp->header, tcp->payload, arrival, ip.header.ecn};
  const FourTuple tuple{{ip.header.destination, tcp->header.destination_port},
                        {ip.header.source, tcp->header.source_port}};
  auto known = by_tuple_.find(tuple);
  // What has ended is only kept for its application: to the network it is not there.
  if (known != by_tuple_.end() && known->second->connection.state() == tcp::State::Closed) {
    by_tuple_.erase(known);
    known = by_tuple_.end();
  }
  if (known == by_tuple_.end()) {
    handle_new(tuple, segment, numbers_.sequence(tuple, now), now);
  } else if (known->second->connection.may_be_reopened_by(segment) &&
             listeners_.responsible(tuple.local) != nullptr) {
    reopen(*known->second, segment, now);
  } else {
    Entry& entry = *known->second;
    entry.connection.handle_segment(segment, now);
    if (entry.fast_opening) conclude_fast_open(entry, now);
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
  // RFC 9293 §3.10.7.2, fourth: nobody who is listened to has such a segment.
  if (local != nullptr && !flags.syn && !flags.ack) return;
  if (local == nullptr || !flags.syn || flags.ack || flags.rst) {
    refuse(tuple, segment);
    return;
  }
  Listener& listener = listeners_.at(*local);
  const std::size_t backlog = listener.options.backlog.value_or(config_.backlog);
  if (listener.waiting >= backlog || entries_.size() >= config_.max_connections) {
    // Silently: the peer tries again, and there may be room then.
    ++counters_.backlog_drops;
    return;
  }
  ++listener.waiting;
  const tcp::Ports ports{tuple.local.port, tuple.remote.port, tuple.remote.address.version()};
  auto connection = tcp::Connection::accept(listener.config, ports, iss, segment, now);
  Entry& entry = add(std::move(connection), listener.config, tuple, now);
  entry.passive = true;
  entry.listener = *local;
  // RFC 7413 §8 leaves it to a server whether data alone, without a cookie, will do.
  const bool asks = segment.header.options.fast_open.has_value() ||
                    (listener.config.fast_open_without_cookie && !segment.payload.empty());
  if (!listener.config.fast_open || !asks) return;
  answer_fast_open(entry, segment, now);
  announce(entry);
}

void Stack::refuse_protocol(const wire::IpPacketView& ip, Bytes packet, Instant now) {
  ++counters_.unknown_protocols;
  const wire::IpHeader& header = ip.header;
  if (header.protocol == wire::ip_protocol::kUdp) {
    // RFC 1122 §4.1.3.1. A datagram that arrived damaged has no port to speak of.
    const bool intact = wire::parse_udp(ip.payload, wire::Completeness::Complete).has_value() &&
                        udp_checksum_holds(ip);
    if (intact) reply(icmp_replies_.refuse_port(header, packet, now));
    return;
  }
  // RFC 4443 §3.4 points at the field that names the protocol: known here if it is the first one.
  const bool plain = ip.payload.size() + wire::ip_header_size(header.source.version()) ==
                     wire::parse_ip_route(packet)->total_length;
  if (plain || header.source.is_v4()) reply(icmp_replies_.refuse_protocol(header, packet, now));
}

void Stack::reply(std::optional<wire::Packet> packet) {
  if (packet && replies_.size() < kMaxReplies) replies_.push_back({.packet = std::move(*packet)});
}

void Stack::refuse(const FourTuple& tuple, const tcp::Segment& segment) {
  ++counters_.refused;
  if (segment.header.flags.rst) return;
  // RFC 9293 §3.10.7.1: a RST that the sender will find acceptable.
  tcp::OutgoingSegment reset{.header = {}, .payload_head = {}, .payload_tail = {}};
  wire::TcpHeader& header = reset.header;
  header.source_port = tuple.local.port;
  header.destination_port = tuple.remote.port;
  header.flags.rst = true;
  if (segment.header.flags.ack) {
    header.seq = segment.header.ack;
  } else {
    const auto length = static_cast<std::uint32_t>(segment.payload.size()) +
                        (segment.header.flags.syn ? 1U : 0U) + (segment.header.flags.fin ? 1U : 0U);
    header.flags.ack = true;
    header.ack = segment.header.seq + length;
  }
  reply(make_packet(tuple, {}, reset));
}

}  // namespace inflight::stack
