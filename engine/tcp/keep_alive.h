// Whether an idle peer is still there (RFC 9293 §3.8.4, RFC 1122 §4.2.3.6): after a silence an
// empty segment that it has to answer, a few times, then it is gone. Off unless the application
// asks for it. Knows no segments: Connection says what was heard, asks what is due and makes the
// probe.
#pragma once

#include "base/time.h"
#include "tcp/config.h"

namespace inflight::tcp {

class KeepAlive {
 public:
  enum class Action : std::uint8_t { None, Probe, GiveUp };

  explicit KeepAlive(const Config& config)
      : on_(config.keep_alive),
        idle_(config.keep_alive_idle),
        interval_(config.keep_alive_interval),
        probes_(config.keep_alive_probes) {}

  // Something acceptable came from the peer.
  void on_heard(Instant now) {
    heard_ = now;
    unanswered_ = 0;
  }
  // When something is due, if nothing is outstanding until then; kNever if it is off.
  Instant deadline() const {
    if (!on_) return kNever;
    return unanswered_ == 0 ? heard_ + idle_ : probed_ + interval_;
  }
  Action handle_timeout(Instant now) {
    if (deadline() > now) return Action::None;
    // RFC 9293 MUST-29: one lost probe is no dead peer.
    if (unanswered_ >= probes_) return Action::GiveUp;
    ++unanswered_;
    probed_ = now;
    return Action::Probe;
  }

 private:
  bool on_;
  Duration idle_;
  Duration interval_;
  int probes_;
  Instant heard_{};
  Instant probed_{};
  int unanswered_ = 0;
};

}  // namespace inflight::tcp
