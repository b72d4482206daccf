// A capture: facts and notes at the left, the charts of the selected flow in the middle, its
// verdict at the right, the flows and the log below. Connects them to the import.
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <optional>

#include "ui/bridge/import_job.h"
#include "ui/charts/readout.h"
#include "ui/pages/page.h"
#include "ui/pages/throttle.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QSortFilterProxyModel;
class QToolButton;

namespace inflight::ui {

class CapturePanel;
class FlowDelegate;
class FlowsModel;
class StatusReadout;
class Table;
class Workbench;

class CapturePage : public Page {
  Q_OBJECT

 public:
  CapturePage(Judge judge, LogModel& log, StatusReadout& status, QWidget* parent = nullptr);
  ~CapturePage() override;

  QWidget* tools() override { return m_tools; }
  ChartStack* charts() override;
  Exportable exportable() override;
  void setTheme(const Theme& theme) override;
  QString statusNote() override;

  void open(const QString& file);
  bool isLoading() const { return m_import.isLoading() || m_waiting; }
  const FlowsModel& flows() const { return *m_flows; }

 Q_SIGNALS:
  void openAsked();
  // The file could be read, at least in part.
  void opened(const QString& file);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void makeTools();
  void makeTables(LogModel& log);
  void connectImport();
  void askForTrace();
  void onProgress(double share, quint64 packets);
  void onFinished(const ImportEnd& end);
  void onTrace(const FlowTrace& made);
  void select(std::uint32_t flow);
  void showFlow();
  // `same`: of the flow that is shown already, so that what is visible stays.
  void showViews(bool same = false);
  void showMoment(const Readout& readout);

  ImportJob m_import;
  StatusReadout& m_status;
  CapturePanel* m_panel;
  Workbench* m_bench;
  QWidget* m_tools;
  QLabel* m_fileName = nullptr;
  QProgressBar* m_progress = nullptr;
  QPushButton* m_cancel = nullptr;
  FlowsModel* m_flows;
  QSortFilterProxyModel* m_sorted;
  Table* m_table = nullptr;
  FlowDelegate* m_delegate = nullptr;
  Theme m_theme = Theme::light();
  // The traces made so far, by flow.
  QHash<std::uint32_t, FlowTrace> m_traces;
  std::uint32_t m_selected = 0;
  bool m_hasSelection = false;
  // The selected flow's trace was asked for and has not come yet.
  bool m_waiting = false;
  quint64 m_packets = 0;
  Throttle m_texts;
  // Since the selected flow's trace was asked for, then since it came; and how long that took.
  QElapsedTimer m_traceAge;
  qint64 m_traceTook = 0;
  // The flow that the charts show.
  std::optional<std::uint32_t> m_shown;
};

}  // namespace inflight::ui
