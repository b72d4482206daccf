// The connections of live_page.h, and what it says at each stage.
#include "ui/pages/live_page.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QToolButton>

#include "ui/about.h"
#include "ui/charts/chart_stack.h"
#include "ui/format/number.h"
#include "ui/pages/recent_targets.h"
#include "ui/pages/run_desk.h"
#include "ui/pages/workbench.h"
#include "ui/panels/connection_panel.h"
#include "ui/panels/verdict_panel.h"

namespace inflight::ui {

namespace {

constexpr int kProgressSteps = 1000;
constexpr int kProgressWidth = 160;

QString phaseName(LivePhase phase) {
  switch (phase) {
    case LivePhase::Resolving:
      return LivePage::tr("Resolving the name");
    case LivePhase::Handshake:
      return LivePage::tr("Tunnel handshake");
    case LivePhase::Connecting:
      return LivePage::tr("Agreeing with the server");
    case LivePhase::Measuring:
      return LivePage::tr("Measuring");
    case LivePhase::Finishing:
      return LivePage::tr("Collecting the totals");
  }
  return {};
}

QString phaseMeaning(LivePhase phase, const QString& server) {
  switch (phase) {
    case LivePhase::Resolving:
      return LivePage::tr("Asking the name service for the address of %1.").arg(server);
    case LivePhase::Handshake:
      return LivePage::tr("Waiting for %1 to answer the first message of the tunnel.").arg(server);
    case LivePhase::Connecting:
      return LivePage::tr("The tunnel is up: settings and clocks are compared with %1.")
          .arg(server);
    case LivePhase::Measuring:
    case LivePhase::Finishing:
      break;
  }
  return {};
}

// Names of hosts may be broken at their own separators.
QString breakable(QString name) {
  for (const char separator : {'-', '.', ':'}) {
    name.replace(QLatin1Char(separator), QLatin1Char(separator) + QString(QChar(0x200b)));
  }
  return name;
}

QString directionName(LiveDirection direction) {
  return direction == LiveDirection::Down ? LivePage::tr("down") : LivePage::tr("up");
}

}  // namespace

LivePage::LivePage(Judge judge, RunStore& store, LogModel& log, StatusReadout& status,
                   QWidget* parent)
    : Page(parent),
      m_runs(std::move(judge), store),
      m_panel(new ConnectionPanel(m_runs.editor(), this)),
      m_bench(new Workbench(m_panel, QStringLiteral("live"), this)),
      m_desk(new RunDesk(*m_bench, store, log, status)),
      m_tools(new QWidget(this)) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_bench);
  makeActions();
  makeTools();
  connectRuns();
  m_panel->setRecent(RecentTargets::list());
  showIdle();
  updateActions();
}

LivePage::~LivePage() = default;

ChartStack* LivePage::charts() { return m_bench->charts(); }

void LivePage::makeActions() {
  m_startAction = new QAction(tr("▶ Start"), this);
  m_startAction->setShortcut(Qt::Key_F5);
  m_startAction->setToolTip(tr("Measure with the settings shown (F5)"));
  m_againAction = new QAction(tr("Measure again"), this);
  m_againAction->setShortcut(Qt::CTRL | Qt::Key_R);
  m_againAction->setToolTip(tr("End what goes on, and measure with the settings shown (Ctrl+R)"));
  m_stopAction = new QAction(tr("■ Stop"), this);
  m_stopAction->setShortcuts(
      {QKeySequence(Qt::Key_Escape), QKeySequence(Qt::CTRL | Qt::Key_Period)});
  m_stopAction->setToolTip(tr("End the measurement and keep what it recorded (Esc)"));
  addActions({m_startAction, m_againAction, m_stopAction});
  connect(m_startAction, &QAction::triggered, this, &LivePage::start);
  connect(m_againAction, &QAction::triggered, this, &LivePage::start);
  connect(m_stopAction, &QAction::triggered, this, &LivePage::stop);
}

void LivePage::makeTools() {
  const auto button = [this](QAction* action, bool primary) {
    auto* made = new QToolButton(m_tools);
    made->setDefaultAction(action);
    made->setToolButtonStyle(Qt::ToolButtonTextOnly);
    made->setProperty(primary ? "primary" : "button", true);
    made->setFocusPolicy(Qt::StrongFocus);
    return made;
  };
  m_startButton = button(m_startAction, true);
  m_progress = new QProgressBar(m_tools);
  m_progress->setRange(0, kProgressSteps);
  m_progress->setTextVisible(false);
  m_progress->setFixedWidth(kProgressWidth);
  m_progress->setToolTip(tr("How much of the time is over"));
  m_phase = new QLabel(m_tools);
  m_phase->setAccessibleName(tr("Phase"));
  auto* row = new QHBoxLayout(m_tools);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  row->addWidget(m_startButton);
  row->addWidget(button(m_stopAction, false));
  row->addSpacing(8);
  row->addWidget(m_progress);
  row->addWidget(m_phase);
  row->addStretch();
}

void LivePage::connectRuns() {
  connect(&m_runs, &LiveRuns::legStarted, this, &LivePage::onLegStarted);
  connect(&m_runs, &LiveRuns::runStarted, this, &LivePage::onRunStarted);
  connect(&m_runs, &LiveRuns::advanced, this, &LivePage::onAdvanced);
  connect(&m_runs, &LiveRuns::legEnded, this, &LivePage::onLegEnded);
  connect(&m_runs, &LiveRuns::refused, this, [this](const QString& sentence) {
    Q_EMIT messageShown(Banner::Kind::Warning, sentence);
  });
  connect(&m_runs.editor(), &LiveEditor::changed, this, &LivePage::showIdle);
  connect(m_panel, &ConnectionPanel::startAsked, this, &LivePage::start);
  connect(m_panel, &ConnectionPanel::thisMachineAsked, this, &LivePage::tryThisMachine);
  connect(m_bench->verdict(), &VerdictPanel::nextStepAsked, this, &LivePage::tryThisMachine);
  connect(m_bench->verdict(), &VerdictPanel::changesAsked, this, &LivePage::changeAndStart);
  connect(m_desk, &RunDesk::menuAsked, this, &LivePage::fillMenu);
  connect(m_desk, &RunDesk::currentChanged, this, &Page::statusChanged);
}

void LivePage::setTarget(const QString& target) {
  m_runs.editor().setTarget(target);
  const auto plan = planLive(m_runs.editor().request());
  if (!plan) refuse(plan.error());
}

void LivePage::start() {
  m_panel->takeTyped();
  m_hasFailed = false;
  if (const auto refusal = m_runs.start()) refuse(*refusal);
}

void LivePage::stop() { m_runs.stop(); }

void LivePage::tryThisMachine() {
  if (const auto done = m_runs.useThisMachine(); !done) {
    m_hasFailed = true;
    Q_EMIT messageShown(Banner::Kind::Error, done.error());
    return;
  }
  Q_EMIT logged(LogLevel::Info, tr("A server runs on this machine, until the window closes: %1")
                                    .arg(m_runs.loopback().url()));
  start();
}

void LivePage::changeAndStart(const std::vector<std::pair<QString, QString>>& changes,
                              const QString& title) {
  for (const auto& [key, value] : changes) {
    const QString refused = m_runs.editor().set(key.toStdString(), value);
    if (refused.isEmpty()) continue;
    Q_EMIT messageShown(Banner::Kind::Warning, refused);
    return;
  }
  Q_EMIT logged(LogLevel::Info, tr("Changed: %1").arg(title));
  start();
}

void LivePage::refuse(const LiveRefusal& refusal) {
  m_hasFailed = true;
  m_panel->markRefused(refusal.field);
  Q_EMIT messageShown(Banner::Kind::Warning, refusal.sentence);
}

void LivePage::onLegStarted() {
  Q_EMIT messageWithdrawn();
  const auto progress = m_runs.progress();
  Q_EMIT logged(LogLevel::Info,
                tr("Measuring %1, to %2").arg(directionName(progress.direction), m_runs.server()));
  m_bench->verdict()->setNextStep({}, {});
  m_shownPhase.reset();
  updateActions();
  showProgress();
}

void LivePage::onRunStarted(int id) {
  RecentTargets::add(m_runs.url());
  m_panel->setRecent(RecentTargets::list());
  m_desk->runStarted(id, m_runs.progress().whole);
}

void LivePage::onAdvanced() {
  showProgress();
  if (m_runs.running() == 0) return;
  m_desk->runAdvanced();
  Q_EMIT statusChanged();
}

void LivePage::onLegEnded(int id, RunOutcome outcome, const QString& failure, bool last) {
  if (id != 0) m_desk->runEnded();
  if (outcome == RunOutcome::Failed) {
    m_hasFailed = true;
    const QString kept = id != 0 ? tr(" What was measured until then is kept.") : QString();
    Q_EMIT messageShown(Banner::Kind::Error, failure + kept);
  } else {
    Q_EMIT logged(LogLevel::Info, outcome == RunOutcome::Stopped ? tr("Stopped") : tr("Measured"));
  }
  if (id == 0) showNothing(outcome);
  if (id != 0) sayWhatWasKept(id);
  if (last) updateActions();
  Q_EMIT statusChanged();
}

void LivePage::sayWhatWasKept(int id) {
  const auto packets = m_runs.packets(id);
  if (!packets || !packets->isCut()) return;
  Q_EMIT logged(LogLevel::Warning,
                tr("For a capture file, the first %1 of %2 packets are kept: that is the bound.")
                    .arg(formatCount(static_cast<std::int64_t>(packets->kept())),
                         formatCount(static_cast<std::int64_t>(packets->seen()))));
}

void LivePage::fillMenu(int id, QMenu& menu) {
  if (!m_runs.packets(id)) return;
  menu.addAction(tr("Save packets…"), this, [this, id] {
    m_desk->setCurrent(id);
    Q_EMIT packetsAsked();
  });
}

// Before the first run.
void LivePage::showIdle() {
  if (m_desk->current() != 0 || m_runs.isRunning()) return;
  auto* verdict = m_bench->verdict();
  const QString target = m_runs.editor().request().target;
  const QString here = tr("Starts a server on this machine's loopback and measures to it");
  if (!target.isEmpty()) {
    verdict->setNextStep({}, {});
    verdict->setProgress(tr("Ready"),
                         tr("Press Start to measure the path to %1.").arg(breakable(target)), {});
  } else {
    verdict->setNextStep(tr("Try on this machine"), here);
    verdict->setProgress(tr("No measurement yet"),
                         tr("Start `inflight-cli serve` on the other machine, paste the line it "
                            "prints, and press Start. Or see it work with both ends here."),
                         {});
  }
}

// The reason stands in the message; here is how far it came.
void LivePage::showNothing(RunOutcome outcome) {
  const QString step = phaseName(m_shownPhase.value_or(LivePhase::Resolving));
  m_bench->verdict()->setProgress(
      outcome == RunOutcome::Failed ? tr("Nothing measured") : tr("Stopped"),
      tr("It ended before the transfer began, at this step: %1.").arg(step), {});
}

void LivePage::showProgress() {
  if (!m_runs.isRunning()) return;
  const auto progress = m_runs.progress();
  const double share =
      progress.whole > Duration{} ? 1 - to_seconds(progress.left) / to_seconds(progress.whole) : 0;
  m_progress->setValue(static_cast<int>(share * kProgressSteps));
  QString text = phaseName(progress.phase);
  if (progress.phase == LivePhase::Measuring) {
    text += QLatin1Char(' ') + directionName(progress.direction);
  }
  if (progress.legs > 1) text += tr(" (%1 of %2)").arg(progress.leg).arg(progress.legs);
  m_phase->setText(tr("%1 · %2 s left").arg(text, formatFixed(to_seconds(progress.left), 1)));
  if (m_runs.running() != 0 || m_shownPhase == progress.phase) return;
  m_shownPhase = progress.phase;
  m_bench->verdict()->setProgress(phaseName(progress.phase),
                                  phaseMeaning(progress.phase, breakable(m_runs.server())), {});
}

void LivePage::updateActions() {
  const bool isRunning = m_runs.isRunning();
  m_startAction->setEnabled(!isRunning);
  m_stopAction->setEnabled(isRunning);
  m_progress->setVisible(isRunning);
  m_phase->setVisible(isRunning);
}

void LivePage::compareNewest() {
  if (m_desk->compareNewest()) return;
  Q_EMIT messageShown(Banner::Kind::Info, tr("A comparison needs two finished runs. Measure both "
                                             "directions, or change a setting and start again."));
}

Exportable LivePage::exportable() {
  auto what = m_desk->exportable();
  const auto packets = m_runs.packets(m_desk->current());
  if (!what.trace || !packets) return what;
  what.savePackets = [packets](const QString& file, JobControl& control) {
    const auto saved =
        packets->save(file.toStdString(), buildInfo().toStdString(), [&control](double done) {
          control.setProgress(done);
          return !control.cancelled();
        });
    return saved ? QString() : QString::fromStdString(saved.error().text);
  };
  return what;
}

QString LivePage::statusNote() {
  QStringList parts;
  const auto trace = m_desk->currentTrace();
  if (!trace) return {};
  if (trace->info.sender && trace->info.source == trace::Source::Live) {
    parts << tr("sender %1").arg(QString::fromStdString(to_string(trace->info.sender->address)));
  }
  if (const auto off = trace->info.clock_uncertainty) {
    parts << tr("clocks agree to %1").arg(formatDuration(*off));
  }
  return parts.join(QStringLiteral(" · "));
}

void LivePage::setTheme(const Theme& theme) { m_desk->setTheme(theme); }

void LivePage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  m_desk->showStatus();
  if (m_runs.editor().request().target.isEmpty()) {
    m_panel->focusTarget();
  } else {
    m_startButton->setFocus();
  }
}

}  // namespace inflight::ui
