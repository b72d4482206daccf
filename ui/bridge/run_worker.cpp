// The engine thread's loop.
#include "ui/bridge/run_worker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/match.h"

namespace inflight::ui {

namespace {

bool hasConnected(const trace::Batch& batch) {
  return std::ranges::any_of(batch.events, [](const trace::Event& event) {
    return event.kind == trace::EventKind::Connected;
  });
}

}  // namespace

RunWorker::RunWorker(SessionFactory factory, Speed speed, std::shared_ptr<RunChannel> channel,
                     WallClock clock)
    : m_factory(std::move(factory)),
      m_channel(std::move(channel)),
      m_clock(std::move(clock)),
      m_pacer(speed, Instant{}, m_clock()) {}

void RunWorker::run() {
  RunEnd end{RunOutcome::Failed, {}};
  try {
    end = drive();
  } catch (const std::exception& error) {
    end.failure = std::string("The engine stopped: ") + error.what() +
                  ". Run again; if it repeats, save the scenario and report it.";
  }
  m_session.reset();
  m_channel->queue.finish(std::move(end));
}

RunEnd RunWorker::drive() {
  m_session = m_factory();
  if (!m_session) return {RunOutcome::Failed, "The run could not be set up. Check its settings."};
  if (!deliver(true)) return {RunOutcome::Stopped, {}};
  auto progress = host::Progress::Running;
  while (progress == host::Progress::Running && answerRequests()) {
    const auto started = m_clock();
    const Instant until = m_pacer.target(m_position, started);
    if (until == m_position) {
      m_pacer.paused() ? m_channel->mailbox.wait()
                       : m_channel->mailbox.waitFor(m_pacer.delay(m_position, started));
      continue;
    }
    progress = m_session->run_until(until);
    m_pacer.stretchTook(until - m_position, m_clock() - started);
    m_position = until;
    if (!deliver(progress != host::Progress::Running)) return {RunOutcome::Stopped, {}};
  }
  if (progress == host::Progress::Failed) return {RunOutcome::Failed, m_session->failure()};
  if (progress == host::Progress::Finished) return {RunOutcome::Finished, {}};
  deliver(true);
  return {RunOutcome::Stopped, {}};
}

bool RunWorker::answerRequests() {
  for (const auto& request : m_channel->mailbox.takeAll()) answer(request);
  return !m_endAsked;
}

void RunWorker::answer(const Request& request) {
  const auto now = m_clock();
  std::visit(Match{[&](const host::Command& command) {
                     const auto applied = m_session->apply(command);
                     if (!applied) m_refusals.push_back(applied.error().text);
                   },
                   [&](const SetSpeed& set) { m_pacer.setSpeed(set.speed, m_position, now); },
                   [&](const SetPaused& set) { m_pacer.setPaused(set.paused, m_position, now); },
                   [&](const EndRun&) { m_endAsked = true; }},
             request);
}

bool RunWorker::deliver(bool withInfo) {
  Delivery delivery;
  delivery.batch = std::make_shared<const trace::Batch>(m_session->take_batch());
  if (withInfo || hasConnected(*delivery.batch)) {
    delivery.info = std::make_shared<const trace::TraceInfo>(m_session->info());
  }
  delivery.summary = m_session->summary();
  delivery.refusals = std::exchange(m_refusals, {});
  return m_channel->queue.push(std::move(delivery));
}

}  // namespace inflight::ui
