// Measuring a real path: the connection at the left, charts and pipeline in the middle, the verdict
// at the right, runs, comparison and log below; how far it is in the tool bar. Connects them to the
// runs.
#pragma once

#include <optional>

#include "ui/pages/live_runs.h"
#include "ui/pages/page.h"

class QAction;
class QLabel;
class QMenu;
class QProgressBar;
class QToolButton;

namespace inflight::ui {

class ConnectionPanel;
class RunDesk;
class StatusReadout;
class Workbench;

class LivePage : public Page {
  Q_OBJECT

 public:
  LivePage(Judge judge, RunStore& store, LogModel& log, StatusReadout& status,
           QWidget* parent = nullptr);
  ~LivePage() override;

  QWidget* tools() override { return m_tools; }
  ChartStack* charts() override;
  Exportable exportable() override;
  bool canCompare() const override { return true; }
  void compareNewest() override;
  void setTheme(const Theme& theme) override;
  QString statusNote() override;

  LiveRuns& runs() { return m_runs; }
  ConnectionPanel& panel() { return *m_panel; }
  // Fills it in; says at once what is wrong with it.
  void setTarget(const QString& target);
  // The last measurement did not come to its end, or did not begin.
  bool hasFailed() const { return m_hasFailed; }

 public Q_SLOTS:
  void start();
  void stop();
  // A server on this machine, and a measurement to it.
  void tryThisMachine();

 Q_SIGNALS:
  // Of the run that is looked at.
  void packetsAsked();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void makeActions();
  void makeTools();
  void connectRuns();
  void refuse(const LiveRefusal& refusal);
  void changeAndStart(const std::vector<std::pair<QString, QString>>& changes,
                      const QString& title);
  void onLegStarted();
  void onRunStarted(int id);
  void onAdvanced();
  void onLegEnded(int id, RunOutcome outcome, const QString& failure, bool last);
  void sayWhatWasKept(int id);
  void fillMenu(int id, QMenu& menu);
  void showIdle();
  void showNothing(RunOutcome outcome);
  void showProgress();
  void updateActions();

  LiveRuns m_runs;
  ConnectionPanel* m_panel;
  Workbench* m_bench;
  RunDesk* m_desk;
  QWidget* m_tools;
  QToolButton* m_startButton = nullptr;
  QProgressBar* m_progress = nullptr;
  QLabel* m_phase = nullptr;
  QAction* m_startAction = nullptr;
  QAction* m_againAction = nullptr;
  QAction* m_stopAction = nullptr;
  // What the verdict's place says before there is anything to judge.
  std::optional<LivePhase> m_shownPhase;
  bool m_hasFailed = false;
};

}  // namespace inflight::ui
