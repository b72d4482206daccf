// The Lab: settings at the left, charts and pipeline in the middle, the verdict at the right, runs,
// comparison and log below. Connects them to the runs and to the demonstration's steps.
#pragma once

#include <QElapsedTimer>
#include <QHash>

#include "ui/charts/readout.h"
#include "ui/pages/lab_runs.h"
#include "ui/pages/page.h"

class QAction;
class QComboBox;
class QToolButton;

namespace inflight::ui {

class ComparePanel;
class LogPanel;
class RunDelegate;
class RunsModel;
class SegmentedControl;
class SettingsPanel;
class StatusReadout;
class Table;
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
  void makeTables(LogModel& log);
  void connectRuns();
  void connectCharts();

  void onRunStarted(int id);
  void onRunAdvanced();
  void onRunEnded(int id, RunOutcome outcome, const QString& failure);
  void showViews();
  void showVerdict();
  void showMoment(const Readout& readout);
  void updateActions();
  void changeAndRun(const std::vector<std::pair<QString, QString>>& changes, const QString& title);
  void showContextMenu(const QPoint& at);

  void beginDemoStep();
  void finishDemoStep();
  QString watchText() const;
  void followSpeedPlan();
  void showStall();

  LabRuns m_runs;
  StatusReadout& m_status;
  SettingsPanel* m_settings;
  Workbench* m_bench;
  QWidget* m_tools;
  QComboBox* m_scenarios;
  QToolButton* m_runButton;
  QToolButton* m_stopButton;
  SegmentedControl* m_speeds;
  QAction* m_runAction;
  QAction* m_againAction;
  QAction* m_stopAction;
  RunsModel* m_runsModel;
  RunDelegate* m_runDelegate;
  Table* m_runsTable;
  ComparePanel* m_compare;
  Theme m_theme = Theme::light();
  QElapsedTimer m_sincePanels;
  int m_demoStep = -1;
  int m_previousRun = 0;
};

}  // namespace inflight::ui
