// Legs, phases, packets.
#include "ui/pages/live_runs.h"

#include <algorithm>

#include "lab/settings.h"
#include "ui/models/quantity_text.h"
#include "ui/models/verdict_view.h"

namespace inflight::ui {

LiveRuns::LiveRuns(Judge judge, RunStore& store, QObject* parent)
    : QObject(parent), m_judge(std::move(judge)), m_store(store) {
  m_editor.setProgram(QStringLiteral("inflight " INFLIGHT_VERSION));
  connect(&m_controller, &RunController::advanced, this, &LiveRuns::advance);
  connect(&m_controller, &RunController::refused, this, &LiveRuns::refused);
  connect(&m_controller, &RunController::ended, this, &LiveRuns::endLeg);
  connect(&m_store, &RunStore::removed, this, [this] {
    std::erase_if(m_packets, [this](const auto& entry) { return !m_store.find(entry.first); });
  });
  connect(&m_editor, &LiveEditor::changedWhileRunning, this,
          [this](const QString& key, const QString& value) {
            m_controller.apply(host::ChangeSetting{key.toStdString(), value.toStdString()});
          });
}

LiveRuns::~LiveRuns() = default;

std::optional<LiveRefusal> LiveRuns::start() {
  auto plan = planLive(m_editor.request());
  if (!plan) return plan.error();
  if (isRunning()) {
    // It ends first and is kept; endLeg() then comes back here.
    stop();
    m_startAgain = true;
    return std::nullopt;
  }
  m_plan = std::move(*plan);
  m_request = m_editor.request();
  m_leg = 0;
  m_stopAsked = false;
  beginLeg();
  return std::nullopt;
}

void LiveRuns::stop() {
  m_startAgain = false;
  if (!isRunning() || m_stopAsked) return;
  m_stopAsked = true;
  // Unlike RunController::stop(), this lets the session tell the server.
  m_controller.apply(host::StopTransfer{});
}

void LiveRuns::beginLeg() {
  const LiveLeg& leg = m_plan.legs[m_leg];
  m_phase = LivePhase::Resolving;
  m_sincePhase.start();
  // Real time has its own pace: the session itself returns often enough.
  m_controller.start(leg.make, Speed::Max, WhenFull::Coalesce);
  m_editor.setRunning(leg.direction);
  Q_EMIT legStarted(leg.direction);
}

void LiveRuns::advance() {
  const LivePhase phase = *m_plan.legs[m_leg].phase;
  if (phase != m_phase) {
    m_phase = phase;
    m_sincePhase.start();
  }
  const bool hasSamples = m_controller.trace()->end() > Instant{};
  if (m_running == 0 && hasSamples) addRun();
  Q_EMIT advanced();
}

void LiveRuns::addRun() {
  Run run;
  run.name = runName();
  run.running = true;
  m_running = m_store.add(std::move(run), m_controller.trace());
  Q_EMIT runStarted(m_running);
}

void LiveRuns::endLeg(RunOutcome outcome, const QString& failure) {
  const LiveLeg leg = m_plan.legs[m_leg];
  const auto trace = m_controller.trace();
  if (m_running == 0 && trace->end() > Instant{}) addRun();
  const int id = std::exchange(m_running, 0);
  if (id != 0) {
    const auto verdict = m_judge ? m_judge(*trace) : trace::Verdict{};
    m_store.setVerdict(id, verdict);
    m_store.finish(id, trace, shortVerdict(verdict));
    m_packets[id] = leg.packets;
    forgetOldPackets();
  }
  if (m_stopAsked && outcome == RunOutcome::Finished) outcome = RunOutcome::Stopped;
  const bool isLast = outcome != RunOutcome::Finished || m_leg + 1 == m_plan.legs.size();
  m_editor.setRunning(std::nullopt);
  Q_EMIT legEnded(id, outcome, failure, isLast);
  if (!isLast) {
    ++m_leg;
    beginLeg();
  } else if (std::exchange(m_startAgain, false)) {
    if (const auto refusal = start()) Q_EMIT refused(refusal->sentence);
  }
}

void LiveRuns::forgetOldPackets() {
  std::size_t sum = 0;
  for (const auto& [id, log] : m_packets) sum += log->memory();
  while (sum > kPacketBytes && m_packets.size() > 1) {
    sum -= m_packets.begin()->second->memory();
    m_packets.erase(m_packets.begin());
  }
}

LiveProgress LiveRuns::progress() const {
  LiveProgress progress;
  if (!isRunning()) return progress;
  progress.phase = m_phase;
  progress.direction = m_plan.legs[m_leg].direction;
  progress.leg = static_cast<int>(m_leg) + 1;
  progress.legs = static_cast<int>(m_plan.legs.size());
  const bool measures = m_phase == LivePhase::Measuring;
  progress.whole = measures ? m_plan.duration : m_request.answerLimit;
  const Duration elapsed = measures ? m_controller.trace()->end().time_since_epoch()
                                    : Duration{m_sincePhase.nsecsElapsed()};
  progress.left = std::max(Duration{}, progress.whole - elapsed);
  return progress;
}

std::expected<void, QString> LiveRuns::useThisMachine() {
  const auto url = m_loopback.start();
  if (!url) return std::unexpected(url.error());
  m_editor.setTarget(*url);
  return {};
}

std::shared_ptr<const PacketLog> LiveRuns::packets(int id) const {
  const auto found = m_packets.find(id);
  return found == m_packets.end() ? nullptr : found->second;
}

QString LiveRuns::runName() const {
  const bool down = m_plan.legs[m_leg].direction == LiveDirection::Down;
  QString name = (down ? tr("down from %1") : tr("up to %1")).arg(m_plan.server);
  for (const auto& [key, value] : m_request.settings) {
    const auto* info = lab::find_setting(key);
    if (!info) continue;
    const QString shown =
        info->kind == lab::SettingKind::Choice ? choiceLabel(value.toStdString()) : value;
    name += QStringLiteral(", %1 %2").arg(toQString(info->label).toLower(), shown);
  }
  return name;
}

}  // namespace inflight::ui
