// Delay: propagation over a distance, plus jitter: each packet's own delay is drawn uniformly from
// [delay, delay + jitter], but none arrives before one that entered earlier.
#pragma once

#include "base/random.h"
#include "base/ring_queue.h"
#include "base/units.h"
#include "path/stage.h"

namespace inflight::path {

class Delay final : public Stage {
 public:
  // Neither is negative.
  Delay(Duration delay, Duration jitter, Random random);

  // Always has room: a wire holds whatever its link lets out during its delay.
  bool push(wire::Packet&& packet, Instant now) override;
  std::optional<wire::Packet> pop(Instant now) override;
  Instant next_departure() const override;
  // The earliest a packet that enters at `now` could leave.
  Instant earliest_departure(Instant now) const;
  // Packets under way keep their times. After a decrease, those behind them catch up and arrive
  // together with the last of them; order is kept.
  void set(Duration delay, Duration jitter);

  // Bytes under way.
  ByteCount bytes() const { return bytes_; }
  std::size_t packets() const { return under_way_.size(); }

 private:
  Duration delay_{};
  Duration jitter_{};
  Instant last_due_ = Instant::min();
  Random random_;
  ByteCount bytes_;
  // Each with its due time in `arrival`, ascending.
  RingQueue<wire::Packet> under_way_;
};

}  // namespace inflight::path
