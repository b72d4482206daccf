// Tables and views of run_desk.h.
#include "ui/pages/run_desk.h"

#include <QMenu>
#include <QTabWidget>
#include <algorithm>

#include "ui/charts/chart_stack.h"
#include "ui/models/pipeline.h"
#include "ui/models/runs_model.h"
#include "ui/models/verdict_view.h"
#include "ui/pages/workbench.h"
#include "ui/panels/compare_panel.h"
#include "ui/panels/log_panel.h"
#include "ui/panels/run_delegate.h"
#include "ui/panels/status_readout.h"
#include "ui/panels/table.h"
#include "ui/panels/verdict_panel.h"

namespace inflight::ui {

namespace {

// Texts are made anew at most this often while a run goes on; the charts have their own clock.
constexpr qint64 kPanelsEveryMs = 100;
// Those that follow the crosshair.
constexpr int kTextsEveryMs = 50;
// The three rows of a comparison.
constexpr int kCompareHeight = 146;

// On a real path nobody sees a packet drop: what was sent again stands for it.
std::int64_t lostUntil(const trace::Trace& trace, Instant time) {
  const auto kind = trace.info.source == trace::Source::Lab ? trace::EventKind::Loss
                                                            : trace::EventKind::Retransmit;
  const auto end = std::ranges::upper_bound(trace.events, time, {}, &trace::Event::time);
  return std::count_if(trace.events.begin(), end,
                       [kind](const trace::Event& event) { return event.kind == kind; });
}

}  // namespace

RunDesk::RunDesk(Workbench& bench, RunStore& store, LogModel& log, StatusReadout& status)
    : QObject(&bench),
      m_bench(bench),
      m_store(store),
      m_status(status),
      m_texts(kTextsEveryMs, [this] { showMoment(m_bench.charts()->readout()); }) {
  makeTables(log);
  connectParts();
}

void RunDesk::makeTables(LogModel& log) {
  m_model = new RunsModel(m_store, this);
  m_table = new Table(&m_bench);
  m_delegate = new RunDelegate(m_table);
  m_table->setItemDelegate(m_delegate);
  m_table->setModel(m_model);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setColumnWidths({320, 130, 110, 100, 130, 90});
  m_table->setObjectName(QStringLiteral("ticked"));
  m_table->setAccessibleName(tr("Runs"));
  m_table->setToolTip(tr("The runs of this sitting; tick them to lay them over one another"));
  m_table->setContextMenuPolicy(Qt::CustomContextMenu);
  m_compare = new ComparePanel(m_store, &m_bench);
  auto* tabs = m_bench.tabs();
  tabs->addTab(m_table, tr("Runs"));
  tabs->addTab(m_compare, tr("A/B"));
  tabs->addTab(new LogPanel(log, &m_bench), tr("Log"));
  tabs->setCornerWidget(m_compare->chooser());
  tabs->setTabToolTip(0, tr("All runs of this sitting"));
  tabs->setTabToolTip(1, tr("Two runs side by side"));
  tabs->setTabToolTip(2, tr("What happened, with times"));
}

void RunDesk::connectParts() {
  connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& index) {
            if (index.isValid()) setCurrent(index.data(RunsModel::kIdRole).toInt());
          });
  connect(m_bench.tabs(), &QTabWidget::currentChanged, this, [this] {
    if (m_bench.tabs()->currentWidget() == m_compare) m_bench.openTab(m_compare, kCompareHeight);
  });
  connect(m_table, &QWidget::customContextMenuRequested, this, &RunDesk::showMenu);
  connect(m_model, &QAbstractItemModel::dataChanged, this, &RunDesk::showViews);
  connect(m_model, &QAbstractItemModel::rowsRemoved, this, &RunDesk::leaveRemoved);
  auto* charts = m_bench.charts();
  connect(charts, &ChartStack::readoutChanged, this, [this] { m_texts.ask(); });
  connect(m_bench.verdict(), &VerdictPanel::momentAsked, charts, &ChartStack::showMoment);
  connect(m_bench.pipeline(), &PipelinePanel::depthAsked, this, &RunDesk::toggleDepth);
}

void RunDesk::setCurrent(int id) {
  if (m_current == id) return;
  m_current = id;
  m_table->setCurrentIndex(m_model->index(m_store.rowOf(id), 0));
  showViews();
  showVerdict();
  Q_EMIT currentChanged(id);
}

void RunDesk::leaveRemoved() {
  if (m_store.find(m_current)) return showViews();
  const int last = m_store.count() - 1;
  setCurrent(last < 0 ? 0 : m_store.at(last).id);
}

std::shared_ptr<const trace::Trace> RunDesk::currentTrace() const {
  return m_store.trace(m_current);
}

void RunDesk::showStatus() { showMoment(m_bench.charts()->readout()); }

void RunDesk::runStarted(int id, Duration expected) {
  m_runningNote.clear();
  m_bench.charts()->setRunning(true, expected);
  m_bench.verdict()->setNextStep({}, {});
  m_sincePanels.start();
  setCurrent(id);
}

bool RunDesk::runAdvanced() {
  m_bench.charts()->tracesChanged();
  if (m_sincePanels.isValid() && m_sincePanels.elapsed() < kPanelsEveryMs) return false;
  m_sincePanels.start();
  showVerdict();
  return true;
}

void RunDesk::runEnded() {
  m_bench.charts()->tracesChanged();
  m_bench.charts()->setRunning(false);
  showViews();
  showVerdict();
}

void RunDesk::showViews() {
  std::vector<TraceView> views;
  const auto add = [&](const Run& run) {
    if (auto trace = m_store.trace(run.id)) {
      views.push_back({std::move(trace), run.name, m_theme.run(run.color), {}});
    }
  };
  const Run* current = m_store.find(m_current);
  if (current) add(*current);
  for (int row = 0; row < m_store.count(); ++row) {
    const Run& run = m_store.at(row);
    if (run.id != m_current && run.shown && views.size() < ChartStack::kMostViews) add(run);
  }
  m_bench.charts()->setTraces(std::move(views));
  showMoment(m_bench.charts()->readout());
}

void RunDesk::showVerdict() {
  const Run* run = m_store.find(m_current);
  const auto trace = currentTrace();
  if (!run || !trace) return;
  if (!run->running) return m_bench.verdict()->setVerdict(viewOf(run->judgement, *trace));
  const auto limit =
      trace->limits.empty() ? trace::Limit::Handshake : trace->limits.intervals().back().limit;
  m_bench.verdict()->setProgress(limitLabel(limit), m_runningNote,
                                 sharesOf(trace->limits.shares()));
}

void RunDesk::showMoment(const Readout& readout) {
  const auto trace = currentTrace();
  // The status bar is that of the page in front.
  if (!m_bench.isVisible()) return;
  if (!trace) return m_status.clear();
  const UnitStyle units = m_bench.charts()->state().units;
  const Run* run = m_store.find(m_current);
  const auto limits = run->scenario ? pipelineLimits(*run->scenario) : pipelineLimits(trace->info);
  m_bench.pipeline()->setStages(pipelineAt(*trace, limits, readout.time, units));
  m_status.showReadout(readout, lostUntil(*trace, readout.time), units);
}

void RunDesk::toggleDepth(trace::SeriesId series) {
  auto* charts = m_bench.charts();
  const bool wasVisible =
      charts->isPanelVisible(PanelId::Queues) && charts->isLineVisible(PanelId::Queues, series);
  charts->setPanelVisible(PanelId::Queues, !wasVisible);
  if (!wasVisible) charts->setLineVisible(PanelId::Queues, series, true);
}

bool RunDesk::compareNewest() {
  std::vector<int> finished;
  for (int row = m_store.count() - 1; row >= 0 && finished.size() < 2; --row) {
    if (!m_store.at(row).running) finished.push_back(m_store.at(row).id);
  }
  if (finished.size() < 2) return false;
  for (const int id : finished) m_store.setShown(id, true);
  m_compare->compare(finished[1], finished[0]);
  m_bench.openTab(m_compare, kCompareHeight);
  return true;
}

void RunDesk::showMenu(const QPoint& at) {
  const auto index = m_table->indexAt(at);
  if (!index.isValid()) return;
  const int id = index.data(RunsModel::kIdRole).toInt();
  QMenu menu;
  Q_EMIT menuAsked(id, menu);
  menu.addAction(tr("Rename"), this,
                 [this, row = index.row()] { m_table->edit(m_model->index(row, 0)); });
  if (!m_store.find(id)->running) {
    menu.addAction(tr("Remove"), this, [this, id] { m_store.remove(id); });
  }
  menu.exec(m_table->viewport()->mapToGlobal(at));
}

Exportable RunDesk::exportable() const {
  const Run* run = m_store.find(m_current);
  if (!run || run->running) return {};
  Exportable what;
  what.trace = currentTrace();
  what.verdict = run->judgement;
  what.visible = m_bench.charts()->visibleRange();
  what.name = run->name;
  return what;
}

void RunDesk::setTheme(const Theme& theme) {
  m_theme = theme;
  m_bench.setTheme(theme);
  m_delegate->setTheme(theme);
  m_compare->setTheme(theme);
  showViews();
}

}  // namespace inflight::ui
