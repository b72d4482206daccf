// CoDel (RFC 8289): drops when what comes out of a queue has waited longer than the target for a
// whole interval, then faster and faster until the waiting is short again. It looks at waiting, not
// at length, so it suits any rate, and leaves bursts that drain in time alone.
//
// `Codel` is the control law over a Fifo that somebody else owns, since FQ-CoDel has one for each
// flow; `CodelQueue` is the discipline with a single Fifo. Packets that know ECN are marked where
// others are dropped.
#pragma once

#include "path/fifo.h"
#include "path/queue.h"

namespace inflight::path {

class Codel {
 public:
  // The packet to transmit from `now` on, which never goes back.
  std::optional<wire::Packet> pop(Fifo& fifo, Instant now, const CodelConfig& config,
                                  QueueEvents& events);

  // Whether it is in the dropping state, and the drops (or marks) since it entered that.
  bool dropping() const { return dropping_; }
  std::uint32_t count() const { return count_; }
  // RFC 8289 §5.6 control_law: the drops come closer with the square root of their number, at
  // which TCP's rate follows. `count` is at least 1.
  static Instant control_law(Instant from, Duration interval, std::uint32_t count);

 private:
  struct Next {
    std::optional<wire::Packet> packet;
    // It waited too long, as all did for an interval.
    bool ok_to_drop = false;
  };
  Next take(Fifo& fifo, Instant now, const CodelConfig& config);
  void enter_dropping(Instant now, const CodelConfig& config);

  // When waiting will have been above the target for an interval; nothing while it is not above.
  std::optional<Instant> first_above_;
  Instant drop_next_{};
  std::uint32_t count_ = 0;
  std::uint32_t last_count_ = 0;
  bool dropping_ = false;
  // The largest packet seen: a queue of no more than one is a good one.
  ByteCount largest_;
};

class CodelQueue final : public Queue {
 public:
  explicit CodelQueue(const QueueConfig& config) : config_(config) {}

  bool push(wire::Packet&& packet, QueueEvents& events) override;
  std::optional<wire::Packet> pop(Instant now, QueueEvents& events) override {
    return codel_.pop(fifo_, now, config_.codel, events);
  }
  std::optional<wire::Packet> take() override { return fifo_.pop(); }
  void set(const QueueConfig& config) override { config_ = config; }
  ByteCount bytes() const override { return fifo_.bytes(); }
  std::size_t packets() const override { return fifo_.packets(); }

 private:
  QueueConfig config_;
  Fifo fifo_;
  Codel codel_;
};

}  // namespace inflight::path
