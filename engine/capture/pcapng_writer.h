// Writes a pcapng file (draft-ietf-opsawg-pcapng): one little-endian section, any number of named
// interfaces in nanoseconds, packets with direction and comment, WireGuard key log lines, and how
// many packets a tap lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/byte_sink.h"
#include "capture/packet_record.h"

namespace inflight::capture {

struct PcapngOptions {
  // The program that writes: "inflight 0.1.0". Left out if empty, as is the comment.
  std::string application;
  std::string comment;
};

// A packet as PcapngWriter takes it.
struct PcapngPacket {
  // What add_interface() returned.
  std::uint32_t interface = 0;
  Timestamp time{};
  Bytes data;
  // Nothing: all of the packet is in data.
  std::optional<std::uint32_t> original_length;
  Direction direction = Direction::Unknown;
  // Left out if empty.
  std::string_view comment;
  // Ties the same packet on several interfaces together (inner and outer).
  std::optional<std::uint64_t> packet_id;
};

class PcapngWriter {
 public:
  // Writes the section header.
  PcapngWriter(ByteSink sink, const PcapngOptions& options);

  // Declares an interface (its `dropped` is not used); at any time before its first packet.
  // Packets longer than its snap length are cut. Returns its number.
  std::uint32_t add_interface(const Interface& interface);
  // The packet's interface must have been added. Times before 1970 are written as 0.
  void write(const PcapngPacket& packet);
  // WireGuard key log lines (FACTS 5.11). They must stand before the handshake whose keys they
  // hold. They are secrets: to be written only on request, or where the keys protect nothing.
  void write_wireguard_keys(std::string_view key_log_lines);
  // At the end of the file: what an interface received and lost.
  void write_statistics(std::uint32_t interface, Timestamp time, std::uint64_t received,
                        std::uint64_t dropped);

  // False once the sink refused something; nothing is written after that.
  bool ok() const { return sink_.ok(); }

 private:
  // Blocks are built in block_ between these two and then written at once.
  void begin_block(std::uint32_t type);
  void end_block();
  void put_u16(std::uint16_t value);
  void put_u32(std::uint32_t value);
  void put_u64(std::uint64_t value);
  // 64 bits as two words, the high one first.
  void put_time(Timestamp time);
  void put_padded(Bytes bytes);
  void put_option(std::uint16_t code, Bytes value);
  void put_text_option(std::uint16_t code, std::string_view text);
  void put_u64_option(std::uint16_t code, std::uint64_t value);
  void put_end_of_options();

  LatchedSink sink_;
  std::vector<std::uint8_t> block_;
  std::vector<std::uint32_t> snap_lengths_;
};

}  // namespace inflight::capture
