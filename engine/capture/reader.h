// Reader: the packets of a capture file, one after the other: classic pcap and pcapng, plain or
// compressed, from disk or memory. A file that is cut off or damaged is read as far as it is good;
// damage() then says how far. Memory does not grow with the file.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <variant>
#include <vector>

#include "capture/capture_info.h"
#include "capture/input_window.h"
#include "capture/packet_record.h"
#include "capture/pcap_parser.h"
#include "capture/pcapng_parser.h"

namespace inflight::capture {

class Reader {
 public:
  static std::expected<Reader, OpenError> open(const std::filesystem::path& path);
  static std::expected<Reader, OpenError> from_memory(std::vector<std::uint8_t> content);

  // The next record, or nothing at the end or at the first damage. Its bytes are valid until the
  // next call.
  std::optional<PacketRecord> next();

  // Complete once next() gave nothing.
  const CaptureInfo& info() const { return info_; }
  const std::optional<Damage>& damage() const { return damage_; }
  std::uint64_t packets_read() const { return packets_read_; }
  // How much of the file (compressed, if it is) was read, and its size; 0 if that is unknown.
  std::uint64_t bytes_consumed() const { return input_.consumed(); }
  std::uint64_t file_size() const { return file_size_; }

 private:
  using Parser = std::variant<PcapParser, PcapngParser>;

  static std::expected<Reader, OpenError> make(std::unique_ptr<ByteSource> source,
                                               std::uint64_t file_size);
  Reader(InputWindow input, CaptureInfo info, Parser parser, std::uint64_t file_size)
      : input_(std::move(input)),
        info_(std::move(info)),
        parser_(std::move(parser)),
        file_size_(file_size) {}

  InputWindow input_;
  CaptureInfo info_;
  Parser parser_;
  std::optional<Damage> damage_;
  std::uint64_t packets_read_ = 0;
  std::uint64_t file_size_ = 0;
};

}  // namespace inflight::capture
