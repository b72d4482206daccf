// The Lab: settings at the left; charts, verdict, runs and comparison as on every page that shows
// runs. Connects them to what is run and to the demonstration's steps.
#pragma once

#include "ui/pages/lab_runs.h"
#include "ui/pages/page.h"

class QAction;
class QComboBox;
class QMenu;
class QToolButton;

namespace inflight::ui {

class RunDesk;
class SegmentedControl;
class SettingsPanel;
class StatusReadout;
class Workbench;

class LabPage : public Page {
  Q_OBJECT

 public:
  LabPage(LabEngine engine, RunStore& store, LogModel& log, StatusReadout& status,
          QWidget* parent = nullptr);
  ~LabPage() override;

  QWidget* tools() override { return m_tools; }
  ChartStack* charts() override;
  Exportable exportable() override;
  void setTheme(const Theme& theme) override;
  QString statusNote() override;

  LabRuns& runs() { return m_runs; }
  // Which of them is looked at, and how.
  RunDesk& desk() { return *m_desk; }
  // False if there is no such built-in scenario.
  bool loadScenario(std::string_view name);
  void startDemo();
  bool isInDemo() const { return m_demoStep >= 0; }
  bool canCompare() const override { return true; }
  void compareNewest() override;

 public Q_SLOTS:
  void run();
  void runOrPause();
  // The settings shown without and with HyStart, then both over one another and side by side.
  void runBoth();
  void stop();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void makeTools();
  void makeActions();
  void connectRuns();
  void connectPanels();

  void onRunStarted(int id);
  void onRunAdvanced();
  void onRunEnded(int id, RunOutcome outcome, const QString& failure);
  void updateActions();
  void changeAndRun(const std::vector<std::pair<QString, QString>>& changes, const QString& title);
  void fillMenu(int id, QMenu& menu);

  void beginDemoStep();
  void finishDemoStep();
  QString watchText() const;
  void followSpeedPlan();
  void showStall();

  LabRuns m_runs;
  SettingsPanel* m_settings;
  Workbench* m_bench;
  RunDesk* m_desk;
  QWidget* m_tools;
  QComboBox* m_scenarios;
  QToolButton* m_runButton;
  QToolButton* m_stopButton;
  SegmentedControl* m_speeds;
  QAction* m_runAction;
  QAction* m_againAction;
  QAction* m_stopAction;
  int m_demoStep = -1;
  int m_previousRun = 0;
};

}  // namespace inflight::ui
