#include "congestion/rate_reduction.h"

#include <algorithm>
#include <cmath>

namespace inflight::congestion {

ByteCount RateReduction::on_ack(const RecoveryAck& ack) {
  delivered_ += ack.delivered;
  ByteCount allowed;
  if (ack.pipe > ssthresh_) {
    // As large a share of what is delivered as the window keeps of the flight, in whole segments,
    // rounded up: half a segment would wait for the next ACK.
    const double share = static_cast<double>(delivered_.value()) *
                         static_cast<double>(ssthresh_.value()) /
                         static_cast<double>(recover_flight_.value());
    const double segments = std::ceil(share / static_cast<double>(ack.mss.value()));
    allowed = static_cast<std::int64_t>(segments) * ack.mss - out_;
  } else {
    // More was lost than the window was to fall by: as much as is delivered, and one segment more
    // on each ACK that shows that the path has room.
    ByteCount limit = std::max(delivered_ - out_, ack.delivered);
    if (ack.safe) limit += ack.mss;
    allowed = std::min(ssthresh_ - ack.pipe, limit);
  }
  // The retransmission that recovery begins with does not wait.
  if (out_ == ByteCount{0}) allowed = std::max(allowed, ack.mss);
  return ack.pipe + std::max(allowed, ByteCount{0});
}

}  // namespace inflight::congestion
