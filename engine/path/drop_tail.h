// DropTail: first in, first out, and what does not fit is refused. With a threshold it marks what
// joins a queue longer than that, as switches do for DCTCP (RFC 8257 §3.1).
#pragma once

#include "path/fifo.h"
#include "path/queue.h"

namespace inflight::path {

class DropTail final : public Queue {
 public:
  explicit DropTail(const QueueConfig& config) : config_(config) {}

  bool push(wire::Packet&& packet, QueueEvents& events) override;
  std::optional<wire::Packet> pop(Instant, QueueEvents&) override { return fifo_.pop(); }
  std::optional<wire::Packet> take() override { return fifo_.pop(); }
  void set(const QueueConfig& config) override { config_ = config; }
  ByteCount bytes() const override { return fifo_.bytes(); }
  std::size_t packets() const override { return fifo_.packets(); }

 private:
  QueueConfig config_;
  Fifo fifo_;
};

}  // namespace inflight::path
