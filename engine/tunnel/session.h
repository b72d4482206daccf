// One session: the two keys that a handshake gave, the counter to send with, the replay window of
// what came, and its age. Seals and opens transport messages in place (paper §5.4.6). Which session
// is used when is the keyring's business.
#pragma once

#include <cstdint>
#include <expected>

#include "base/time.h"
#include "tunnel/handshake.h"
#include "tunnel/index_table.h"
#include "tunnel/replay_window.h"
#include "tunnel/report.h"
#include "wire/packet.h"

namespace inflight::tunnel {

// Expired: too old or out of counters. BadTag: not authentic. Replayed: seen before, or too old for
// the window.
enum class OpenError { Expired, BadTag, Replayed };

class Session {
 public:
  // `lease` holds this end's index, `remote` is the other's.
  Session(const TransportKeys& keys, Role role, IndexLease lease, Index remote, Instant now);

  Index local_index() const { return lease_.index(); }
  Index remote_index() const { return remote_; }
  Role role() const { return role_; }
  Instant established() const { return established_; }
  // Messages sent so far; also the next counter.
  std::uint64_t sent() const { return next_counter_; }
  std::uint64_t greatest_received() const { return window_.greatest(); }

  bool may_send(Instant now) const;
  // Time for a new handshake: after sending, and after receiving (once per session, which the
  // caller sees to).
  bool wants_rekey_after_sending(Instant now) const;
  bool wants_rekey_after_receiving(Instant now) const;

  // Turns the inner packet (or an empty one: a keepalive) into a transport message: padded to 16
  // bytes but not beyond `mtu`, sealed, header in front. The packet has the room (wire::PacketPool
  // gives it), and may_send() is true.
  void seal(wire::Packet& packet, std::size_t mtu);
  // The same for a message laid out by the caller, as trains are: [16 bytes for the header | packet
  // and padding | 16 bytes for the tag].
  void seal_laid_out(MutableBytes message);
  // Turns a transport message into the padded packet; after an error the datagram is of no use.
  std::expected<void, OpenError> open(wire::Packet& datagram, std::uint64_t counter, Instant now);

 private:
  TransportKeys keys_;
  IndexLease lease_;
  ReplayWindow window_;
  std::uint64_t next_counter_ = 0;
  Instant established_;
  Index remote_;
  Role role_;
};

}  // namespace inflight::tunnel
