#include "tcp/spurious_loss.h"

namespace inflight::tcp {

void SpuriousLoss::begin(StreamOffset snd_una, StreamOffset snd_nxt) {
  range_ = Stretch{snd_una, snd_nxt};
  copies_ = 0;
  any_copy_ = false;
}

void SpuriousLoss::on_retransmitted(Stretch stretch, Instant now) {
  if (!range_ || stretch.end > range_->end) return;
  if (!any_copy_) first_copy_ = now;
  any_copy_ = true;
  ++copies_;
}

bool SpuriousLoss::may_be_copy(Stretch stretch) const {
  return range_ && copies_ > 0 && stretch.begin >= range_->begin && stretch.end <= range_->end;
}

std::optional<SpuriousCause> SpuriousLoss::on_duplicate_report(Stretch stretch) {
  if (!may_be_copy(stretch) || --copies_ > 0) return std::nullopt;
  return SpuriousCause::DuplicateReports;
}

std::optional<SpuriousCause> SpuriousLoss::on_echo(std::optional<Instant> echo) const {
  if (!range_ || !any_copy_ || !echo) return std::nullopt;
  // RFC 3522 step 4. Within one tick of the clock nobody can tell.
  if (*echo >= std::chrono::floor<std::chrono::milliseconds>(first_copy_)) return std::nullopt;
  return SpuriousCause::Timestamps;
}

}  // namespace inflight::tcp
