// Packets sent by the Linux kernel (checksums complete, no offload), for comparison with ours.
#pragma once

#include <array>
#include <string_view>

namespace inflight::wire::samples {

// Layout of a SYN with every option Linux offers, ECN asked for.
inline constexpr std::string_view kV4Syn =
    "4500003c 8a344000 40069beb 0a4d0001 0a4d0002 a2c41389 49d90846 00000000 a0c2faf0 5acc0000"
    "020405b4 0402080a 965a3e1f 00000000 01030307";
inline constexpr std::string_view kV4SynAck =
    "4500003c 00004000 40062620 0a4d0002 0a4d0001 1389a2c4 69eee106 49d90847 a052fe88 72590000"
    "020405b4 0402080a f63ea415 965a3e1f 01030307";
inline constexpr std::string_view kV4EchoedCongestion =
    "45000034 e8114000 40063e16 0a4d0002 0a4d0001 1389a2c4 69eee107 49d995af 8050029d 0e220000"
    "0101080a f63ea4cf 965a3eec";
inline constexpr std::string_view kV4OneSackBlock =
    "45000040 11ce4000 4006144e 0a4d0002 0a4d0001 1389ec18 35bbadef 0637c3b3 b0100a90 a37d0000"
    "0101080a 16fb9d5b 9d44da5b 0101050a 0637c95b 0637cf03";
inline constexpr std::string_view kV4ThreeSackBlocks =
    "45000050 a4754000 40068196 0a4d0002 0a4d0001 1389ddb0 ef887c8d 73c56ea1 f0100e89 c69b0000"
    "0101080a a71375b1 8e8f847a 0101051a 73c683c9 73c6a5b9 73c66d29 73c672d1 73c5da19 73c60d01";
inline constexpr std::string_view kV6Syn =
    "6002729c 00280640 fd696e66 00000000 00000000 00000001 fd696e66 00000000 00000000 00000002"
    "a7121e61 99f21f64 00000000 a002ff00 be410000 02040550 0402080a 95009fb0 00000000 0103030a";
// "hello inflight!", 15 bytes.
inline constexpr std::string_view kV6OddUdp =
    "600e63db 00171140 fd696e66 00000000 00000000 00000001 fd696e66 00000000 00000000 00000002"
    "eaac1e61 00171866 68656c6c 6f20696e 666c6967 687421";
// No payload, DSCP 46.
inline constexpr std::string_view kV6EmptyUdp =
    "6b8e63db 00081140 fd696e66 00000000 00000000 00000001 fd696e66 00000000 00000000 00000002"
    "eaac1e61 00081f2d";

inline constexpr std::array kTcp{kV4Syn,          kV4SynAck,          kV4EchoedCongestion,
                                 kV4OneSackBlock, kV4ThreeSackBlocks, kV6Syn};

// A datagram to a closed port and the answer; an echo of "inflight?", the request made here.
inline constexpr std::string_view kV4PortUnreachable =
    "45c0003d 04e80000 40017716 7f000001 7f000001 0303dbb1 00000000 45000021 b5224000 401187a7"
    "7f000001 7f000001 df410009 000dfe20 68656c6c 6f";
inline constexpr std::string_view kV6PortUnreachable =
    "6001add2 003d3a40 00000000 00000000 00000000 00000001 00000000 00000000 00000000 00000001"
    "010417a4 00000000 6004a915 000d1140 00000000 00000000 00000000 00000001 00000000 00000000"
    "00000000 00000001 886d0009 000d0020 68656c6c 6f";
inline constexpr std::string_view kV4EchoRequest =
    "45000025 b3684000 4001896d 7f000001 7f000001 08000514 12340001 696e666c 69676874 3f";
inline constexpr std::string_view kV4EchoReply =
    "45000025 b3690000 4001c96c 7f000001 7f000001 00000d14 12340001 696e666c 69676874 3f";
inline constexpr std::string_view kV6EchoRequest =
    "6004de1f 00113a40 00000000 00000000 00000000 00000001 00000000 00000000 00000000 00000001"
    "80008cc6 12340001 696e666c 69676874 3f";
inline constexpr std::string_view kV6EchoReply =
    "6009e6a3 00113a40 00000000 00000000 00000000 00000001 00000000 00000000 00000000 00000001"
    "81008bc6 12340001 696e666c 69676874 3f";

}  // namespace inflight::wire::samples
