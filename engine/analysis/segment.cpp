#include "analysis/segment.h"

#include <algorithm>

#include "capture/link_layer.h"
#include "wire/ip.h"

namespace inflight::analysis {
namespace {

Skipped to_skipped(capture::LinkError error) {
  switch (error) {
    case capture::LinkError::NotIp:
      return Skipped::NotIp;
    case capture::LinkError::UnknownLinkType:
      return Skipped::UnknownLinkType;
    case capture::LinkError::TooShort:
    case capture::LinkError::Malformed:
      break;
  }
  return Skipped::Unreadable;
}

// Segmentation offload leaves an IPv4 total length of 0; what the snap length cut then counts too.
std::size_t payload_missing_from_header(const capture::PacketRecord& record, Bytes packet) {
  const bool is_v4 = packet[0] >> 4 == 4;
  const bool no_length = is_v4 && packet[2] == 0 && packet[3] == 0;
  return no_length ? record.original_length - record.data.size() : 0;
}

std::optional<Skipped> read_segment(const capture::PacketRecord& record, capture::Timestamp start,
                                    DissectedSegment& result) {
  const auto link = capture::parse_link(record);
  if (!link) return to_skipped(link.error());
  if (link->is_disco) {
    return link->via_relay ? Skipped::TunnelDiscoViaRelay : Skipped::TunnelDisco;
  }
  const auto ip = wire::parse_ip(link->packet, wire::Completeness::MayBeCut);
  if (!ip) return Skipped::Unreadable;
  const wire::IpHeader& header = ip->header;
  if (header.protocol != wire::ip_protocol::kTcp) return Skipped::NotTcp;
  if (header.fragment_offset != 0) return Skipped::Fragment;
  const auto tcp = wire::parse_tcp(ip->payload, wire::Completeness::MayBeCut);
  if (!tcp || ip->payload_length < tcp->header_size) return Skipped::Unreadable;

  result.source = {header.source, tcp->header.source_port};
  result.destination = {header.destination, tcp->header.destination_port};
  result.options = tcp->header.options;
  result.wire_length = record.original_length;
  result.congestion_experienced = header.ecn == wire::Ecn::Ce;
  result.options_cut = tcp->options_cut;
  CapturedSegment& segment = result.segment;
  segment.time = Instant(record.time - start);
  segment.frame = static_cast<std::uint32_t>(record.number);
  segment.seq = tcp->header.seq;
  segment.ack = tcp->header.ack;
  segment.flags = tcp->header.flags;
  segment.window = tcp->header.window;
  // An IPv6 packet that is whole has none.
  if (header.source.is_v4()) segment.ip_id = static_cast<std::uint16_t>(header.identification);
  segment.timestamps = tcp->header.options.timestamps;
  segment.sack = tcp->header.options.sack;
  segment.payload = static_cast<std::uint32_t>(ip->payload_length - tcp->header_size +
                                               payload_missing_from_header(record, link->packet));
  return std::nullopt;
}

}  // namespace

std::expected<DissectedSegment, Skipped> dissect(const capture::PacketRecord& record,
                                                 capture::Timestamp start) {
  // Read where it is returned: copying it would cost as much as the flow table does.
  std::expected<DissectedSegment, Skipped> segment;
  if (const auto reason = read_segment(record, start, *segment)) {
    segment = std::unexpected(*reason);
  }
  return segment;
}

}  // namespace inflight::analysis
