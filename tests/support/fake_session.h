// A session for tests of what drives sessions: a steady transfer with plausible series, as long as
// it is told to be. Repeatable; no TCP behind it.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "host/session.h"

namespace inflight::testing {

struct FakePlan {
  Duration length = 2s;
  Duration sampleEvery = 2ms;
  // Fails here instead of finishing.
  Instant failsAt = kNever;
  // What each run_until() costs in wall time.
  std::chrono::microseconds cost{0};
  // Told of everything that happens, from the thread that owns the session.
  std::function<void(Instant until)> onRun;
};

class FakeSession : public host::Session {
 public:
  explicit FakeSession(FakePlan plan);

  // Takes every setting of the receiver and refuses the others.
  std::expected<void, host::CommandError> apply(const host::Command& command) override;
  host::Progress run_until(Instant until) override;
  Instant next_deadline() const override;
  trace::Batch take_batch() override;
  trace::TraceInfo info() const override;
  trace::RunSummary summary() const override;
  std::string failure() const override;

 private:
  void sample();

  FakePlan m_plan;
  Instant m_next{};
  trace::Batch m_batch;
  double m_bytes = 0;
};

}  // namespace inflight::testing
