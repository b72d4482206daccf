#include "capture/pcapng_parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include "capture/pcapng_format.h"

namespace inflight::capture {
namespace {

namespace block = pcapng::block;
namespace option = pcapng::option;

constexpr std::size_t kBlockHeaderSize = 8;
// Larger packet blocks are damage; other blocks of any size are skipped.
constexpr std::size_t kMaxBlockSize = InputWindow::kMaxPeek;
// Times beyond year 2262 do not fit into 64 bits of nanoseconds; before 1970 there is none.
constexpr std::int64_t kMaxSeconds = 9'223'372'035;

std::string as_text(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

constexpr std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t result = 1;
  while (exponent-- > 0) result *= 10;
  return result;
}

// Calls handle(code, value) for each option; stops at the end mark or at the first one that does
// not fit.
template <class Handler>
void for_each_option(EndianReader reader, Handler handle) {
  while (reader.remaining() >= 4) {
    const std::uint16_t code = reader.u16();
    const std::size_t length = reader.u16();
    if (code == option::kEnd) return;
    const Bytes value = reader.take(length);
    if (!reader.ok()) return;
    handle(code, value);
    reader.skip(std::min((4 - length % 4) % 4, reader.remaining()));
  }
}

Direction to_direction(std::uint32_t flags) {
  switch (flags & pcapng::kDirectionMask) {
    case pcapng::kInbound:
      return Direction::Inbound;
    case pcapng::kOutbound:
      return Direction::Outbound;
    default:
      return Direction::Unknown;
  }
}

bool is_packet(std::uint32_t type) {
  return type == block::kEnhancedPacket || type == block::kSimplePacket ||
         type == block::kObsoletePacket;
}

bool is_known(std::uint32_t type) {
  constexpr std::array kKnown = {
      block::kSectionHeader, block::kInterface, block::kNameResolution, block::kInterfaceStatistics,
      block::kSecrets,       block::kCustom,    block::kCustomNoCopy};
  return is_packet(type) || std::ranges::find(kKnown, type) != kKnown.end();
}

// The byte order of a section, from the magic number behind its block's header.
std::optional<ByteOrder> section_order(Bytes start) {
  if (start.size() < kBlockHeaderSize + 4) return std::nullopt;
  for (const ByteOrder order : {ByteOrder::Little, ByteOrder::Big}) {
    const bool fits =
        EndianReader(start.subspan(kBlockHeaderSize), order).u32() == pcapng::kByteOrderMagic;
    if (fits) return order;
  }
  return std::nullopt;
}

}  // namespace

bool PcapngParser::recognises(Bytes first_bytes) {
  // The type of a section header reads the same in both byte orders.
  return ByteReader(first_bytes).u32be() == block::kSectionHeader;
}

std::expected<PcapngParser, OpenErrorKind> PcapngParser::open(InputWindow& input,
                                                              CaptureInfo& info) {
  const Bytes start = input.peek(kBlockHeaderSize + 8);
  if (start.size() < kBlockHeaderSize + 8) return std::unexpected(OpenErrorKind::CutHeader);
  const std::optional<ByteOrder> order = section_order(start);
  if (!order) return std::unexpected(OpenErrorKind::NotACapture);
  const std::uint16_t major = EndianReader(start.subspan(kBlockHeaderSize + 4), *order).u16();
  if (major != pcapng::kMajorVersion) return std::unexpected(OpenErrorKind::UnsupportedVersion);
  PcapngParser parser;
  const auto section = parser.next_block(input, info);
  if (!section || !*section || !parser.read_section((*section)->body, info)) {
    return std::unexpected(OpenErrorKind::CutHeader);
  }
  info.format = Format::Pcapng;
  return parser;
}

std::expected<std::optional<PacketRecord>, DamageKind> PcapngParser::next(InputWindow& input,
                                                                          CaptureInfo& info) {
  while (true) {
    const auto block = next_block(input, info);
    if (!block) return std::unexpected(block.error());
    if (!*block) return std::nullopt;
    const auto& [type, body] = **block;
    bool sound = true;
    if (is_packet(type)) {
      const std::optional<PacketRecord> record = read_packet(**block, info);
      if (record) return record;
      sound = false;
    } else if (type == block::kSectionHeader) {
      sound = read_section(body, info);
    } else if (type == block::kInterface) {
      sound = read_interface(body, info);
    } else if (type == block::kInterfaceStatistics) {
      read_statistics(body, info);
    } else if (type == block::kSecrets) {
      read_secrets(body, info);
    }
    if (!sound) return std::unexpected(DamageKind::Malformed);
  }
}

std::expected<std::optional<PcapngParser::Block>, DamageKind> PcapngParser::next_block(
    InputWindow& input, CaptureInfo& info) {
  while (true) {
    input.consume(std::exchange(block_in_use_, 0));
    const Bytes start = input.peek(kBlockHeaderSize + 4);
    if (start.empty() && !input.failure()) return std::nullopt;
    if (start.size() < kBlockHeaderSize + 4) return std::unexpected(DamageKind::Cut);
    // A new section may be in the other byte order, its own length included.
    if (recognises(start)) {
      const std::optional<ByteOrder> order = section_order(start);
      if (!order) return std::unexpected(DamageKind::Malformed);
      order_ = *order;
    }
    EndianReader reader(start, order_);
    const std::uint32_t type = reader.u32();
    const std::uint32_t total = reader.u32();
    if (total < pcapng::kBlockOverhead || total % 4 != 0) {
      return std::unexpected(DamageKind::Malformed);
    }
    if (!is_known(type)) {
      if (!input.discard(total)) return std::unexpected(DamageKind::Cut);
      ++info.skipped_blocks;
      continue;
    }
    if (total > kMaxBlockSize) return std::unexpected(DamageKind::Malformed);
    const Bytes whole = input.peek(total);
    if (whole.size() < total) return std::unexpected(DamageKind::Cut);
    if (EndianReader(whole.last(4), order_).u32() != total) {
      return std::unexpected(DamageKind::Malformed);
    }
    block_in_use_ = total;
    return Block{type, whole.subspan(kBlockHeaderSize, total - pcapng::kBlockOverhead)};
  }
}

bool PcapngParser::read_section(Bytes body, CaptureInfo& info) {
  EndianReader reader(body, order_);
  reader.skip(4);
  const std::uint16_t major = reader.u16();
  reader.skip(2 + 8);
  if (!reader.ok() || major != pcapng::kMajorVersion) return false;
  first_interface_ = info.interfaces.size();
  scales_.clear();
  for_each_option(reader, [&](std::uint16_t code, Bytes value) {
    if (code == option::kApplication && info.application.empty() && keep(value.size())) {
      info.application = as_text(value);
    } else if (code == option::kComment && keep(value.size())) {
      info.comments.push_back(as_text(value));
    }
  });
  return true;
}

bool PcapngParser::read_interface(Bytes body, CaptureInfo& info) {
  EndianReader reader(body, order_);
  Interface interface;
  interface.link_type = static_cast<LinkType>(reader.u16());
  reader.skip(2);
  interface.snap_length = reader.u32();
  if (!reader.ok() || info.interfaces.size() >= kMaxInterfaces) return false;
  TimeScale scale;
  for_each_option(reader, [&](std::uint16_t code, Bytes value) {
    if (code == option::kName && keep(value.size())) {
      interface.name = as_text(value);
    } else if (code == option::kDescription && keep(value.size())) {
      interface.description = as_text(value);
    } else if (code == option::kTimeResolution && value.size() == 1) {
      scale.exponent = value[0] & 0x7f;
      scale.binary = (value[0] & 0x80) != 0;
    } else if (code == option::kTimeOffset && value.size() == 8) {
      scale.offset_seconds = static_cast<std::int64_t>(EndianReader(value, order_).u64());
    }
  });
  info.interfaces.push_back(std::move(interface));
  scales_.push_back(scale);
  return true;
}

void PcapngParser::read_statistics(Bytes body, CaptureInfo& info) const {
  EndianReader reader(body, order_);
  const std::uint32_t interface = reader.u32();
  reader.skip(8);
  if (!reader.ok() || interface >= scales_.size()) return;
  for_each_option(reader, [&](std::uint16_t code, Bytes value) {
    if (code != option::kDropped || value.size() != 8) return;
    info.interfaces[first_interface_ + interface].dropped = EndianReader(value, order_).u64();
  });
}

void PcapngParser::read_secrets(Bytes body, CaptureInfo& info) {
  EndianReader reader(body, order_);
  const std::uint32_t type = reader.u32();
  const Bytes text = reader.take(reader.u32());
  if (!reader.ok() || !keep(text.size())) return;
  info.secrets.push_back({type, as_text(text)});
}

std::optional<PacketRecord> PcapngParser::read_packet(const Block& block, CaptureInfo& info) {
  switch (block.type) {
    case block::kEnhancedPacket:
      return read_enhanced(block.body, info);
    case block::kSimplePacket:
      return read_simple(block.body, info);
    default:
      return read_obsolete(block.body, info);
  }
}

std::optional<PacketRecord> PcapngParser::read_enhanced(Bytes body, const CaptureInfo& info) {
  EndianReader reader(body, order_);
  const std::uint32_t interface = reader.u32();
  const std::uint64_t ticks = reader.high_low();
  const std::uint32_t captured = reader.u32();
  PacketRecord record;
  record.original_length = reader.u32();
  record.data = reader.take(captured);
  if (!reader.ok() || !place(record, interface, ticks, info)) return std::nullopt;
  reader.skip(std::min<std::size_t>((4 - captured % 4) % 4, reader.remaining()));
  for_each_option(reader, [&](std::uint16_t code, Bytes value) {
    if (code == option::kFlags && value.size() == 4) {
      record.direction = to_direction(EndianReader(value, order_).u32());
    } else if (code == option::kComment && record.comment.empty()) {
      record.comment = as_text(value);
    }
  });
  return record;
}

std::optional<PacketRecord> PcapngParser::read_obsolete(Bytes body, const CaptureInfo& info) {
  EndianReader reader(body, order_);
  const std::uint32_t interface = reader.u16();
  reader.skip(2);
  const std::uint64_t ticks = reader.high_low();
  const std::uint32_t captured = reader.u32();
  PacketRecord record;
  record.original_length = reader.u32();
  record.data = reader.take(captured);
  if (!reader.ok() || !place(record, interface, ticks, info)) return std::nullopt;
  return record;
}

std::optional<PacketRecord> PcapngParser::read_simple(Bytes body, CaptureInfo& info) {
  EndianReader reader(body, order_);
  PacketRecord record;
  record.original_length = reader.u32();
  if (!reader.ok() || scales_.empty()) return std::nullopt;
  // The block does not say how much was captured: the padding may be part of what is there.
  const std::uint32_t snap_length = info.interfaces[first_interface_].snap_length;
  std::size_t captured = std::min<std::size_t>(record.original_length, reader.remaining());
  if (snap_length != 0) captured = std::min<std::size_t>(captured, snap_length);
  record.data = reader.take(captured);
  if (!place(record, 0, 0, info)) return std::nullopt;
  record.time = last_time_;
  ++info.packets_without_time;
  return record;
}

bool PcapngParser::place(PacketRecord& record, std::uint32_t section_interface, std::uint64_t ticks,
                         const CaptureInfo& info) {
  if (section_interface >= scales_.size()) return false;
  const std::size_t index = first_interface_ + section_interface;
  record.interface = static_cast<std::uint32_t>(index);
  record.link_type = info.interfaces[index].link_type;
  record.original_length =
      std::max(record.original_length, static_cast<std::uint32_t>(record.data.size()));
  if (ticks == 0) return true;
  record.time = last_time_ = to_time(ticks, scales_[section_interface]);
  return true;
}

Timestamp PcapngParser::to_time(std::uint64_t ticks, const TimeScale& scale) {
  constexpr unsigned kNanoExponent = 9;
  // Largest powers that fit into 64 bits, and the bits that can be multiplied by 10^9 there.
  constexpr unsigned kMaxTenExponent = 19;
  constexpr unsigned kSafeBits = 34;
  std::uint64_t seconds = 0;
  std::uint64_t nanoseconds = 0;
  if (scale.binary) {
    unsigned bits = scale.exponent;
    std::uint64_t fraction = ticks;
    if (bits < 64) {
      seconds = ticks >> bits;
      fraction = ticks - (seconds << bits);
    }
    if (bits > kSafeBits) {
      const unsigned surplus = bits - kSafeBits;
      fraction = surplus < 64 ? fraction >> surplus : 0;
      bits = kSafeBits;
    }
    nanoseconds = fraction * power_of_ten(kNanoExponent) >> bits;
  } else if (scale.exponent <= kMaxTenExponent) {
    const std::uint64_t unit = power_of_ten(scale.exponent);
    seconds = ticks / unit;
    const std::uint64_t fraction = ticks % unit;
    nanoseconds = scale.exponent <= kNanoExponent
                      ? fraction * power_of_ten(kNanoExponent - scale.exponent)
                      : fraction / power_of_ten(scale.exponent - kNanoExponent);
  } else if (scale.exponent - kNanoExponent <= kMaxTenExponent) {
    nanoseconds = ticks / power_of_ten(scale.exponent - kNanoExponent);
  }
  const auto whole =
      static_cast<std::int64_t>(std::min(seconds, static_cast<std::uint64_t>(kMaxSeconds)));
  const std::int64_t offset = std::clamp(scale.offset_seconds, -kMaxSeconds, kMaxSeconds);
  const std::int64_t shifted = std::clamp(whole + offset, std::int64_t{0}, kMaxSeconds);
  return Timestamp(std::chrono::seconds(shifted)) +
         std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

bool PcapngParser::keep(std::size_t text_size) {
  if (text_size > kMaxKeptText - kept_text_) return false;
  kept_text_ += text_size;
  return true;
}

}  // namespace inflight::capture
