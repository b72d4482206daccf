#include "capture/pcap_parser.h"

#include <algorithm>

#include "capture/pcap_format.h"

namespace inflight::capture {
namespace {

constexpr std::uint32_t kLargestBelievable = 1U << 20;

struct Magic {
  std::uint32_t value = 0;
  ByteOrder order = ByteOrder::Little;
};

std::optional<Magic> read_magic(Bytes first_bytes) {
  for (const ByteOrder order : {ByteOrder::Little, ByteOrder::Big}) {
    const std::uint32_t value = EndianReader(first_bytes, order).u32();
    if (value == pcap::kMagicMicroseconds || value == pcap::kMagicNanoseconds ||
        value == pcap::kMagicModified) {
      return Magic{value, order};
    }
  }
  return std::nullopt;
}

}  // namespace

bool PcapParser::recognises(Bytes first_bytes) { return read_magic(first_bytes).has_value(); }

std::expected<PcapParser, OpenErrorKind> PcapParser::open(InputWindow& input, CaptureInfo& info) {
  const Bytes header = input.peek(pcap::kFileHeaderSize);
  const std::optional<Magic> magic = read_magic(header);
  if (!magic) return std::unexpected(OpenErrorKind::NotACapture);
  EndianReader reader(header, magic->order);
  reader.skip(4);
  const std::uint16_t major = reader.u16();
  // Minor version, time zone and accuracy say nothing that is ever used.
  reader.skip(2 + 4 + 4);
  const std::uint32_t snap_length = reader.u32();
  // Only the low half is the link type: above stand the length of a frame check sequence and flags.
  const auto link_type = static_cast<LinkType>(reader.u32() & 0xffff);
  if (!reader.ok()) return std::unexpected(OpenErrorKind::CutHeader);
  if (major != pcap::kMajorVersion) return std::unexpected(OpenErrorKind::UnsupportedVersion);

  PcapParser parser;
  parser.order_ = magic->order;
  parser.nanoseconds_ = magic->value == pcap::kMagicNanoseconds;
  parser.record_header_size_ = magic->value == pcap::kMagicModified
                                   ? pcap::kModifiedRecordHeaderSize
                                   : pcap::kRecordHeaderSize;
  parser.max_captured_ = std::clamp(snap_length, pcap::kMaxSnapLength, kLargestBelievable);
  parser.link_type_ = link_type;
  info.format = parser.nanoseconds_ ? Format::PcapNanoseconds : Format::Pcap;
  info.interfaces.push_back({.link_type = link_type, .snap_length = snap_length});
  input.consume(pcap::kFileHeaderSize);
  return parser;
}

std::expected<std::optional<PacketRecord>, DamageKind> PcapParser::next(InputWindow& input) {
  const Bytes header = input.peek(record_header_size_);
  if (header.empty() && !input.failure()) return std::nullopt;
  EndianReader reader(header, order_);
  const std::uint32_t seconds = reader.u32();
  const std::uint32_t fraction = reader.u32();
  const std::uint32_t captured = reader.u32();
  const std::uint32_t original = reader.u32();
  if (header.size() < record_header_size_) return std::unexpected(DamageKind::Cut);
  if (captured > max_captured_) return std::unexpected(DamageKind::Malformed);

  const Bytes whole = input.peek(record_header_size_ + captured);
  if (whole.size() < record_header_size_ + captured) return std::unexpected(DamageKind::Cut);
  PacketRecord record;
  record.time = Timestamp(std::chrono::seconds(seconds)) +
                std::chrono::nanoseconds(std::int64_t{fraction} * (nanoseconds_ ? 1 : 1000));
  record.link_type = link_type_;
  record.data = whole.subspan(record_header_size_);
  // Some writers leave the original length 0 or below what they kept.
  record.original_length = std::max(original, captured);
  input.consume(whole.size());
  return record;
}

}  // namespace inflight::capture
