// The numbers of the pcapng format (draft-ietf-opsawg-pcapng), shared by its reader and its writer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace inflight::capture::pcapng {

namespace block {
inline constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
inline constexpr std::uint32_t kInterface = 1;
inline constexpr std::uint32_t kObsoletePacket = 2;
inline constexpr std::uint32_t kSimplePacket = 3;
inline constexpr std::uint32_t kNameResolution = 4;
inline constexpr std::uint32_t kInterfaceStatistics = 5;
inline constexpr std::uint32_t kEnhancedPacket = 6;
inline constexpr std::uint32_t kSecrets = 10;
inline constexpr std::uint32_t kCustom = 0x00000bad;
inline constexpr std::uint32_t kCustomNoCopy = 0x40000bad;
}  // namespace block

namespace option {
inline constexpr std::uint16_t kEnd = 0;
inline constexpr std::uint16_t kComment = 1;
// Section header
inline constexpr std::uint16_t kApplication = 4;
// Interface description
inline constexpr std::uint16_t kName = 2;
inline constexpr std::uint16_t kDescription = 3;
inline constexpr std::uint16_t kTimeResolution = 9;
inline constexpr std::uint16_t kTimeOffset = 14;
// Enhanced packet
inline constexpr std::uint16_t kFlags = 2;
inline constexpr std::uint16_t kPacketId = 5;
// Interface statistics
inline constexpr std::uint16_t kReceived = 4;
inline constexpr std::uint16_t kDropped = 5;
}  // namespace option

inline constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
inline constexpr std::uint16_t kMajorVersion = 1;
inline constexpr std::uint32_t kDirectionMask = 3;
inline constexpr std::uint32_t kInbound = 1;
inline constexpr std::uint32_t kOutbound = 2;
// Type and the two total lengths.
inline constexpr std::size_t kBlockOverhead = 12;
inline constexpr std::uint32_t kWireGuardKeyLog = 0x57474b4c;

}  // namespace inflight::capture::pcapng
