// Reads the blocks of a pcapng file (draft-ietf-opsawg-pcapng): any number of sections in either
// byte order, interfaces that differ in link type, snap length and time resolution, comments,
// secrets, drop counters. Unknown blocks are skipped and counted. Name resolution and custom blocks
// are skipped.
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "capture/capture_info.h"
#include "capture/endian_reader.h"
#include "capture/input_window.h"
#include "capture/packet_record.h"

namespace inflight::capture {

class PcapngParser {
 public:
  // Limits on what a file may make us keep: interfaces of the whole file; secrets and comments in
  // bytes. What is beyond them is skipped (an interface: damage).
  static constexpr std::size_t kMaxInterfaces = 4096;
  static constexpr std::size_t kMaxKeptText = std::size_t{4} << 20;

  static bool recognises(Bytes first_bytes);

  // Takes the first section header and fills `info`.
  static std::expected<PcapngParser, OpenErrorKind> open(InputWindow& input, CaptureInfo& info);

  // The next packet, nothing at the end, or what is wrong. What other blocks say goes into `info`.
  std::expected<std::optional<PacketRecord>, DamageKind> next(InputWindow& input,
                                                              CaptureInfo& info);

 private:
  struct TimeScale {
    // A time stamp counts in 10^-exponent s, or 2^-exponent s.
    unsigned exponent = 6;
    bool binary = false;
    std::int64_t offset_seconds = 0;
  };
  struct Block {
    std::uint32_t type = 0;
    Bytes body;
  };

  // The next block; nothing at the end of the file. It is taken from the input only when the one
  // after it is asked for, so that the input stands at the block in which damage is found.
  std::expected<std::optional<Block>, DamageKind> next_block(InputWindow& input, CaptureInfo& info);
  bool read_section(Bytes body, CaptureInfo& info);
  bool read_interface(Bytes body, CaptureInfo& info);
  void read_statistics(Bytes body, CaptureInfo& info) const;
  void read_secrets(Bytes body, CaptureInfo& info);
  std::optional<PacketRecord> read_enhanced(Bytes body, const CaptureInfo& info);
  std::optional<PacketRecord> read_obsolete(Bytes body, const CaptureInfo& info);
  std::optional<PacketRecord> read_simple(Bytes body, CaptureInfo& info);
  std::optional<PacketRecord> read_packet(const Block& block, CaptureInfo& info);
  // Fills what all three kinds have in common; false if the interface was not declared.
  bool place(PacketRecord& record, std::uint32_t section_interface, std::uint64_t ticks,
             const CaptureInfo& info);
  static Timestamp to_time(std::uint64_t ticks, const TimeScale& scale);
  // Whether so much more text may be kept.
  bool keep(std::size_t text_size);

  ByteOrder order_ = ByteOrder::Little;
  // Of the current section's interfaces: the index in CaptureInfo::interfaces of the first.
  std::size_t first_interface_ = 0;
  std::vector<TimeScale> scales_;
  Timestamp last_time_{};
  std::size_t kept_text_ = 0;
  // Size of the block that next_block() gave last.
  std::size_t block_in_use_ = 0;
};

}  // namespace inflight::capture
