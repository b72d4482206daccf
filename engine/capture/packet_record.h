// PacketRecord: one packet as a capture file holds it, whatever the file's format. Also the values
// around it: timestamps, link types, interfaces. Timestamps are exact to the nanosecond (pcapng
// files may be finer: the rest is cut off). A record's bytes are a view into the reader's buffer.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/time.h"

namespace inflight::capture {

// Time of day of a capture: UTC since 1970, in nanoseconds. A value only: nothing here asks for it.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

// Values of the tcpdump.org list, as they stand in files. Files may hold any other number.
enum class LinkType : std::uint16_t {
  Null = 0,
  Ethernet = 1,
  RawBsd = 12,
  RawOpenBsd = 14,
  Raw = 101,
  Loop = 108,
  LinuxCooked = 113,
  // USER0: what Coder and Tailscale write, see tunnel_record.h.
  TunnelRecord = 147,
  Ipv4 = 228,
  Ipv6 = 229,
  LinuxCooked2 = 276,
};

// As seen from the capturing host, where the file or its link layer tells.
enum class Direction : std::uint8_t { Unknown, Inbound, Outbound };

struct PacketRecord {
  // 1 for the first record of the file, as Wireshark's frame number.
  std::uint64_t number = 0;
  Timestamp time{};
  LinkType link_type = LinkType::Ethernet;
  // Index into CaptureInfo::interfaces; 0 in a classic pcap file.
  std::uint32_t interface = 0;
  // What was captured, link layer included; valid until the reader is asked for the next record.
  Bytes data;
  // Length on the wire, in bytes; at least data.size().
  std::uint32_t original_length = 0;
  Direction direction = Direction::Unknown;
  // The first comment of the record (pcapng), usually none.
  std::string comment;
};

struct Interface {
  LinkType link_type = LinkType::Ethernet;
  // Bytes kept of each packet; 0 means all.
  std::uint32_t snap_length = 0;
  std::string name;
  std::string description;
  // Packets that the capture itself lost, if the file says.
  std::optional<std::uint64_t> dropped;
};

}  // namespace inflight::capture
