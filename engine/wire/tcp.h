// TCP headers and options (RFC 9293 §3.1, RFC 7323, RFC 2018, RFC 7413): parse and emit. Values as
// they stand on the wire: windows unscaled, sequence numbers modulo 2^32.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <expected>
#include <optional>

#include "base/bytes.h"
#include "base/sequence.h"
#include "wire/address.h"
#include "wire/ip.h"

namespace inflight::wire {

inline constexpr std::size_t kTcpHeaderSize = 20;
inline constexpr std::size_t kMaxTcpOptionsSize = 40;

struct TcpFlags {
  bool fin = false;
  bool syn = false;
  bool rst = false;
  bool psh = false;
  bool ack = false;
  bool urg = false;
  bool ece = false;
  bool cwr = false;

  constexpr bool operator==(const TcpFlags&) const = default;
  // The header's byte of flags (RFC 9293 §3.1, RFC 3168 §6.1).
  static constexpr TcpFlags unpack(std::uint8_t bits) {
    return {.fin = (bits & 0x01) != 0,
            .syn = (bits & 0x02) != 0,
            .rst = (bits & 0x04) != 0,
            .psh = (bits & 0x08) != 0,
            .ack = (bits & 0x10) != 0,
            .urg = (bits & 0x20) != 0,
            .ece = (bits & 0x40) != 0,
            .cwr = (bits & 0x80) != 0};
  }
  constexpr std::uint8_t pack() const {
    return static_cast<std::uint8_t>((fin ? 0x01 : 0) | (syn ? 0x02 : 0) | (rst ? 0x04 : 0) |
                                     (psh ? 0x08 : 0) | (ack ? 0x10 : 0) | (urg ? 0x20 : 0) |
                                     (ece ? 0x40 : 0) | (cwr ? 0x80 : 0));
  }
};

struct SackBlock {
  SeqNum left;
  // One past the last byte.
  SeqNum right;

  constexpr bool operator==(const SackBlock&) const = default;
};

// Up to four blocks, in the order of the option (RFC 2018 §3: the most recent first).
class SackBlocks {
 public:
  static constexpr std::size_t kMax = 4;

  // Ignored when full.
  constexpr void push_back(SackBlock block) {
    if (count_ < kMax) blocks_[count_++] = block;
  }
  constexpr std::size_t size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }
  constexpr const SackBlock& operator[](std::size_t i) const { return blocks_[i]; }
  constexpr const SackBlock* begin() const { return blocks_.data(); }
  constexpr const SackBlock* end() const { return blocks_.data() + count_; }
  constexpr bool operator==(const SackBlocks& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

 private:
  std::array<SackBlock, kMax> blocks_{};
  std::size_t count_ = 0;
};

struct TcpTimestamps {
  std::uint32_t value = 0;
  std::uint32_t echo_reply = 0;

  constexpr bool operator==(const TcpTimestamps&) const = default;
};

// How the options of a SYN are laid out; other segments look alike everywhere.
enum class OptionOrder : std::uint8_t {
  Linux,    // mss, sackOK, TS, nop, wscale; what is missing leaves NOPs in front of the next
  FreeBsd,  // mss, nop, wscale, sackOK, TS; padded with `end of options`
};

// RFC 7413 §4.1.1: 4 to 16 bytes that only the server can make; without any it asks for a cookie.
class FastOpenCookie {
 public:
  static constexpr std::size_t kMinSize = 4;
  static constexpr std::size_t kMaxSize = 16;

  // A request.
  constexpr FastOpenCookie() = default;
  // Nothing for a length that no cookie has: odd, too short or too long.
  static std::optional<FastOpenCookie> from_bytes(Bytes bytes);

  constexpr bool is_request() const { return size_ == 0; }
  constexpr Bytes bytes() const { return Bytes(bytes_).first(size_); }
  bool operator==(const FastOpenCookie&) const = default;

  // It came, or goes, as the experimental option 254 (RFC 7413 appendix B), not as option 34.
  bool experimental = false;

 private:
  std::array<std::uint8_t, kMaxSize> bytes_{};
  std::size_t size_ = 0;
};

struct TcpOptions {
  std::optional<std::uint16_t> mss;
  // Shift as sent; RFC 7323 §2.3 limits what is used to 14.
  std::optional<std::uint8_t> window_scale;
  bool sack_permitted = false;
  std::optional<TcpTimestamps> timestamps;
  SackBlocks sack;
  std::optional<FastOpenCookie> fast_open;
  // For emitting; the parser leaves the default.
  OptionOrder order = OptionOrder::Linux;

  bool operator==(const TcpOptions&) const = default;
};

struct TcpHeader {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  SeqNum seq;
  SeqNum ack;
  TcpFlags flags;
  std::uint16_t window = 0;
  std::uint16_t urgent_pointer = 0;
  TcpOptions options;

  bool operator==(const TcpHeader&) const = default;
};

struct TcpSegmentView {
  TcpHeader header;
  std::size_t header_size = 0;
  // What is present of the payload.
  Bytes payload;
  // A capture cut the segment inside its options: `header.options` may lack some.
  bool options_cut = false;
};

// Unknown options are skipped by their length; an option with an impossible length ends the option
// list (RFC 9293 MUST-7: it must not crash or loop). The checksum is not verified here.
std::expected<TcpSegmentView, ParseError> parse_tcp(Bytes segment, Completeness completeness);

// Bytes of header and options, a multiple of 4. SACK blocks that do not fit are left out, last
// first.
std::size_t tcp_header_size(const TcpOptions& options);
// Writes header and options with a zero checksum; `place` has tcp_header_size bytes. A SYN's
// options stand in the order that they name, those of data segments are nop, nop, TS, nop, nop,
// sack.
void emit_tcp(const TcpHeader& header, MutableBytes place);
// Puts the checksum into an emitted segment (header and payload in one piece).
void set_tcp_checksum(const IpAddress& source, const IpAddress& destination, MutableBytes segment);

}  // namespace inflight::wire
