#include "scripts/runner/peer.h"

#include <sstream>
#include <utility>

#include "scripts/runner/options_text.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

namespace inflight::scripts {
namespace {

// Where the remote's numbers begin, one such step apart from connection to connection.
constexpr std::uint32_t kRemoteIss = 3'000'000'000;
constexpr std::uint32_t kIssStep = 100'000'000;
constexpr std::string_view kFlagNames = "FSRP.UEW";

std::uint8_t flag_bits(std::string_view flags) {
  std::uint8_t bits = 0;
  for (std::size_t i = 0; i < kFlagNames.size(); ++i) {
    if (flags.contains(kFlagNames[i])) bits = static_cast<std::uint8_t>(bits | 1U << i);
  }
  return bits;
}

// In the order in which scripts write them.
std::string flag_text(std::uint8_t bits) {
  std::string text;
  for (const char c : std::string_view("SFRPEWU.")) {
    if ((bits >> kFlagNames.find(c) & 1U) != 0) text.push_back(c);
  }
  return text.empty() ? "-" : text;
}

constexpr std::array<std::string_view, 4> kEcnNames{"noecn", "ect1", "ect0", "ce"};

std::string first_timestamp(const PacketLine& line) {
  if (!line.options) return {};
  for (const std::string& option : *line.options) {
    if (option.starts_with("TS val ")) return option;
  }
  return {};
}

}  // namespace

Peer::Peer(bool ipv6, bool scaled_echoes)
    : local_(wire::parse_address(ipv6 ? "fd3d:fa7b:d17d::1" : "192.168.0.1").value()),
      remote_(wire::parse_address(ipv6 ? "2001:db8::1" : "192.0.2.1").value()),
      scaled_echoes_(scaled_echoes),
      remote_iss_(kRemoteIss) {}

std::uint32_t Peer::remote_offset(bool syn) const {
  return syn ? remote_iss_ - remote_script_iss_.value_or(0) : remote_iss_;
}

std::expected<std::vector<std::uint8_t>, std::string> Peer::make_packet(const PacketLine& line) {
  const bool opens = line.flags.contains('S') && !line.flags.contains('.');
  // Answering a connection of the stack's own, the remote has the well-known port.
  if (opens && !first_ && !local_offset_) ++remote_port_;
  const bool again = opens && std::exchange(listens_, false) && local_offset_;
  if (again || (opens && local_offset_ && line.seq == 0 && local_port_ == kPort)) {
    local_port_ = kPort;
    ++remote_port_;
    remote_iss_ += kIssStep;
    remote_script_iss_.reset();
    local_offset_.reset();
  }
  first_ = false;
  const bool syn = line.flags.contains('S');
  // Where nobody listens or connects there is no first number, and all are absolute.
  const bool connects = listened_ || local_offset_;
  if (syn && connects && !remote_script_iss_) {
    remote_script_iss_ = static_cast<std::uint32_t>(line.seq);
    // A script that names a number means it: it may be close to the end of them.
    if (line.seq != 0) remote_iss_ = *remote_script_iss_;
  }
  const Offsets offsets{.sack = local_offset_.value_or(0),
                        .timestamp_echo = timestamp_offset_.value_or(0),
                        .echoes = timestamps_};
  const auto options = options_bytes(line.options.value_or(std::vector<std::string>{}), offsets);
  if (!options) return std::unexpected(options.error());
  const std::size_t ip_size = wire::ip_header_size(local_.version());
  const std::size_t tcp_size = wire::kTcpHeaderSize + options->size();
  const auto length = static_cast<std::size_t>(line.length);
  std::vector<std::uint8_t> packet(ip_size + tcp_size + length);
  ByteWriter writer(MutableBytes(packet).subspan(ip_size));
  writer.u16be(remote_port_);
  writer.u16be(local_port_);
  writer.u32be(static_cast<std::uint32_t>(line.seq) + remote_offset(syn));
  // An ACK without a number is one of number 0.
  const bool acks = line.ack || line.flags.contains('.');
  const auto ack = static_cast<std::uint32_t>(line.ack.value_or(0)) + local_offset_.value_or(0);
  writer.u32be(acks ? ack : 0);
  writer.u8(static_cast<std::uint8_t>(tcp_size / 4 << 4));
  writer.u8(flag_bits(line.flags));
  writer.u16be(static_cast<std::uint16_t>(line.window.value_or(0)));
  writer.u16be(0);
  writer.u16be(static_cast<std::uint16_t>(line.urgent.value_or(0)));
  writer.bytes(*options);
  wire::set_tcp_checksum(remote_, local_, MutableBytes(packet).subspan(ip_size));
  wire::IpHeader ip{.source = remote_, .destination = local_, .protocol = wire::ip_protocol::kTcp};
  constexpr std::int64_t kUsual = 64;
  ip.hop_limit = static_cast<std::uint8_t>(line.hop_limit.value_or(kUsual));
  ip.dscp = static_cast<std::uint8_t>(line.tos.value_or(0) >> 2);
  ip.ecn = static_cast<wire::Ecn>(line.tos.value_or(0) & 3);
  for (std::size_t i = 0; i < kEcnNames.size(); ++i) {
    if (line.ecn == kEcnNames[i]) ip.ecn = static_cast<wire::Ecn>(i);
  }
  wire::emit_ip(ip, tcp_size + length, MutableBytes(packet).first(ip_size));
  return packet;
}

std::vector<std::uint8_t> Peer::make_icmp(const IcmpLine& line) const {
  // All that RFC 792 asks to be quoted of TCP.
  constexpr std::size_t kQuoted = 8;
  const std::size_t ip_size = wire::ip_header_size(local_.version());
  const std::size_t size = wire::kIcmpHeaderSize + ip_size + kQuoted;
  std::vector<std::uint8_t> packet(ip_size + size);
  const MutableBytes message = MutableBytes(packet).subspan(ip_size);
  const MutableBytes quote = message.subspan(wire::kIcmpHeaderSize);
  const wire::IpHeader quoted{
      .source = local_, .destination = remote_, .protocol = wire::ip_protocol::kTcp};
  wire::emit_ip(quoted, wire::kTcpHeaderSize + static_cast<std::size_t>(line.length),
                quote.first(ip_size));
  ByteWriter writer(quote.subspan(ip_size));
  writer.u16be(local_port_);
  writer.u16be(remote_port_);
  writer.u32be(static_cast<std::uint32_t>(line.seq) + local_offset_.value_or(0));
  wire::emit_icmp(
      remote_, local_,
      {.type = line.type, .code = line.code, .word = static_cast<std::uint32_t>(line.mtu)},
      message);
  const wire::IpHeader ip{
      .source = remote_, .destination = local_, .protocol = wire::icmp_protocol(local_.version())};
  wire::emit_ip(ip, size, MutableBytes(packet).first(ip_size));
  return packet;
}

std::optional<PacketLine> Peer::read_packet(Bytes packet, const PacketLine* expected) {
  const auto ip = wire::parse_ip(packet, wire::Completeness::Complete);
  if (!ip || ip->header.protocol != wire::ip_protocol::kTcp) return std::nullopt;
  const auto tcp = wire::parse_tcp(ip->payload, wire::Completeness::Complete);
  if (!tcp) return std::nullopt;
  const wire::TcpHeader& header = tcp->header;
  const bool again = local_offset_ && header.source_port != local_port_;
  if (header.flags.syn && !header.flags.ack && (!local_offset_ || again)) {
    // The stack opens: its port is learned, ours is the one it connects to.
    local_offset_.reset();
    timestamp_offset_.reset();
    timestamps_.clear();
    remote_iss_ += kIssStep;
    remote_script_iss_.reset();
    local_port_ = header.source_port;
    remote_port_ = header.destination_port;
  }
  // Before the SYN of the next connection, what the last one still says is not looked at.
  const bool expects_syn =
      expected != nullptr && expected->flags.contains('S') && !expected->flags.contains('.');
  if (expects_syn && remote_script_iss_ && !header.flags.syn) return std::nullopt;
  if (header.source_port != local_port_ || header.destination_port != remote_port_) {
    return std::nullopt;
  }
  const std::uint32_t expected_seq =
      expected == nullptr ? 0 : static_cast<std::uint32_t>(expected->seq);
  if (header.flags.syn && !local_offset_) local_offset_ = header.seq.value() - expected_seq;
  if (header.options.timestamps) note_timestamp(header.options.timestamps->value, expected);
  PacketLine line;
  line.outbound = true;
  line.ecn = kEcnNames[static_cast<std::size_t>(ip->header.ecn)];
  line.tos = ip->header.dscp << 2 | static_cast<int>(ip->header.ecn);
  line.hop_limit = ip->header.hop_limit;
  line.flags = flag_text(header.flags.pack());
  line.seq = static_cast<std::int32_t>(header.seq.value() - local_offset_.value_or(0));
  line.length = static_cast<std::int64_t>(tcp->payload.size());
  if (header.flags.ack) {
    line.ack = static_cast<std::int32_t>(header.ack.value() - remote_offset(header.flags.syn));
  }
  line.window = header.window;
  line.urgent = header.urgent_pointer;
  const Bytes options =
      ip->payload.subspan(wire::kTcpHeaderSize, tcp->header_size - wire::kTcpHeaderSize);
  line.options = options_text(
      options, {.sack = remote_iss_, .timestamp_value = timestamp_offset_.value_or(0)});
  return line;
}

void Peer::note_timestamp(std::uint32_t value, const PacketLine* expected) {
  const std::string named = expected == nullptr ? "" : first_timestamp(*expected);
  std::istringstream words(named.empty() ? "0" : named.substr(7));
  std::uint32_t script_value = 0;
  words >> script_value;
  if (!timestamp_offset_) timestamp_offset_ = value - script_value;
  if (!named.empty() && !scaled_echoes_) timestamps_[script_value] = value;
}

std::string to_text(const PacketLine& line) {
  std::ostringstream text;
  text << (line.outbound ? "> " : "< ") << line.flags << ' ' << line.seq << ':'
       << line.seq + line.length << '(' << line.length << ')';
  if (line.ack) text << " ack " << *line.ack;
  if (line.window) text << " win " << *line.window;
  if (line.options && !line.options->empty()) {
    text << " <";
    for (std::size_t i = 0; i < line.options->size(); ++i) {
      text << (i == 0 ? "" : ",") << (*line.options)[i];
    }
    text << '>';
  }
  return text.str();
}

}  // namespace inflight::scripts
