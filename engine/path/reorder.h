// Reorder: a share of packets is held back for a fixed time, so that later ones overtake them. The
// stage holds only those; the others pass it by. It is the only place in a path where packets
// change their order.
#pragma once

#include "base/random.h"
#include "base/ring_queue.h"
#include "path/stage.h"

namespace inflight::path {

class Reorder final : public Stage {
 public:
  // `share`: 0 to 1; `hold`: not negative.
  Reorder(double share, Duration hold, Random random);

  // Decides about the next packet: true if it is to be pushed here.
  [[nodiscard]] bool takes_next();
  // Always has room: it holds at most what its link lets out during one holding time.
  bool push(wire::Packet&& packet, Instant now) override;
  std::optional<wire::Packet> pop(Instant now) override;
  Instant next_departure() const override;
  bool empty() const { return held_.empty(); }
  // Packets already held keep their times; none leaves before one held earlier.
  void set(double share, Duration hold);

 private:
  double share_ = 0;
  Duration hold_{};
  Instant last_due_ = Instant::min();
  Random random_;
  // Each with its due time in `arrival`, ascending.
  RingQueue<wire::Packet> held_;
};

}  // namespace inflight::path
