// Packets of a host into a capture file as they pass: a tap that writes pcap or pcapng, atomically.
// The format follows from the file's name: .pcapng gives pcapng, which alone can hold more than one
// tap.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "trace/atomic_file.h"
#include "wire/packet_tap.h"

namespace inflight::exporting {

enum class PacketLayer : std::uint8_t { Inner, Outer, Both };

struct PacketFileOptions {
  PacketLayer layer = PacketLayer::Inner;
  // Unix time of Instant{} of the taps.
  std::chrono::nanoseconds epoch{};
  // Longer packets are cut to this many bytes.
  std::uint32_t snap_length = 65535;
  // "inflight 0.1.0"
  std::string application;
  std::string comment;
};

// A file's name says pcapng.
bool is_pcapng(const std::filesystem::path& file);

class PacketFile {
 public:
  static std::expected<std::unique_ptr<PacketFile>, trace::FileError> create(
      const std::filesystem::path& file, const PacketFileOptions& options);
  ~PacketFile();

  // A tap that writes into this file and lives as long as it; `name` is the interface's name in
  // pcapng. A pcap file takes one tap and one layer.
  wire::PacketTap* add_tap(const std::string& name);
  // Makes the file real. Nothing may be written afterwards.
  std::expected<void, trace::FileError> commit();
  std::uint64_t packets() const;

 private:
  class Writer;
  explicit PacketFile(std::unique_ptr<Writer> writer);

  std::unique_ptr<Writer> writer_;
};

}  // namespace inflight::exporting
