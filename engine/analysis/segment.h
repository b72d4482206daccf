// CapturedSegment: what the analysis needs to know of one TCP segment of a capture. Also the way to
// it from a captured record: link layer, IP, TCP, with packets cut by a snap length, segmentation
// offload and fragments taken as they come.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "base/sequence.h"
#include "base/time.h"
#include "capture/packet_record.h"
#include "wire/address.h"
#include "wire/tcp.h"

namespace inflight::analysis {

// The two ends of a flow: the opener sent the SYN, or the first packet if the capture has no SYN.
enum class End : std::uint8_t { Opener = 0, Listener = 1 };

constexpr End other(End end) { return end == End::Opener ? End::Listener : End::Opener; }

struct CapturedSegment {
  // On the capture's time line: 0 is its first packet.
  Instant time;
  // Wireshark's number of the packet in the file.
  std::uint32_t frame = 0;
  // Who sent it.
  End from = End::Opener;
  SeqNum seq;
  SeqNum ack;
  wire::TcpFlags flags;
  // As on the wire, unscaled.
  std::uint16_t window = 0;
  // 0 in IPv6.
  std::uint16_t ip_id = 0;
  std::optional<wire::TcpTimestamps> timestamps;
  // Bytes of data on the wire, captured or not; more than the MSS where offload joined segments.
  std::uint32_t payload = 0;
  wire::SackBlocks sack;

  // Sequence space: SYN and FIN count one each.
  std::uint32_t length() const { return payload + (flags.syn ? 1U : 0U) + (flags.fin ? 1U : 0U); }
};

// A segment with what is only needed once: whose it is, and its options.
struct DissectedSegment {
  CapturedSegment segment;
  wire::Endpoint source;
  wire::Endpoint destination;
  wire::TcpOptions options;
  // Length of the whole record on the wire, link layer included.
  std::uint32_t wire_length = 0;
  bool congestion_experienced = false;
  // The snap length cut the TCP options.
  bool options_cut = false;
};

// Why a record is no TCP segment.
enum class Skipped : std::uint8_t {
  NotIp,
  NotTcp,
  // Of a fragmented packet, a part without the TCP header.
  Fragment,
  // A discovery message of a tunnel, direct or through a relay.
  TunnelDisco,
  TunnelDiscoViaRelay,
  UnknownLinkType,
  // Damaged, or cut before the end of the fixed headers.
  Unreadable,
};
inline constexpr std::size_t kSkippedCount = 7;

// `start` is the time stamp of the capture's first packet. `from` is left for the flow table.
std::expected<DissectedSegment, Skipped> dissect(const capture::PacketRecord& record,
                                                 capture::Timestamp start);

}  // namespace inflight::analysis
