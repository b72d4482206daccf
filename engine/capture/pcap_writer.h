// Writes a classic pcap file (pcap-savefile(5)): little-endian, one link type, in microseconds or
// nanoseconds. With link type 147, microseconds and records of emit_tunnel_record() it is the file
// that `coder speedtest --pcap-file` makes.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/byte_sink.h"
#include "capture/packet_record.h"

namespace inflight::capture {

struct PcapOptions {
  LinkType link_type = LinkType::Raw;
  bool nanoseconds = true;
  // Longer packets are cut to this many bytes.
  std::uint32_t snap_length = 65535;
};

class PcapWriter {
 public:
  // Writes the file header.
  PcapWriter(ByteSink sink, const PcapOptions& options);

  // Packets in the order of time. A time outside 1970 to 2106 is clamped: the format has no other.
  void write(Timestamp time, Bytes data) { write(time, data, data.size()); }
  // For a packet of which only the first data.size() bytes are at hand.
  void write(Timestamp time, Bytes data, std::size_t original_length);

  // False once the sink refused something; nothing is written after that.
  bool ok() const { return sink_.ok(); }

 private:
  LatchedSink sink_;
  PcapOptions options_;
  std::vector<std::uint8_t> record_;
};

}  // namespace inflight::capture
