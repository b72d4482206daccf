// Starting, ending and judging.
#include "ui/pages/lab_runs.h"

#include "lab/settings.h"
#include "ui/models/quantity_text.h"
#include "ui/models/verdict_view.h"

namespace inflight::ui {

LabRuns::LabRuns(LabEngine engine, RunStore& store, QObject* parent)
    : QObject(parent), m_engine(std::move(engine)), m_store(store) {
  connect(&m_controller, &RunController::advanced, this, &LabRuns::runAdvanced);
  connect(&m_controller, &RunController::refused, this, &LabRuns::refused);
  connect(&m_controller, &RunController::ended, this, &LabRuns::endRun);
  connect(&m_editor, &ScenarioEditor::changedWhileRunning, this,
          [this](const QString& key, const QString& value) {
            m_controller.apply(host::ChangeSetting{key.toStdString(), value.toStdString()});
          });
}

void LabRuns::setSpeed(Speed speed) {
  m_speed = speed;
  m_controller.setSpeed(speed);
}

void LabRuns::start() { startNext({m_editor.scenario()}); }

void LabRuns::startEach(std::string_view key, const std::vector<std::string>& values) {
  std::deque<lab::Scenario> scenarios;
  for (const auto& value : values) {
    lab::Scenario scenario = m_editor.scenario();
    if (lab::set(scenario, key, value)) scenarios.push_back(std::move(scenario));
  }
  startNext(std::move(scenarios));
}

void LabRuns::startNext(std::deque<lab::Scenario> scenarios) {
  m_next = std::move(scenarios);
  m_series.clear();
  if (!isRunning()) return begin();
  // The run that goes on ends first and is kept; endRun() then begins the next.
  m_controller.stop();
}

void LabRuns::stop() {
  m_next.clear();
  m_series.clear();
  m_controller.stop();
}

void LabRuns::begin() {
  if (m_next.empty()) return;
  const lab::Scenario scenario = std::move(m_next.front());
  m_next.pop_front();
  m_controller.start([make = m_engine.makeSession, scenario] { return make(scenario); }, m_speed);
  Run run;
  run.name = runName(scenario);
  run.running = true;
  run.scenario = scenario;
  m_running = m_store.add(std::move(run), m_controller.trace());
  m_series.push_back(m_running);
  m_editor.setRunning(true);
  Q_EMIT runStarted(m_running);
}

void LabRuns::endRun(RunOutcome outcome, const QString& failure) {
  const int id = std::exchange(m_running, 0);
  const auto trace = m_controller.trace();
  m_editor.setRunning(false);
  const auto verdict = judge(*trace);
  m_store.setVerdict(id, verdict);
  QString headline = shortVerdict(verdict);
  if (outcome == RunOutcome::Failed) headline = tr("failed");
  m_store.finish(id, trace, headline);
  const bool inSeries = !m_series.empty() && m_series.back() == id;
  if (inSeries && outcome == RunOutcome::Failed) m_next.clear();
  const bool isLast = inSeries && m_next.empty() && m_series.size() > 1;
  Q_EMIT runEnded(id, outcome, failure);
  if (isLast && outcome != RunOutcome::Failed) Q_EMIT seriesEnded();
  if (!isRunning()) begin();
}

trace::Verdict LabRuns::judge(const trace::Trace& trace) const {
  if (m_engine.judge) return m_engine.judge(trace);
  trace::Verdict verdict;
  verdict.shares = trace.limits.shares();
  return verdict;
}

int LabRuns::open(std::shared_ptr<const trace::Trace> trace, const QString& name) {
  Run run;
  run.name = name;
  const auto scenario = lab::parse_scenario(trace->info.scenario_json, name.toStdString());
  if (!trace->info.scenario_json.empty() && scenario) run.scenario = *scenario;
  const auto verdict = judge(*trace);
  run.verdict = shortVerdict(verdict);
  run.judgement = verdict;
  const int id = m_store.add(std::move(run), std::move(trace));
  Q_EMIT opened(id);
  return id;
}

QString LabRuns::runName(const lab::Scenario& scenario) const {
  QString name = QString::fromStdString(scenario.name);
  for (const auto& info : lab::all_settings()) {
    if (lab::get(scenario, info.key) == lab::get(m_editor.baseline(), info.key)) continue;
    const QString value = info.kind == lab::SettingKind::Choice
                              ? choiceLabel(lab::get(scenario, info.key))
                              : QString::fromStdString(lab::display(scenario, info.key));
    name += QStringLiteral(", %1 %2").arg(toQString(info.label).toLower(), value);
  }
  return name;
}

}  // namespace inflight::ui
