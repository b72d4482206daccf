// Forged segments against one end of a connection. Some are blind (RFC 5961: the addresses and
// ports are right, the numbers guessed), some know every number and choose one that must not be
// taken. None is allowed to do harm: RFC 9293 §3.10.7.4, RFC 5961 §3 to §5, RFC 7323 §5.
#pragma once

#include <optional>

#include "base/random.h"
#include "campaign/witness.h"
#include "wire/packet.h"

namespace inflight::campaign {

enum class Attack : std::uint8_t {
  BlindReset,
  BlindSyn,
  BlindData,
  BlindAck,
  WindowReset,     // inside the window, not the next number
  ExactSyn,        // the next number
  AckOfTheFuture,  // in the window, acknowledges what was never sent
  AncientAck,      // in the window, acknowledges what no honest peer would
  OldData,         // other bytes where some were read already
  DataBeyondWindow,
  NoTimestamp,  // in the window, without the agreed option
};
inline constexpr int kAttacks = 11;

class Adversary {
 public:
  Adversary(const Random& random, wire::PacketPool& pool)
      : random_(random.fork("adversary")), pool_(pool) {}

  // A forged packet from `from` to `to` for the end that `target` watches; nothing if this attack
  // does not apply to it now.
  std::optional<wire::Packet> forge(Attack attack, const Witness& target,
                                    const wire::Endpoint& from, const wire::Endpoint& to);

 private:
  SeqNum anything() { return SeqNum{static_cast<std::uint32_t>(random_.next())}; }
  ByteCount some() { return ByteCount{static_cast<std::int64_t>(1 + random_.below(100'000))}; }
  wire::Packet pack(const wire::TcpHeader& header, std::size_t payload, const wire::Endpoint& from,
                    const wire::Endpoint& to);

  Random random_;
  wire::PacketPool& pool_;
};

}  // namespace inflight::campaign
