#include "campaign/adversary.h"

#include "wire/ip.h"

namespace inflight::campaign {
namespace {

// Older than any window is large.
constexpr ByteCount kAges{std::int64_t{1} << 30};
constexpr std::size_t kForgedPayload = 300;

}  // namespace

std::optional<wire::Packet> Adversary::forge(Attack attack, const Witness& target,
                                             const wire::Endpoint& from, const wire::Endpoint& to) {
  wire::TcpHeader header;
  header.source_port = from.port;
  header.destination_port = to.port;
  header.flags.ack = true;
  header.window = static_cast<std::uint16_t>(random_.next());
  // Whoever knows the numbers knows the clock as well; the blind guess.
  const bool blind = attack <= Attack::BlindAck;
  const StreamOffset next = target.received();
  header.seq = blind ? anything() : target.peer_seq(next);
  header.ack = blind ? anything() : target.own_seq(target.acked());
  if (target.timestamps() && attack != Attack::NoTimestamp) {
    header.options.timestamps = wire::TcpTimestamps{
        blind ? anything().value() : target.peer_timestamp(), anything().value()};
  }
  std::size_t payload = 0;
  switch (attack) {
    case Attack::BlindReset:
      header.flags.rst = true;
      break;
    case Attack::BlindSyn:
      header.flags.syn = true;
      header.flags.ack = random_.chance(0.5);
      break;
    case Attack::BlindData:
      payload = kForgedPayload;
      break;
    case Attack::BlindAck:
      break;
    case Attack::WindowReset:
      header.flags.rst = true;
      header.seq = target.peer_seq(next + some());
      break;
    case Attack::ExactSyn:
      header.flags.syn = true;
      header.flags.ack = random_.chance(0.5);
      break;
    case Attack::AckOfTheFuture:
      header.ack = target.own_seq(target.next() + some());
      payload = kForgedPayload;
      break;
    case Attack::AncientAck:
      header.ack = target.own_seq(target.acked() - kAges - some());
      payload = kForgedPayload;
      break;
    case Attack::OldData: {
      payload = kForgedPayload;
      // Not up to RCV.NXT itself: there its ACK would be taken, as a probe's is.
      const StreamOffset end = target.last_ack_sent() - ByteCount{1};
      const ByteCount size{static_cast<std::int64_t>(payload)};
      if (end - size < StreamOffset{1}) return std::nullopt;
      header.seq = target.peer_seq(end - size);
      break;
    }
    case Attack::DataBeyondWindow:
      payload = kForgedPayload;
      header.seq = target.peer_seq(target.offered_edge() + some());
      break;
    case Attack::NoTimestamp:
      if (!target.timestamps()) return std::nullopt;
      payload = kForgedPayload;
      break;
  }
  return pack(header, payload, from, to);
}

wire::Packet Adversary::pack(const wire::TcpHeader& header, std::size_t payload,
                             const wire::Endpoint& from, const wire::Endpoint& to) {
  const std::size_t ip_size = wire::ip_header_size(from.address.version());
  const std::size_t header_size = wire::tcp_header_size(header.options);
  wire::Packet packet = pool_.make(ip_size + header_size + payload);
  wire::emit_ip(
      {.source = from.address, .destination = to.address, .protocol = wire::ip_protocol::kTcp},
      header_size + payload, packet.bytes().first(ip_size));
  const MutableBytes segment = packet.bytes().subspan(ip_size);
  wire::emit_tcp(header, segment.first(header_size));
  random_.fill(segment.subspan(header_size));
  wire::set_tcp_checksum(from.address, to.address, segment);
  return packet;
}

}  // namespace inflight::campaign
