#include "wire/tcp.h"

#include <algorithm>

#include "wire/checksum.h"

namespace inflight::wire {
namespace {

namespace option {
constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kNop = 1;
constexpr std::uint8_t kMss = 2;
constexpr std::uint8_t kWindowScale = 3;
constexpr std::uint8_t kSackPermitted = 4;
constexpr std::uint8_t kSack = 5;
constexpr std::uint8_t kTimestamps = 8;
constexpr std::uint8_t kFastOpen = 34;
constexpr std::uint8_t kExperimental = 254;
}  // namespace option

constexpr std::size_t kMssSize = 4;
constexpr std::size_t kPaddedWindowScaleSize = 4;
constexpr std::size_t kPaddedTimestampsSize = 12;
constexpr std::size_t kSackBlockSize = 8;
// RFC 7413 appendix B, RFC 6994: what tells Fast Open from other experiments.
constexpr std::uint16_t kFastOpenExperiment = 0xf989;
constexpr std::size_t kChecksumOffset = 16;
// Two NOPs, kind and length.
constexpr std::uint32_t kTimestampsAlone = 0x0101080a;

void read_option(std::uint8_t kind, Bytes body, TcpOptions& options) {
  ByteReader reader(body);
  if (kind == option::kMss && body.size() == 2) {
    options.mss = reader.u16be();
  } else if (kind == option::kWindowScale && body.size() == 1) {
    options.window_scale = reader.u8();
  } else if (kind == option::kSackPermitted && body.empty()) {
    options.sack_permitted = true;
  } else if (kind == option::kTimestamps && body.size() == 8) {
    const std::uint32_t value = reader.u32be();
    options.timestamps = TcpTimestamps{value, reader.u32be()};
  } else if (kind == option::kFastOpen) {
    options.fast_open = FastOpenCookie::from_bytes(body);
  } else if (kind == option::kExperimental && reader.u16be() == kFastOpenExperiment) {
    options.fast_open = FastOpenCookie::from_bytes(reader.rest());
    if (options.fast_open) options.fast_open->experimental = true;
  } else if (kind == option::kSack && body.size() % kSackBlockSize == 0) {
    while (reader.remaining() > 0) {
      const SeqNum left{reader.u32be()};
      options.sack.push_back({left, SeqNum{reader.u32be()}});
    }
  }
}

void read_options(Bytes bytes, TcpOptions& options) {
  // RFC 7323 appendix A: what nearly every segment has, read without the loop.
  if (bytes.size() == kPaddedTimestampsSize) {
    ByteReader reader(bytes);
    if (reader.u32be() == kTimestampsAlone) {
      const std::uint32_t value = reader.u32be();
      options.timestamps = TcpTimestamps{value, reader.u32be()};
      return;
    }
  }
  ByteReader reader(bytes);
  while (reader.remaining() > 0) {
    const std::uint8_t kind = reader.u8();
    if (kind == option::kEnd) break;
    if (kind == option::kNop) continue;
    const std::uint8_t length = reader.u8();
    // RFC 9293 MUST-7: lengths 0 and 1 and lengths past the end are survived.
    if (length < 2) break;
    const Bytes body = reader.take(length - 2U);
    if (!reader.ok()) break;
    read_option(kind, body, options);
  }
}

std::optional<ParseError> read_segment(Bytes segment, Completeness completeness,
                                       TcpSegmentView& view) {
  ByteReader reader(segment);
  TcpHeader& header = view.header;
  header.source_port = reader.u16be();
  header.destination_port = reader.u16be();
  header.seq = SeqNum{reader.u32be()};
  header.ack = SeqNum{reader.u32be()};
  view.header_size = static_cast<std::size_t>(reader.u8() >> 4) * 4;
  header.flags = TcpFlags::unpack(reader.u8());
  header.window = reader.u16be();
  reader.skip(2);
  header.urgent_pointer = reader.u16be();
  if (!reader.ok()) return ParseError::TooShort;
  if (view.header_size < kTcpHeaderSize) return ParseError::BadLength;
  const std::size_t options_size = view.header_size - kTcpHeaderSize;
  view.options_cut = options_size > reader.remaining();
  if (view.options_cut && completeness == Completeness::Complete) return ParseError::BadLength;
  read_options(reader.take(std::min(options_size, reader.remaining())), header.options);
  view.payload = reader.rest();
  return std::nullopt;
}

// Kind, length, perhaps the experiment's number, and the cookie.
std::size_t fast_open_size(const FastOpenCookie& cookie) {
  return (cookie.experimental ? 4 : 2) + cookie.bytes().size();
}

// Bytes of all options but SACK blocks, padding included.
std::size_t fixed_options_size(const TcpOptions& options) {
  std::size_t size = 0;
  if (options.mss) size += kMssSize;
  if (options.window_scale) size += kPaddedWindowScaleSize;
  if (options.timestamps) size += kPaddedTimestampsSize;
  // sackOK takes the place of the two NOPs in front of timestamps.
  if (options.sack_permitted && !options.timestamps) size += 4;
  if (options.fast_open) size += (fast_open_size(*options.fast_open) + 3) / 4 * 4;
  return size;
}

std::size_t fitting_sack_blocks(const TcpOptions& options) {
  const std::size_t fixed = fixed_options_size(options);
  if (options.sack.empty() || fixed + 4 + kSackBlockSize > kMaxTcpOptionsSize) return 0;
  return std::min(options.sack.size(), (kMaxTcpOptionsSize - fixed - 4) / kSackBlockSize);
}

void write_nops(std::size_t count, ByteWriter& writer) {
  for (std::size_t i = 0; i < count; ++i) writer.u8(option::kNop);
}

void write_mss(std::uint16_t mss, ByteWriter& writer) {
  writer.u8(option::kMss);
  writer.u8(4);
  writer.u16be(mss);
}

void write_window_scale(std::uint8_t shift, ByteWriter& writer) {
  writer.u8(option::kWindowScale);
  writer.u8(3);
  writer.u8(shift);
}

void write_timestamps(const TcpTimestamps& timestamps, ByteWriter& writer) {
  writer.u8(option::kTimestamps);
  writer.u8(10);
  writer.u32be(timestamps.value);
  writer.u32be(timestamps.echo_reply);
}

void write_fast_open(const FastOpenCookie& cookie, ByteWriter& writer) {
  const std::size_t size = fast_open_size(cookie);
  writer.u8(cookie.experimental ? option::kExperimental : option::kFastOpen);
  writer.u8(static_cast<std::uint8_t>(size));
  if (cookie.experimental) writer.u16be(kFastOpenExperiment);
  writer.bytes(cookie.bytes());
}

// Each option at the alignment that BSD's stacks give it: a shift at an odd place, timestamps two
// behind a multiple of four.
void write_bsd_options(const TcpOptions& options, ByteWriter& writer) {
  const std::size_t begin = writer.written();
  const auto size = [&] { return writer.written() - begin; };
  if (options.mss) write_mss(*options.mss, writer);
  if (options.window_scale) {
    write_nops((size() + 1) % 2, writer);
    write_window_scale(*options.window_scale, writer);
  }
  if (options.sack_permitted) {
    write_nops(size() % 2, writer);
    writer.u8(option::kSackPermitted);
    writer.u8(2);
  }
  if (options.timestamps) {
    write_nops((6 - size() % 4) % 4, writer);
    write_timestamps(*options.timestamps, writer);
  }
  if (options.fast_open) write_fast_open(*options.fast_open, writer);
  // However they are laid out, they fill the same number of words.
  const std::size_t padding = fixed_options_size(options) - size();
  options.sack.empty() ? writer.zeros(padding) : write_nops(padding, writer);
}

void write_linux_options(const TcpOptions& options, ByteWriter& writer) {
  if (options.mss) write_mss(*options.mss, writer);
  if (options.sack_permitted && !options.timestamps) write_nops(2, writer);
  if (options.sack_permitted) {
    writer.u8(option::kSackPermitted);
    writer.u8(2);
  } else if (options.timestamps) {
    write_nops(2, writer);
  }
  if (options.timestamps) write_timestamps(*options.timestamps, writer);
  if (options.window_scale) {
    writer.u8(option::kNop);
    write_window_scale(*options.window_scale, writer);
  }
  if (options.fast_open) {
    write_fast_open(*options.fast_open, writer);
    write_nops((4 - fast_open_size(*options.fast_open) % 4) % 4, writer);
  }
}

void write_options(const TcpOptions& options, ByteWriter& writer) {
  if (options.order == OptionOrder::FreeBsd) {
    write_bsd_options(options, writer);
  } else {
    write_linux_options(options, writer);
  }
  const std::size_t blocks = fitting_sack_blocks(options);
  if (blocks == 0) return;
  write_nops(2, writer);
  writer.u8(option::kSack);
  writer.u8(static_cast<std::uint8_t>(2 + blocks * kSackBlockSize));
  for (std::size_t i = 0; i < blocks; ++i) {
    writer.u32be(options.sack[i].left.value());
    writer.u32be(options.sack[i].right.value());
  }
}

}  // namespace

std::optional<FastOpenCookie> FastOpenCookie::from_bytes(Bytes bytes) {
  FastOpenCookie cookie;
  if (bytes.empty()) return cookie;
  if (bytes.size() < kMinSize || bytes.size() > kMaxSize || bytes.size() % 2 != 0) {
    return std::nullopt;
  }
  std::ranges::copy(bytes, cookie.bytes_.begin());
  cookie.size_ = bytes.size();
  return cookie;
}

std::expected<TcpSegmentView, ParseError> parse_tcp(Bytes segment, Completeness completeness) {
  // Read where it is returned: copying the view costs as much as reading it.
  std::expected<TcpSegmentView, ParseError> view;
  if (const auto error = read_segment(segment, completeness, *view)) {
    view = std::unexpected(*error);
  }
  return view;
}

std::size_t tcp_header_size(const TcpOptions& options) {
  const std::size_t blocks = fitting_sack_blocks(options);
  return kTcpHeaderSize + fixed_options_size(options) +
         (blocks == 0 ? 0 : 4 + blocks * kSackBlockSize);
}

void emit_tcp(const TcpHeader& header, MutableBytes place) {
  CHECK(place.size() == tcp_header_size(header.options));
  ByteWriter writer(place);
  writer.u16be(header.source_port);
  writer.u16be(header.destination_port);
  writer.u32be(header.seq.value());
  writer.u32be(header.ack.value());
  writer.u8(static_cast<std::uint8_t>(place.size() / 4 << 4));
  writer.u8(header.flags.pack());
  writer.u16be(header.window);
  writer.u16be(0);
  writer.u16be(header.urgent_pointer);
  write_options(header.options, writer);
}

void set_tcp_checksum(const IpAddress& source, const IpAddress& destination, MutableBytes segment) {
  const MutableBytes field = segment.subspan(kChecksumOffset, 2);
  field[0] = field[1] = 0;
  ByteWriter(field).u16be(transport_checksum(source, destination, ip_protocol::kTcp, segment));
}

}  // namespace inflight::wire
