// Makes the forged segments: from what a witness at the victim's end knows, or from guesses.
#pragma once

#include <optional>

#include "base/random.h"
#include "campaign/attack.h"
#include "campaign/witness.h"
#include "wire/packet.h"

namespace inflight::campaign {

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
  // Makes a plausible segment what this attack sends; how much payload it has, or nothing if the
  // attack does not apply.
  std::optional<std::size_t> spoil(Attack attack, const Witness& target, wire::TcpHeader& header);
  wire::Packet forge_error(Attack attack, const Witness& target, const wire::Endpoint& from,
                           const wire::Endpoint& to);
  wire::Packet forge_flood(const wire::Endpoint& like, const wire::Endpoint& to);
  wire::Packet pack(const wire::TcpHeader& header, std::size_t payload, const wire::Endpoint& from,
                    const wire::Endpoint& to);

  Random random_;
  wire::PacketPool& pool_;
};

}  // namespace inflight::campaign
