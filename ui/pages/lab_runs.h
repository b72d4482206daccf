// The runs of the Lab page: starts them from the edited scenario, keeps them, and judges them at
// their end. No widgets.
#pragma once

#include <QObject>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trace/verdict.h"
#include "ui/bridge/run_controller.h"
#include "ui/models/run_store.h"
#include "ui/models/scenario_editor.h"

namespace inflight::ui {

// The engine, handed in, so that tests bring a small one.
struct LabEngine {
  std::function<std::unique_ptr<host::Session>(const lab::Scenario&)> makeSession;
  std::function<trace::Verdict(const trace::Trace&)> judge;
};

class LabRuns : public QObject {
  Q_OBJECT

 public:
  LabRuns(LabEngine engine, RunStore& store, QObject* parent = nullptr);

  ScenarioEditor& editor() { return m_editor; }
  RunStore& store() { return m_store; }
  RunController& controller() { return m_controller; }

  void setSpeed(Speed speed);
  Speed speed() const { return m_speed; }
  // Runs the edited scenario; one that still goes on is stopped and kept.
  void start();
  // The same for each value of a setting in turn; what is edited stays as it is. A run that is
  // stopped or fails ends the series.
  void startEach(std::string_view key, const std::vector<std::string>& values);
  // Keeps what was recorded; takes back a start that still waits for this run's end.
  void stop();
  bool isRunning() const { return m_controller.isRunning(); }

  // A run from a file.
  int open(std::shared_ptr<const trace::Trace> trace, const QString& name);

 Q_SIGNALS:
  void runStarted(int id);
  void runAdvanced();
  void runEnded(int id, inflight::ui::RunOutcome outcome, const QString& failure);
  // After the last run of startEach().
  void seriesEnded();
  // A run from a file is there.
  void opened(int id);
  void refused(const QString& sentence);

 private:
  void startNext(std::deque<lab::Scenario> scenarios);
  void begin();
  // "coder-2.10, slow-start exit gVisor": the scenario's name and what was changed.
  QString runName(const lab::Scenario& scenario) const;
  void endRun(RunOutcome outcome, const QString& failure);
  trace::Verdict judge(const trace::Trace& trace) const;

  LabEngine m_engine;
  RunStore& m_store;
  ScenarioEditor m_editor;
  RunController m_controller;
  Speed m_speed = Speed::Max;
  int m_running = 0;
  // What is run when the one that goes on has ended.
  std::deque<lab::Scenario> m_next;
  // Those begun since the last start.
  std::vector<int> m_series;
};

}  // namespace inflight::ui
