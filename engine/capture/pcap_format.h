// The numbers of the classic pcap format (pcap-savefile(5)), shared by its reader and its writer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace inflight::capture::pcap {

inline constexpr std::size_t kFileHeaderSize = 24;
inline constexpr std::size_t kRecordHeaderSize = 16;
inline constexpr std::uint32_t kMagicMicroseconds = 0xa1b2c3d4;
inline constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
// A variant of long ago (Kuznetzov's patch): eight more bytes in each record header.
inline constexpr std::uint32_t kMagicModified = 0xa1b2cd34;
inline constexpr std::size_t kModifiedRecordHeaderSize = 24;
inline constexpr std::uint16_t kMajorVersion = 2;
inline constexpr std::uint16_t kMinorVersion = 4;
// What no record of a sound file exceeds whatever its header says: libpcap's MAXIMUM_SNAPLEN.
inline constexpr std::uint32_t kMaxSnapLength = 262144;

}  // namespace inflight::capture::pcap
