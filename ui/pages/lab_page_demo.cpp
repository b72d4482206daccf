// The Lab page's part in the demonstration: load a step's scenario, mark its control, run it (the
// first one slowly at first), and at its end go to what there is to see and offer the next step.
#include <QCoreApplication>
#include <algorithm>

#include "trace/derived.h"
#include "ui/charts/chart_stack.h"
#include "ui/pages/demo.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/run_desk.h"
#include "ui/pages/workbench.h"
#include "ui/panels/settings_panel.h"
#include "ui/panels/verdict_panel.h"
#include "ui/theme/segmented_control.h"

namespace inflight::ui {

namespace {

// Of the run: until here at a quarter of real time, until there at real time, then faster.
constexpr Duration kSlowUntil = 1200ms;
constexpr Duration kRealTimeUntil = 3s;
constexpr Duration kAroundStall = 1s;
// After the first loss, its repair is over within this time or is no stall but a slow path.
constexpr Duration kRepair = 5s;

// The longest time without a byte read between the first loss and its repair. It need not be long
// enough to count as a stall to be what there is to see.
trace::Stall longestSilence(const trace::TimeSeries& read, Instant loss) {
  trace::Stall longest{loss, loss};
  const std::size_t end = read.lower_bound(loss + kRepair);
  Instant last = loss;
  double bytes = read.value_at(loss).value_or(0);
  for (std::size_t i = read.lower_bound(loss); i < end; ++i) {
    const trace::Sample sample = read[i];
    if (sample.value == bytes) continue;
    if (sample.time - last > longest.end - longest.begin) longest = {last, sample.time};
    last = sample.time;
    bytes = sample.value;
  }
  return longest;
}

QString demoText(const char* text) { return QCoreApplication::translate("Demo", text); }

const DemoStep& step(int index) { return demoSteps()[static_cast<std::size_t>(index)]; }

}  // namespace

QString LabPage::watchText() const {
  return isInDemo() ? demoText(step(m_demoStep).watch) : QString();
}

void LabPage::startDemo() {
  m_demoStep = 0;
  beginDemoStep();
}

void LabPage::beginDemoStep() {
  const auto& demo = step(m_demoStep);
  if (!loadScenario(demo.scenario)) return;
  m_settings->highlight(demo.control);
  // A new subject: the runs before stay in the table, but not in the picture.
  if (!demo.overlay) m_runs.store().hideAll();
  m_bench->closeTab();
  const auto speed = demo.slowStart ? Speed::Quarter : Speed::Fourfold;
  m_speeds->setCurrent(static_cast<int>(speed));
  m_runs.setSpeed(speed);
  run();
}

void LabPage::followSpeedPlan() {
  if (!isInDemo() || !step(m_demoStep).slowStart) return;
  const Duration position = m_desk->currentTrace()->end().time_since_epoch();
  const auto move = [this](Speed from, Speed to) {
    // Only along the plan: a speed that the person chose stays.
    if (m_runs.speed() == from) m_speeds->setCurrent(static_cast<int>(to));
  };
  if (position >= kRealTimeUntil) {
    move(Speed::Normal, Speed::Fourfold);
  } else if (position >= kSlowUntil) {
    move(Speed::Quarter, Speed::Normal);
  }
}

void LabPage::finishDemoStep() {
  if (!isInDemo()) return;
  const auto& demo = step(m_demoStep);
  if (demo.slowStart) showStall();
  if (demo.overlay && m_previousRun != 0) {
    m_bench->charts()->showAll();
    compareNewest();
  }
  m_bench->verdict()->setNextStep(demoText(demo.next), {});
  const bool isLast = m_demoStep + 1 == std::ssize(demoSteps());
  if (isLast) m_demoStep = -1;
}

void LabPage::showStall() {
  const auto trace = m_desk->currentTrace();
  const auto lost = std::ranges::find(trace->events, trace::EventKind::Loss, &trace::Event::kind);
  if (lost == trace->events.end()) return;
  const auto silence = longestSilence(trace->series(trace::SeriesId::ReadBytes), lost->time);
  auto* charts = m_bench->charts();
  charts->showRange(
      {std::max(Instant{}, silence.begin - kAroundStall), silence.end + kAroundStall});
  charts->setCrosshair(silence.begin + (silence.end - silence.begin) / 2);
}

}  // namespace inflight::ui
