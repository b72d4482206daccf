// The packets of a live run, kept for a capture file: of each packet inside the tunnel its time,
// its length and its first bytes (every header, little of the payload). Bounded: the first packets
// stay, later ones are only counted. Written by the thread that owns the run, read once that has
// ended.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>

#include "trace/atomic_file.h"
#include "trace/chunked_vector.h"
#include "wire/packet_tap.h"

namespace inflight::ui {

class PacketLog final : public wire::PacketTap {
 public:
  // IPv6 and TCP headers with all options of TCP are 100 bytes.
  static constexpr std::size_t kSnapLength = 100;
  // Some 500,000 packets.
  static constexpr std::size_t kDefaultBytes = std::size_t{64} << 20;

  explicit PacketLog(std::size_t maxBytes = kDefaultBytes)
      : m_maxPackets(maxBytes / sizeof(Kept)) {}

  // Before the first packet: Unix time of Instant{}.
  void setEpoch(std::chrono::nanoseconds epoch) { m_epoch = epoch; }
  void on_inner(Bytes packet, wire::TapDirection direction, Instant now) override;
  void on_outer(Bytes, wire::TapDirection, Instant) override {}

  std::uint64_t seen() const { return m_seen; }
  std::uint64_t kept() const { return m_kept.size(); }
  // The bound was met: the last packets are missing.
  bool isCut() const { return m_seen > m_kept.size(); }
  std::size_t memory() const { return m_kept.memory(); }

  // False stops it; told how much is done, 0 to 1.
  using Continue = std::function<bool(double done)>;
  // pcapng or, by the file's name, pcap; atomically. A stopped one leaves no file.
  std::expected<void, trace::FileError> save(const std::filesystem::path& file,
                                             const std::string& application,
                                             const Continue& goOn) const;

 private:
  struct Kept {
    Instant time;
    std::uint16_t length = 0;
    std::uint16_t kept = 0;
    wire::TapDirection direction = wire::TapDirection::Out;
    std::array<std::uint8_t, kSnapLength> bytes{};
  };

  const std::size_t m_maxPackets;
  std::chrono::nanoseconds m_epoch{};
  std::uint64_t m_seen = 0;
  trace::ChunkedVector<Kept> m_kept;
};

}  // namespace inflight::ui
