// Series by simple formulas: a ramp of 0.3 s, then a flat window.
#include "support/fake_session.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace inflight::testing {

namespace {

constexpr double kBytesPerSecond = 2.5e6;
constexpr double kWindow = 512 * 1024;

}  // namespace

FakeSession::FakeSession(FakePlan plan) : m_plan(std::move(plan)) {
  m_batch.limits.emplace_back(Instant{}, trace::Limit::SlowStart);
  m_batch.events.push_back({Instant{}, trace::EventKind::Connected});
}

std::expected<void, host::CommandError> FakeSession::apply(const host::Command& command) {
  const auto* change = std::get_if<host::ChangeSetting>(&command);
  if (!change) return {};
  if (!change->key.starts_with("receiver.")) {
    return std::unexpected(host::CommandError{change->key + " acts only at a start"});
  }
  trace::Event event{m_next, trace::EventKind::SettingChanged};
  event.detail = change->key + " " + change->value;
  m_batch.events.push_back(std::move(event));
  return {};
}

host::Progress FakeSession::run_until(Instant until) {
  if (m_plan.onRun) m_plan.onRun(until);
  if (m_plan.cost.count() > 0) std::this_thread::sleep_for(m_plan.cost);
  const Instant end = std::min({until, Instant{m_plan.length}, m_plan.failsAt});
  while (m_next <= end) sample();
  m_batch.until = std::max(m_batch.until, end);
  if (until >= m_plan.failsAt) return host::Progress::Failed;
  return until >= Instant{m_plan.length} ? host::Progress::Finished : host::Progress::Running;
}

void FakeSession::sample() {
  const double t = to_seconds(m_next);
  const double ramp = std::min(1.0, t / 0.3);
  m_bytes += ramp * kBytesPerSecond * to_seconds(m_plan.sampleEvery);
  const auto add = [this](trace::SeriesId id, double value) {
    m_batch.samples.push_back({id, {m_next, value}});
  };
  add(trace::SeriesId::Cwnd, ramp * 2 * kWindow);
  add(trace::SeriesId::ReceiveWindow, kWindow);
  add(trace::SeriesId::BytesInFlight, ramp * kWindow);
  add(trace::SeriesId::RttSample, 0.2);
  add(trace::SeriesId::RttSmoothed, 0.2);
  add(trace::SeriesId::RttMin, 0.2);
  add(trace::SeriesId::ReadBytes, m_bytes);
  add(trace::SeriesId::AckedBytes, m_bytes);
  add(trace::SeriesId::SendBuffer, 4e6);
  add(trace::SeriesId::OutboundQueue, 12);
  add(trace::SeriesId::PathQueue, 1000);
  if (ramp >= 1 && m_batch.limits.empty()) {
    m_batch.limits.emplace_back(m_next, trace::Limit::ReceiveWindow);
  }
  m_next += m_plan.sampleEvery;
}

Instant FakeSession::next_deadline() const {
  return m_next > Instant{m_plan.length} ? kNever : m_next;
}

trace::Batch FakeSession::take_batch() { return std::exchange(m_batch, {}); }

trace::TraceInfo FakeSession::info() const {
  trace::TraceInfo info;
  info.title = "fake";
  info.seed = 1;
  return info;
}

trace::RunSummary FakeSession::summary() const {
  trace::RunSummary summary;
  summary.transfer.bytes = ByteCount{static_cast<std::int64_t>(m_bytes)};
  summary.trace_hash = 0x5f0c12349a12ULL;
  return summary;
}

std::string FakeSession::failure() const { return "The peer went away. Is it still running?"; }

}  // namespace inflight::testing
