// Reads the records of a classic pcap file, of either byte order, in microseconds or nanoseconds.
// Our own reader and not libpcap's, because that refuses files with one odd field, does not say
// where a file broke, and reads neither compressed files nor memory.
#pragma once

#include <expected>
#include <optional>

#include "capture/capture_info.h"
#include "capture/endian_reader.h"
#include "capture/input_window.h"
#include "capture/packet_record.h"

namespace inflight::capture {

class PcapParser {
 public:
  // Whether a file that begins with these four bytes is a classic pcap file.
  static bool recognises(Bytes first_bytes);

  // Takes the file header and fills `info`.
  static std::expected<PcapParser, OpenErrorKind> open(InputWindow& input, CaptureInfo& info);

  // The next record (its number is the caller's affair), nothing at the end, or what is wrong.
  std::expected<std::optional<PacketRecord>, DamageKind> next(InputWindow& input);

 private:
  ByteOrder order_ = ByteOrder::Little;
  bool nanoseconds_ = false;
  std::size_t record_header_size_ = 0;
  std::uint32_t max_captured_ = 0;
  LinkType link_type_ = LinkType::Ethernet;
};

}  // namespace inflight::capture
