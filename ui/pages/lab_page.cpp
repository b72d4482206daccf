// The connections of lab_page.h. Its demonstration stands in lab_page_demo.cpp.
#include "ui/pages/lab_page.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

#include "lab/scenario.h"
#include "ui/charts/chart_stack.h"
#include "ui/format/number.h"
#include "ui/pages/run_desk.h"
#include "ui/pages/workbench.h"
#include "ui/panels/elided_combo.h"
#include "ui/panels/setting_row.h"
#include "ui/panels/settings_panel.h"
#include "ui/panels/verdict_panel.h"
#include "ui/theme/segmented_control.h"

namespace inflight::ui {

namespace {

constexpr int kScenarioWidth = 220;
// What A/B varies; where it is off, gVisor's form stands for it.
constexpr const char* kHystart = "sender.hystart";
const std::string kHystartOff = "off";
const std::string kHystartOn = "gvisor";

// "coder-2.10 · large buffers, no HyStart": a title that begins with the name does not repeat it.
QString scenarioTitle(const lab::Scenario& scenario) {
  QString name = QString::fromStdString(scenario.name);
  QString title = QString::fromStdString(scenario.title);
  if (title.isEmpty()) return name;
  const auto colon = title.indexOf(QLatin1String(": "));
  const QString prefix = title.left(colon).toLower().replace(QLatin1Char(' '), QLatin1Char('-'));
  if (colon > 0 && prefix == name) title = title.mid(colon + 2);
  return name + QStringLiteral(" · ") + title;
}

}  // namespace

LabPage::LabPage(LabEngine engine, RunStore& store, LogModel& log, StatusReadout& status,
                 QWidget* parent)
    : Page(parent), m_runs(std::move(engine), store) {
  if (!lab::built_in_scenarios().empty()) {
    m_runs.editor().load(lab::built_in_scenarios().front());
  }
  m_settings = new SettingsPanel(m_runs.editor(), this);
  m_bench = new Workbench(m_settings, QStringLiteral("lab"), this);
  m_desk = new RunDesk(*m_bench, store, log, status);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_bench);
  makeActions();
  makeTools();
  connectRuns();
  connectPanels();
  m_bench->verdict()->setProgress(
      tr("No run yet"), tr("Choose a scenario, change what you like, and press Run."), {});
  m_bench->charts()->setEmptyText(tr("The lines of a run appear here"));
  updateActions();
}

LabPage::~LabPage() = default;

ChartStack* LabPage::charts() { return m_bench->charts(); }

void LabPage::makeActions() {
  m_runAction = new QAction(tr("Run"), this);
  m_runAction->setShortcut(Qt::Key_F5);
  m_againAction = new QAction(tr("Run again"), this);
  m_againAction->setShortcut(Qt::CTRL | Qt::Key_R);
  m_againAction->setToolTip(tr("Run with the settings shown, from the start (Ctrl+R)"));
  m_stopAction = new QAction(tr("Stop"), this);
  m_stopAction->setShortcuts(
      {QKeySequence(Qt::Key_Escape), QKeySequence(Qt::CTRL | Qt::Key_Period)});
  m_stopAction->setToolTip(tr("End the run and keep what it recorded (Esc)"));
  addActions({m_runAction, m_againAction, m_stopAction});
  connect(m_runAction, &QAction::triggered, this, &LabPage::runOrPause);
  connect(m_againAction, &QAction::triggered, this, &LabPage::run);
  connect(m_stopAction, &QAction::triggered, this, &LabPage::stop);
}

void LabPage::makeTools() {
  m_tools = new QWidget(this);
  m_scenarios = new ElidedCombo(m_tools);
  for (const auto& scenario : lab::built_in_scenarios()) {
    m_scenarios->addItem(scenarioTitle(scenario), QString::fromStdString(scenario.name));
    m_scenarios->setItemData(m_scenarios->count() - 1, QString::fromStdString(scenario.story),
                             Qt::ToolTipRole);
  }
  m_scenarios->setMinimumWidth(kScenarioWidth);
  m_scenarios->setMaximumWidth(2 * kScenarioWidth);
  m_scenarios->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_scenarios->setToolTip(tr("Which path, settings and workload to start from"));
  m_scenarios->setAccessibleName(tr("Scenario"));
  const auto button = [this](QAction* action, bool primary) {
    auto* made = new QToolButton(m_tools);
    made->setDefaultAction(action);
    made->setToolButtonStyle(Qt::ToolButtonTextOnly);
    made->setProperty(primary ? "primary" : "button", true);
    made->setFocusPolicy(Qt::StrongFocus);
    return made;
  };
  m_runButton = button(m_runAction, true);
  m_stopButton = button(m_stopAction, false);
  m_speeds = new SegmentedControl({tr("¼×"), tr("1×"), tr("4×"), tr("Max")}, m_tools);
  const QStringList tips{tr("A quarter of real time"), tr("Real time"), tr("Four times real time"),
                         tr("As fast as the machine can")};
  for (int i = 0; i < tips.size(); ++i) m_speeds->segment(i)->setToolTip(tips[i]);
  m_speeds->setCurrent(static_cast<int>(Speed::Max));
  m_speeds->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  auto* row = new QHBoxLayout(m_tools);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  row->addWidget(m_scenarios, 1);
  row->addWidget(m_runButton);
  row->addWidget(m_stopButton);
  row->addWidget(m_speeds);
  row->addStretch();
  connect(m_scenarios, &QComboBox::activated, this, [this](int index) {
    m_demoStep = -1;
    m_settings->highlight({});
    loadScenario(m_scenarios->itemData(index).toString().toStdString());
  });
  connect(m_speeds, &SegmentedControl::currentChanged, this,
          [this](int index) { m_runs.setSpeed(static_cast<Speed>(index)); });
}

void LabPage::connectRuns() {
  connect(&m_runs, &LabRuns::runStarted, this, &LabPage::onRunStarted);
  connect(&m_runs, &LabRuns::runAdvanced, this, &LabPage::onRunAdvanced);
  connect(&m_runs, &LabRuns::runEnded, this, &LabPage::onRunEnded);
  connect(&m_runs, &LabRuns::seriesEnded, this, &LabPage::compareNewest);
  connect(&m_runs, &LabRuns::opened, m_desk, &RunDesk::setCurrent);
  connect(&m_runs, &LabRuns::refused, this, [this](const QString& sentence) {
    Q_EMIT messageShown(Banner::Kind::Warning, sentence);
  });
  connect(&m_runs.controller(), &RunController::pausedChanged, this, [this] { updateActions(); });
}

void LabPage::connectPanels() {
  connect(m_settings, &SettingsPanel::restartAsked, this, &LabPage::run);
  connect(m_bench->verdict(), &VerdictPanel::changesAsked, this, &LabPage::changeAndRun);
  connect(m_bench->verdict(), &VerdictPanel::nextStepAsked, this, [this] {
    ++m_demoStep;
    beginDemoStep();
  });
  connect(m_desk, &RunDesk::menuAsked, this, &LabPage::fillMenu);
  connect(m_desk, &RunDesk::currentChanged, this, &Page::statusChanged);
}

bool LabPage::loadScenario(std::string_view name) {
  const auto* scenario = lab::find_built_in(name);
  if (!scenario) return false;
  m_runs.editor().load(*scenario);
  m_scenarios->setCurrentIndex(m_scenarios->findData(QString::fromStdString(scenario->name)));
  m_scenarios->setToolTip(QString::fromStdString(scenario->story));
  return true;
}

void LabPage::run() {
  m_previousRun = m_desk->current();
  m_runs.start();
}

void LabPage::runOrPause() {
  if (!m_runs.isRunning()) return run();
  m_runs.controller().setPaused(!m_runs.controller().isPaused());
}

void LabPage::runBoth() {
  m_demoStep = -1;
  m_settings->highlight({});
  // A new subject: the runs before stay in the table, but not in the picture.
  m_runs.store().hideAll();
  const std::string shown = m_runs.editor().get(kHystart).toStdString();
  m_runs.startEach(kHystart, {kHystartOff, shown == kHystartOff ? kHystartOn : shown});
}

void LabPage::stop() { m_runs.stop(); }

void LabPage::changeAndRun(const std::vector<std::pair<QString, QString>>& changes,
                           const QString& title) {
  // Advice is about the run that is looked at, which need not be the scenario being edited.
  const Run* run = m_runs.store().find(m_desk->current());
  if (run && run->scenario) m_runs.editor().load(*run->scenario);
  for (const auto& [key, value] : changes) {
    const QString refused = m_runs.editor().set(key.toStdString(), value);
    if (refused.isEmpty()) continue;
    Q_EMIT messageShown(Banner::Kind::Warning, refused);
    return;
  }
  Q_EMIT logged(LogLevel::Info, tr("Changed: %1").arg(title));
  this->run();
}

void LabPage::onRunStarted(int id) {
  const auto& scenario = *m_runs.store().find(id)->scenario;
  m_desk->runStarted(id, scenario.duration);
  m_desk->setRunningNote(watchText());
  Q_EMIT logged(
      LogLevel::Info,
      tr("Run started: %1, seed %2").arg(m_runs.store().find(id)->name).arg(scenario.seed));
  updateActions();
}

void LabPage::onRunAdvanced() {
  followSpeedPlan();
  if (m_desk->runAdvanced()) Q_EMIT statusChanged();
}

void LabPage::onRunEnded(int id, RunOutcome outcome, const QString& failure) {
  const QString name = m_runs.store().find(id)->name;
  if (outcome == RunOutcome::Failed) {
    Q_EMIT messageShown(Banner::Kind::Error, failure);
    Q_EMIT logged(LogLevel::Error, tr("%1 failed: %2").arg(name, failure));
  } else {
    Q_EMIT logged(LogLevel::Info, outcome == RunOutcome::Stopped ? tr("%1 stopped").arg(name)
                                                                 : tr("%1 finished").arg(name));
  }
  m_desk->runEnded();
  updateActions();
  finishDemoStep();
  Q_EMIT statusChanged();
}

void LabPage::updateActions() {
  const bool isRunning = m_runs.isRunning();
  const bool isPaused = m_runs.controller().isPaused();
  m_runAction->setText(!isRunning ? tr("▶ Run") : isPaused ? tr("▶ Resume") : tr("❚❚ Pause"));
  m_runAction->setToolTip(!isRunning ? tr("Run the scenario with the settings shown (F5)")
                          : isPaused ? tr("Go on (F5)")
                                     : tr("Hold the run where it is (F5)"));
  m_stopAction->setText(tr("■ Stop"));
  m_stopAction->setEnabled(isRunning);
}

void LabPage::compareNewest() {
  if (m_desk->compareNewest()) return;
  Q_EMIT messageShown(
      Banner::Kind::Info,
      tr("A comparison needs two finished runs. Change one setting and run again."));
}

void LabPage::fillMenu(int id, QMenu& menu) {
  const Run* run = m_runs.store().find(id);
  if (!run->scenario) return;
  menu.addAction(tr("Take its settings"), this,
                 [this, scenario = *run->scenario] { m_runs.editor().load(scenario); });
}

Exportable LabPage::exportable() {
  Exportable what = m_desk->exportable();
  what.settings = lab::to_json(m_runs.editor().scenario());
  if (!what.trace) what.name = QString::fromStdString(m_runs.editor().scenario().name);
  return what;
}

QString LabPage::statusNote() {
  const Run* run = m_runs.store().find(m_desk->current());
  if (!run) return {};
  QStringList parts;
  if (run->scenario) parts << tr("seed %1").arg(run->scenario->seed);
  const auto trace = m_desk->currentTrace();
  if (trace && trace->summary.trace_hash != 0) {
    const QString hash =
        QStringLiteral("%1").arg(trace->summary.trace_hash, 16, 16, QLatin1Char('0'));
    parts << tr("trace %1…%2").arg(hash.left(4), hash.right(4));
  }
  const auto& controller = m_runs.controller();
  if (trace && trace == controller.trace()) {
    const double factor = controller.realTimeFactor();
    parts << tr("engine %1× real time").arg(formatFixed(factor, factor < 10 ? 1 : 0));
  }
  return parts.join(QStringLiteral(" · "));
}

void LabPage::setTheme(const Theme& theme) { m_desk->setTheme(theme); }

void LabPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  m_runButton->setFocus();
  m_desk->showStatus();
}

}  // namespace inflight::ui
