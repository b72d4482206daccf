// ICMP ARRIVES: echo requests are answered; an error about one of our packets reaches the
// connection that sent it, if it passes for genuine (RFC 5927: the quoted number must be in
// flight).
#include "stack/stack.h"
#include "wire/icmp.h"

namespace inflight::stack {

void Stack::handle_icmp(const wire::IpPacketView& ip, Instant now) {
  const auto message = wire::parse_icmp(ip.header.source, ip.header.destination, ip.payload);
  if (!message) {
    message.error() == wire::ParseError::BadChecksum ? ++counters_.bad_checksums
                                                     : ++counters_.malformed;
    return;
  }
  if (message->meaning == wire::IcmpMeaning::EchoRequest) {
    auto answer = icmp_replies_.answer_echo(ip.header, *message, now);
    if (answer) ++counters_.echo_replies;
    reply(std::move(answer));
  } else if (message->is_error()) {
    handle_icmp_error(*message, now) ? ++counters_.icmp_errors : ++counters_.icmp_ignored;
  }
}

bool Stack::handle_icmp_error(const wire::IcmpView& message, Instant now) {
  // RFC 6633, RFC 9293 MUST-55: a source quench is ignored.
  if (message.meaning == wire::IcmpMeaning::SourceQuench) return false;
  const auto quote = wire::parse_quote(message.body);
  if (!quote || quote->protocol != wire::ip_protocol::kTcp) return false;
  const auto known = by_tuple_.find({quote->source, quote->destination});
  if (known == by_tuple_.end()) return false;
  Entry& entry = *known->second;
  // RFC 5927 §4.1: who does not see our packets cannot know which numbers are in flight.
  if (!entry.connection.is_in_flight(quote->seq)) return false;
  if (message.meaning == wire::IcmpMeaning::PacketTooBig) {
    const bool believed = !config_.checks_quoted_length && message.mtu() > 0;
    const std::size_t sent = believed ? message.mtu() + 1 : quote->packet_length;
    return lower_path_mtu(quote->destination.address, message.mtu(), sent, now);
  }
  if (entry.listener) {
    entry.connection.on_network_error_unaccepted(message.meaning, now);
  } else {
    entry.connection.on_network_error(message.meaning, now);
  }
  announce(entry);
  touch(entry);
  return true;
}

bool Stack::lower_path_mtu(const wire::IpAddress& remote, std::size_t mtu, std::size_t sent,
                           Instant now) {
  if (!path_mtus_.lower(remote, mtu, sent, now)) return false;
  ++counters_.path_mtu_changes;
  apply_path_mtu(remote, now);
  return true;
}

// RFC 1191 §5: every connection to that address learns of it, not only the one that asked.
void Stack::apply_path_mtu(const wire::IpAddress& remote, Instant now) {
  for (const auto& [handle, entry] : entries_) {
    if (entry->tuple.remote.address != remote) continue;
    apply_path_mtu(*entry, now);
    touch(*entry);
  }
}

void Stack::apply_path_mtu(Entry& entry, Instant now) {
  const auto mtu = path_mtus_.find(entry.tuple.remote.address);
  entry.ip.may_fragment = mtu && mtu->may_fragment;
  std::optional<ByteCount> mss;
  if (mtu) {
    const std::size_t headers =
        wire::ip_header_size(entry.tuple.remote.address.version()) + wire::kTcpHeaderSize;
    mss = ByteCount{static_cast<std::int64_t>(mtu->bytes - headers)};
  }
  entry.connection.on_path_mtu(mss, now);
}

}  // namespace inflight::stack
