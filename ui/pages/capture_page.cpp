// The connections of capture_page.h.
#include "ui/pages/capture_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTabWidget>
#include <algorithm>

#include "ui/charts/chart_stack.h"
#include "ui/format/number.h"
#include "ui/models/flows_model.h"
#include "ui/models/verdict_view.h"
#include "ui/pages/workbench.h"
#include "ui/panels/capture_panel.h"
#include "ui/panels/flow_delegate.h"
#include "ui/panels/log_panel.h"
#include "ui/panels/status_readout.h"
#include "ui/panels/table.h"
#include "ui/panels/verdict_panel.h"

namespace inflight::ui {

namespace {

constexpr int kProgressSteps = 1000;
// In the tool bar, which other things share.
constexpr int kNameWidth = 420;
// Traces kept besides the ticked ones; the oldest leave.
constexpr qsizetype kMostTraces = 64;
// The texts beside the charts follow the crosshair this often.
constexpr int kTextsEveryMs = 50;
// While the file loads the selected flow is drawn anew this often, and only after so many times of
// what making its trace took, so that it holds up the reading little.
constexpr qint64 kTraceEveryMs = 500;
constexpr qint64 kTraceShare = 5;

QStringList toStrings(const std::vector<std::string>& texts) {
  QStringList result;
  for (const auto& text : texts) result << QString::fromStdString(text);
  return result;
}

std::int64_t resentUntil(const trace::Trace& trace, Instant time) {
  const auto end = std::ranges::upper_bound(trace.events, time, {}, &trace::Event::time);
  return std::count_if(trace.events.begin(), end, [](const trace::Event& event) {
    return event.kind == trace::EventKind::Retransmit;
  });
}

}  // namespace

CapturePage::CapturePage(Judge judge, LogModel& log, StatusReadout& status, QWidget* parent)
    : Page(parent),
      m_import(std::move(judge)),
      m_status(status),
      m_panel(new CapturePanel(this)),
      m_bench(new Workbench(m_panel, QStringLiteral("capture"), this)),
      m_tools(new QWidget(this)),
      m_flows(new FlowsModel(this)),
      m_sorted(new QSortFilterProxyModel(this)),
      m_texts(kTextsEveryMs, [this] { showMoment(m_bench->charts()->readout()); }) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_bench);
  m_bench->pipeline()->hide();
  makeTools();
  makeTables(log);
  connectImport();
  auto* charts = m_bench->charts();
  connect(charts, &ChartStack::readoutChanged, this, [this] { m_texts.ask(); });
  connect(m_bench->verdict(), &VerdictPanel::momentAsked, charts, &ChartStack::showMoment);
  m_bench->verdict()->setProgress(
      tr("No capture yet"), tr("Open a pcap or pcapng file, or drop one on this window."), {});
  m_bench->charts()->setEmptyText(tr("The lines of the chosen flow appear here"));
}

CapturePage::~CapturePage() = default;

ChartStack* CapturePage::charts() { return m_bench->charts(); }

void CapturePage::makeTools() {
  m_fileName = new QLabel(tr("no file"), m_tools);
  m_fileName->setProperty("role", "heading");
  m_progress = new QProgressBar(m_tools);
  m_progress->setRange(0, kProgressSteps);
  m_progress->setTextVisible(false);
  m_progress->setFixedWidth(200);
  m_progress->setToolTip(tr("How much of the file was read"));
  m_progress->hide();
  m_cancel = new QPushButton(tr("Cancel"), m_tools);
  m_cancel->setToolTip(tr("Stop reading and keep what was read"));
  m_cancel->hide();
  auto* row = new QHBoxLayout(m_tools);
  row->setContentsMargins(4, 0, 0, 0);
  row->setSpacing(12);
  row->addWidget(m_fileName);
  row->addWidget(m_progress);
  row->addWidget(m_cancel);
  row->addStretch();
  connect(m_cancel, &QPushButton::clicked, &m_import, &ImportJob::cancel);
}

void CapturePage::makeTables(LogModel& log) {
  m_sorted->setSourceModel(m_flows);
  m_sorted->setSortRole(FlowsModel::kSortRole);
  m_table = new Table(this);
  m_delegate = new FlowDelegate(m_table);
  m_delegate->setColorRole(FlowsModel::kColorRole);
  m_table->setItemDelegate(m_delegate);
  m_table->setModel(m_sorted);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setSortingEnabled(true);
  m_table->header()->setSortIndicatorClearable(true);
  m_table->sortByColumn(-1, Qt::DescendingOrder);
  m_table->setColumnWidths({380, 112, 100, 120, 100, 110, 100});
  m_table->setObjectName(QStringLiteral("ticked"));
  m_table->setAccessibleName(tr("Flows"));
  m_table->setToolTip(tr("The TCP flows of the capture; tick them to lay them over one another"));
  auto* tabs = m_bench->tabs();
  tabs->addTab(m_table, tr("Flows"));
  tabs->addTab(new LogPanel(log, this), tr("Log"));
  tabs->setTabToolTip(0, tr("All TCP flows of the capture"));
  tabs->setTabToolTip(1, tr("What happened, with times"));
  connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& index) {
            if (index.isValid()) select(index.data(FlowsModel::kFlowRole).toUInt());
          });
  connect(m_flows, &FlowsModel::tickedChanged, this, [this] {
    for (const auto flow : m_flows->ticked()) {
      if (!m_traces.contains(flow)) m_import.requestTrace(flow);
    }
    showViews();
  });
}

void CapturePage::connectImport() {
  connect(&m_import, &ImportJob::rowsChanged, this, [this](const std::vector<FlowRow>& rows) {
    m_flows->update(rows);
    if (!m_hasSelection && !m_table->currentIndex().isValid()) {
      m_table->setCurrentIndex(m_sorted->index(0, 0));
    }
  });
  connect(&m_import, &ImportJob::progressed, this, &CapturePage::onProgress);
  connect(&m_import, &ImportJob::finished, this, &CapturePage::onFinished);
  connect(&m_import, &ImportJob::traceReady, this, &CapturePage::onTrace);
}

void CapturePage::open(const QString& file) {
  m_flows->clear();
  m_traces.clear();
  m_hasSelection = false;
  m_waiting = false;
  m_shown.reset();
  m_panel->clear();
  const QString name = QFileInfo(file).fileName();
  m_fileName->setText(m_fileName->fontMetrics().elidedText(name, Qt::ElideMiddle, kNameWidth));
  m_fileName->setToolTip(file);
  m_panel->setFact(tr("File"), name);
  m_progress->show();
  m_cancel->show();
  m_bench->charts()->setTraces({});
  m_bench->verdict()->setProgress(tr("Reading …"), name, {});
  Q_EMIT logged(LogLevel::Info, tr("Opening %1").arg(file));
  m_import.start(file);
}

void CapturePage::onProgress(double share, quint64 packets) {
  m_packets = packets;
  m_progress->setRange(0, share < 0 ? 0 : kProgressSteps);
  if (share >= 0) m_progress->setValue(static_cast<int>(share * kProgressSteps));
  m_panel->setFact(tr("Packets"), formatCount(static_cast<std::int64_t>(packets)));
  m_panel->setFact(tr("TCP flows"), formatCount(m_flows->rowCount()));
  if (m_hasSelection && !m_waiting &&
      m_traceAge.elapsed() > std::max(kTraceEveryMs, kTraceShare * m_traceTook)) {
    askForTrace();
  }
  Q_EMIT statusChanged();
}

void CapturePage::askForTrace() {
  m_waiting = true;
  m_traceAge.start();
  m_import.requestTrace(m_selected);
}

void CapturePage::onFinished(const ImportEnd& end) {
  m_progress->hide();
  m_cancel->hide();
  m_panel->setNotes(toStrings(end.notes));
  if (!end.failure.empty()) {
    m_bench->verdict()->setProgress(tr("Not opened"), QString::fromStdString(end.failure), {});
    Q_EMIT messageShown(Banner::Kind::Error, QString::fromStdString(end.failure));
    return;
  }
  Q_EMIT opened(m_import.file());
  if (!end.damage.empty()) {
    Q_EMIT messageShown(Banner::Kind::Warning, QString::fromStdString(end.damage));
  }
  if (end.cancelled) {
    Q_EMIT messageShown(Banner::Kind::Info, tr("Reading was cancelled after %1 packets: what was "
                                               "read is shown.")
                                                .arg(formatCount(static_cast<qint64>(m_packets))));
  }
  if (m_flows->rowCount() == 0) {
    m_bench->verdict()->setProgress(tr("No TCP here"),
                                    tr("The file holds no TCP packets that could be read."), {});
  }
  // The flows' counts are final now: what was made while the file loaded is made anew.
  if (m_hasSelection) askForTrace();
  for (auto it = m_traces.keyBegin(); it != m_traces.keyEnd(); ++it) {
    if (*it != m_selected) m_import.requestTrace(*it);
  }
}

void CapturePage::select(std::uint32_t flow) {
  m_selected = flow;
  m_hasSelection = true;
  if (m_traces.contains(flow)) return showFlow();
  askForTrace();
}

void CapturePage::onTrace(const FlowTrace& made) {
  while (m_traces.size() >= kMostTraces) m_traces.erase(m_traces.begin());
  m_traces.insert(made.index, made);
  m_flows->setVerdict(made.index, shortVerdict(made.verdict));
  if (made.index != m_selected) return showViews();
  m_waiting = false;
  m_traceTook = m_traceAge.restart();
  showFlow();
}

void CapturePage::showFlow() {
  const auto& made = m_traces[m_selected];
  m_bench->verdict()->setVerdict(viewOf(made.verdict, *made.trace));
  showViews(m_shown == m_selected);
  m_shown = m_selected;
  Q_EMIT statusChanged();
}

void CapturePage::showViews(bool same) {
  std::vector<TraceView> views;
  const auto add = [&](std::uint32_t flow) {
    const auto found = m_traces.constFind(flow);
    if (found == m_traces.cend() || views.size() >= ChartStack::kMostViews) return;
    views.push_back(
        {found->trace, m_flows->name(flow), m_theme.run(static_cast<int>(views.size())), {}});
  };
  if (m_hasSelection) add(m_selected);
  for (const auto flow : m_flows->ticked()) {
    if (flow != m_selected) add(flow);
  }
  m_bench->charts()->setTraces(std::move(views), same);
  showMoment(m_bench->charts()->readout());
}

void CapturePage::showMoment(const Readout& readout) {
  const auto found = m_traces.constFind(m_selected);
  // The status bar is that of the page in front.
  if (!isVisible()) return;
  if (!m_hasSelection || found == m_traces.cend()) return m_status.clear();
  m_status.showReadout(readout, resentUntil(*found->trace, readout.time),
                       m_bench->charts()->state().units, tr("sent again"));
}

void CapturePage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  showMoment(m_bench->charts()->readout());
}

Exportable CapturePage::exportable() {
  const auto found = m_traces.constFind(m_selected);
  if (!m_hasSelection || found == m_traces.cend()) return {};
  return {found->trace,
          found->verdict,
          QFileInfo(m_import.file()).completeBaseName(),
          m_bench->charts()->visibleRange(),
          {}};
}

QString CapturePage::statusNote() {
  if (m_import.file().isEmpty()) return {};
  const QString flows = m_flows->rowCount() == 1
                            ? tr("1 flow")
                            : tr("%1 flows").arg(formatCount(m_flows->rowCount()));
  return tr("%1 · %2 packets").arg(flows, formatCount(static_cast<std::int64_t>(m_packets)));
}

void CapturePage::setTheme(const Theme& theme) {
  m_theme = theme;
  m_bench->setTheme(theme);
  m_delegate->setTheme(theme);
  showViews();
}

}  // namespace inflight::ui
