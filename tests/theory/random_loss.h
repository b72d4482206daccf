// The network of the response functions: one bulk transfer, a fixed round trip, no queue, no limit
// of rate or window, and each data segment lost with one probability, independently. Two tcp
// connections and two queues of headers; segments are small, as only their number matters.
#pragma once

#include <cstdint>

#include "base/random.h"
#include "base/ring_queue.h"
#include "tcp/connection.h"

namespace inflight::theory {

struct LossSetup {
  congestion::Algorithm algorithm = congestion::Algorithm::NewReno;
  Duration rtt = 100ms;
  double loss = 1e-3;
  // Segments lost within the measurement, after `settling` more.
  std::int64_t losses = 1000;
  std::int64_t settling = 50;
  std::uint64_t seed = 1;
};

struct LossResult {
  // Segments delivered per round trip: the average window.
  double window = 0;
  std::int64_t losses = 0;
  std::int64_t timeouts = 0;
  double simulated_seconds = 0;
};

class RandomLoss {
 public:
  explicit RandomLoss(const LossSetup& setup);

  LossResult run();

 private:
  struct Flying {
    Instant due;
    wire::TcpHeader header;
    std::size_t payload = 0;
  };

  void run_until_lost(std::int64_t losses);
  void step();
  void send(tcp::Connection& from, RingQueue<Flying>& onto, bool loses);
  void arrive(tcp::Connection& at, RingQueue<Flying>& from);
  void write();
  Instant next_event() const;
  double delivered() const;

  LossSetup setup_;
  Random random_;
  Instant now_ = Instant{} + 1s;
  tcp::Connection sender_;
  // Once the SYN has arrived.
  std::optional<tcp::Connection> receiver_;
  RingQueue<Flying> there_;
  RingQueue<Flying> back_;
  std::int64_t lost_ = 0;
};

}  // namespace inflight::theory
