#include "analysis/flow_stats.h"

#include <algorithm>

namespace inflight::analysis {

std::optional<Duration> FlowStats::initial_rtt() const {
  if (!syn || !established) return std::nullopt;
  return *established - *syn;
}

Vantage FlowStats::vantage() const {
  // A capture at an end sees its own answer at once: all of the round trip on the other side.
  constexpr double kAtAnEnd = 0.9;
  const auto round_trip = initial_rtt();
  if (!round_trip || !syn_ack || *round_trip <= Duration::zero()) return Vantage::Unknown;
  const double share = to_seconds(*syn_ack - *syn) / to_seconds(*round_trip);
  if (share >= kAtAnEnd) return Vantage::Opener;
  return share <= 1 - kAtAnEnd ? Vantage::Listener : Vantage::Middle;
}

std::optional<unsigned> FlowStats::window_shift(End end) const {
  // RFC 7323 §2.3: larger shifts are taken as 14.
  constexpr unsigned kMaxShift = 14;
  if (of(End::Opener).syns == 0 || of(End::Listener).syns == 0 || syn_options_cut) {
    return std::nullopt;
  }
  // RFC 7323 §2.2: scaling is on only if both SYNs carry the option.
  const auto& own = of(end).window_scale;
  if (!own || !of(other(end)).window_scale) return 0;
  return std::min<unsigned>(*own, kMaxShift);
}

End FlowStats::bulk_sender() const {
  const bool listener_sent_more = of(End::Listener).payload_bytes > of(End::Opener).payload_bytes;
  // With the data's direction missing from the capture, its ACKs still tell.
  if (one_direction_only()) {
    const bool listener_acked_more = of(End::Listener).acked_bytes > of(End::Opener).acked_bytes;
    return listener_sent_more || listener_acked_more ? End::Listener : End::Opener;
  }
  return listener_sent_more ? End::Listener : End::Opener;
}

}  // namespace inflight::analysis
