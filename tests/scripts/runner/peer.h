// The script's side of the wire: turns packet lines into packets to the stack, and what the stack
// sends into packet lines, with the numbers that the script uses: sequence numbers from each side's
// own first one, timestamps from the stack's first.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "scripts/runner/script.h"
#include "wire/address.h"
#include "wire/ip.h"

namespace inflight::scripts {

class Peer {
 public:
  // `scaled_echoes`: a script's timestamps are the stack's but for their beginning; else those it
  // was seen to expect mean what the stack sent then.
  explicit Peer(bool ipv6, bool scaled_echoes = false);
  // Other addresses than the usual ones.
  void set_addresses(std::optional<wire::IpAddress> local, std::optional<wire::IpAddress> remote) {
    local_ = local.value_or(local_);
    remote_ = remote.value_or(remote_);
  }

  const wire::IpAddress& local() const { return local_; }
  const wire::IpAddress& remote() const { return remote_; }
  // What scripts bind and connect to, on both sides.
  static constexpr std::uint16_t kPort = 8080;

  // The stack listens: the next SYN begins another connection.
  void on_listen() { listens_ = listened_ = true; }

  // A packet from the remote. A SYN without an ACK while there is a connection begins another.
  std::expected<std::vector<std::uint8_t>, std::string> make_packet(const PacketLine& line);
  // An ICMP error from the way to the remote about a segment that the stack sent. IPv4.
  std::vector<std::uint8_t> make_icmp(const IcmpLine& line) const;
  // Nothing if it is no TCP packet of this connection. `expected`: what the script says, whose
  // timestamp gives the first one of the stack its name.
  std::optional<PacketLine> read_packet(Bytes packet, const PacketLine* expected);

 private:
  wire::IpAddress local_;
  wire::IpAddress remote_;
  std::uint16_t local_port_ = kPort;
  // The remote's, another one for each connection that it opens.
  std::uint16_t remote_port_ = 40'000;
  bool first_ = true;
  bool listens_ = false;
  bool listened_ = false;
  void note_timestamp(std::uint32_t value, const PacketLine* expected);
  // Added to the script's numbers of what the remote sends. In a SYN they are absolute, in
  // everything else they count from the first SYN's.
  std::uint32_t remote_offset(bool syn) const;

  bool scaled_echoes_;
  // The remote's first number, on the wire and in the script.
  std::uint32_t remote_iss_ = 0;
  std::optional<std::uint32_t> remote_script_iss_;
  // Added to the script's numbers of what the stack sends.
  std::optional<std::uint32_t> local_offset_;
  std::optional<std::uint32_t> timestamp_offset_;
  // The script's names of what the stack sent -> that.
  std::map<std::uint32_t, std::uint32_t> timestamps_;
};

// As a script would write it.
std::string to_text(const PacketLine& line);

}  // namespace inflight::scripts
