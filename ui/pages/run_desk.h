// How a page shows runs: the table of all runs of the sitting, the one looked at in the charts, the
// verdict, the pipeline and the status bar, ticked others over it, two side by side. It fills a
// Workbench from a RunStore; which runs there are and when they grow, the page tells it.
#pragma once

#include <QElapsedTimer>
#include <QObject>

#include "ui/charts/readout.h"
#include "ui/models/log_model.h"
#include "ui/models/run_store.h"
#include "ui/pages/page.h"

class QMenu;
class QPoint;

namespace inflight::ui {

class ComparePanel;
class RunDelegate;
class RunsModel;
class StatusReadout;
class Table;
class Workbench;

class RunDesk : public QObject {
  Q_OBJECT

 public:
  // The bench owns it; the others outlive it.
  RunDesk(Workbench& bench, RunStore& store, LogModel& log, StatusReadout& status);

  // 0: none.
  int current() const { return m_current; }
  void setCurrent(int id);
  std::shared_ptr<const trace::Trace> currentTrace() const;

  // The current run begins, grows, is complete. `expected`: how long it will be.
  void runStarted(int id, Duration expected);
  // True if the texts were made anew, too, which happens some times a second.
  bool runAdvanced();
  void runEnded();
  // Said beside what limits the run while it goes on; forgotten when the next one begins.
  void setRunningNote(const QString& note) { m_runningNote = note; }
  // The page came to the front: the status bar is its own again.
  void showStatus();
  // The two newest finished runs side by side; false if there are not two.
  bool compareNewest();
  // The current run, if it is complete.
  Exportable exportable() const;
  void setTheme(const Theme& theme);

 Q_SIGNALS:
  void currentChanged(int id);
  // Before the menu of a row is shown, for what only the page can do.
  void menuAsked(int id, QMenu& menu);

 private:
  void makeTables(LogModel& log);
  void connectParts();
  void leaveRemoved();
  void showViews();
  void showVerdict();
  void showMoment(const Readout& readout);
  void showMenu(const QPoint& at);
  void toggleDepth(trace::SeriesId series);

  Workbench& m_bench;
  RunStore& m_store;
  StatusReadout& m_status;
  RunsModel* m_model = nullptr;
  Table* m_table = nullptr;
  RunDelegate* m_delegate = nullptr;
  ComparePanel* m_compare = nullptr;
  Theme m_theme = Theme::light();
  QElapsedTimer m_sincePanels;
  int m_current = 0;
  QString m_runningNote;
};

}  // namespace inflight::ui
