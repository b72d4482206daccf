#include "capture/pcapng_writer.h"

#include <algorithm>
#include <array>

#include "capture/pcapng_format.h"

namespace inflight::capture {
namespace {

namespace block = pcapng::block;
namespace option = pcapng::option;

// Option values have 16 bits of length; a longer text is cut there.
constexpr std::size_t kMaxOption = 65532;
constexpr std::uint8_t kNanosecondResolution = 9;
constexpr std::uint64_t kUnknownLength = ~std::uint64_t{0};

std::vector<std::uint8_t> to_bytes(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

PcapngWriter::PcapngWriter(ByteSink sink, const PcapngOptions& options) : sink_(std::move(sink)) {
  begin_block(block::kSectionHeader);
  put_u32(pcapng::kByteOrderMagic);
  put_u16(pcapng::kMajorVersion);
  put_u16(0);
  put_u64(kUnknownLength);
  put_text_option(option::kComment, options.comment);
  put_text_option(option::kApplication, options.application);
  put_end_of_options();
  end_block();
}

std::uint32_t PcapngWriter::add_interface(const Interface& interface) {
  begin_block(block::kInterface);
  put_u16(static_cast<std::uint16_t>(interface.link_type));
  put_u16(0);
  put_u32(interface.snap_length);
  put_text_option(option::kName, interface.name);
  put_text_option(option::kDescription, interface.description);
  put_option(option::kTimeResolution, std::array{kNanosecondResolution});
  put_end_of_options();
  end_block();
  snap_lengths_.push_back(interface.snap_length);
  return static_cast<std::uint32_t>(snap_lengths_.size() - 1);
}

void PcapngWriter::write(const PcapngPacket& packet) {
  CHECK(packet.interface < snap_lengths_.size());
  const std::uint32_t snap_length = snap_lengths_[packet.interface];
  Bytes data = packet.data;
  if (snap_length != 0) data = data.first(std::min<std::size_t>(data.size(), snap_length));
  begin_block(block::kEnhancedPacket);
  put_u32(packet.interface);
  put_time(packet.time);
  put_u32(static_cast<std::uint32_t>(data.size()));
  put_u32(packet.original_length.value_or(static_cast<std::uint32_t>(packet.data.size())));
  put_padded(data);
  const bool has_options = packet.direction != Direction::Unknown || !packet.comment.empty() ||
                           packet.packet_id.has_value();
  if (has_options) {
    put_text_option(option::kComment, packet.comment);
    if (packet.direction != Direction::Unknown) {
      const bool inbound = packet.direction == Direction::Inbound;
      std::array<std::uint8_t, 4> flags{};
      ByteWriter(flags).u32le(inbound ? pcapng::kInbound : pcapng::kOutbound);
      put_option(option::kFlags, flags);
    }
    if (packet.packet_id) put_u64_option(option::kPacketId, *packet.packet_id);
    put_end_of_options();
  }
  end_block();
}

void PcapngWriter::write_wireguard_keys(std::string_view key_log_lines) {
  begin_block(block::kSecrets);
  put_u32(pcapng::kWireGuardKeyLog);
  put_u32(static_cast<std::uint32_t>(key_log_lines.size()));
  put_padded(to_bytes(key_log_lines));
  end_block();
}

void PcapngWriter::write_statistics(std::uint32_t interface, Timestamp time, std::uint64_t received,
                                    std::uint64_t dropped) {
  CHECK(interface < snap_lengths_.size());
  begin_block(block::kInterfaceStatistics);
  put_u32(interface);
  put_time(time);
  put_u64_option(option::kReceived, received);
  put_u64_option(option::kDropped, dropped);
  put_end_of_options();
  end_block();
}

void PcapngWriter::begin_block(std::uint32_t type) {
  block_.clear();
  put_u32(type);
  // The total length, known at the end.
  put_u32(0);
}

void PcapngWriter::end_block() {
  const auto total = static_cast<std::uint32_t>(block_.size() + 4);
  put_u32(total);
  ByteWriter(MutableBytes(block_).subspan(4, 4)).u32le(total);
  sink_.write(block_);
}

void PcapngWriter::put_u16(std::uint16_t value) {
  block_.push_back(static_cast<std::uint8_t>(value));
  block_.push_back(static_cast<std::uint8_t>(value >> 8));
}

void PcapngWriter::put_u32(std::uint32_t value) {
  put_u16(static_cast<std::uint16_t>(value));
  put_u16(static_cast<std::uint16_t>(value >> 16));
}

void PcapngWriter::put_u64(std::uint64_t value) {
  put_u32(static_cast<std::uint32_t>(value));
  put_u32(static_cast<std::uint32_t>(value >> 32));
}

void PcapngWriter::put_time(Timestamp time) {
  const auto ns = static_cast<std::uint64_t>(
      std::max(std::int64_t{0}, std::int64_t{time.time_since_epoch().count()}));
  put_u32(static_cast<std::uint32_t>(ns >> 32));
  put_u32(static_cast<std::uint32_t>(ns));
}

void PcapngWriter::put_padded(Bytes bytes) {
  block_.insert(block_.end(), bytes.begin(), bytes.end());
  block_.resize((block_.size() + 3) / 4 * 4);
}

void PcapngWriter::put_option(std::uint16_t code, Bytes value) {
  put_u16(code);
  put_u16(static_cast<std::uint16_t>(value.size()));
  put_padded(value);
}

void PcapngWriter::put_text_option(std::uint16_t code, std::string_view text) {
  if (!text.empty()) put_option(code, to_bytes(text.substr(0, kMaxOption)));
}

void PcapngWriter::put_u64_option(std::uint16_t code, std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  ByteWriter(bytes).u64le(value);
  put_option(code, bytes);
}

void PcapngWriter::put_end_of_options() { put_u32(0); }

}  // namespace inflight::capture
