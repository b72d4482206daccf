#include "kernel/relay.h"

#include <algorithm>
#include <utility>

namespace inflight::testing {

Relay::Relay(io::TunDevice first, io::TunDevice second, const path::PathConfig& there,
             const path::PathConfig& back, std::uint64_t seed)
    : devices_{std::move(first), std::move(second)},
      paths_{path::Path(there, Random(seed).fork("there"), pool_),
             path::Path(back, Random(seed).fork("back"), pool_)} {}

void Relay::pump(const io::Clock& clock) {
  for (std::size_t from : {0, 1}) {
    batch_.clear();
    static_cast<void>(devices_[from].receive(batch_, pool_, clock));
    for (wire::Packet& packet : batch_) {
      const Instant arrival = packet.arrival;
      paths_[from].push(std::move(packet), arrival);
    }
    batch_.clear();
    const Instant now = clock.now();
    while (auto packet = paths_[from].pop(now)) batch_.push_back(std::move(*packet));
    // Taken or lost: a device's queue is none of the network's.
    for (std::span<const wire::Packet> rest(batch_); !rest.empty();) {
      const std::size_t done = devices_[1 - from].send(rest);
      if (done == 0) break;
      rest = rest.subspan(done);
    }
  }
  batch_.clear();
}

Instant Relay::next_departure() const {
  return std::min(paths_[0].next_departure(), paths_[1].next_departure());
}

std::array<int, 2> Relay::descriptors() const {
  return {devices_[0].descriptor(), devices_[1].descriptor()};
}

}  // namespace inflight::testing
