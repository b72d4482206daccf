// A poll every frame: the window says whether it is busy.
#include "window_script.h"

#include <QCoreApplication>
#include <cstdio>

#include "ui/charts/chart_stack.h"
#include "ui/main_window.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/live_page.h"

namespace inflight::app {

namespace {
constexpr int kPollMs = 20;
constexpr int kSettlingPolls = 10;
}  // namespace

WindowScript::WindowScript(ui::MainWindow& window, GuiOptions options)
    : m_window(window), m_options(std::move(options)), m_settling(kSettlingPolls) {
  m_poll.setInterval(kPollMs);
  connect(&m_poll, &QTimer::timeout, this, &WindowScript::step);
}

void WindowScript::start() {
  if (!m_options.files.isEmpty()) m_window.openFiles(m_options.files);
  if (m_options.demo) m_window.showLab().startDemo();
  if (!m_options.scenarios.isEmpty() && !m_options.run) {
    m_window.showLab().loadScenario(m_options.scenarios.front().toStdString());
    m_options.scenarios.clear();
  }
  const bool isLive = !m_options.target.isEmpty();
  if (isLive) m_window.showLive().setTarget(m_options.target);
  if (m_options.run && isLive) m_window.showLive().start();
  if (m_options.run && !isLive && m_options.scenarios.isEmpty()) m_window.showLab().run();
  m_poll.start();
}

void WindowScript::step() {
  if (m_window.isBusy()) return;
  if (!m_options.scenarios.isEmpty()) {
    auto& lab = m_window.showLab();
    lab.loadScenario(m_options.scenarios.takeFirst().toStdString());
    lab.run();
    return;
  }
  if (m_options.compare) {
    m_options.compare = false;
    // A capture named with it is one of the two.
    if (!m_options.files.isEmpty()) m_window.keepFlow();
    m_window.showLab().compareNewest();
  }
  if (--m_settling > 0) return;
  m_poll.stop();
  finish();
}

void WindowScript::finish() {
  const bool isLive = !m_options.target.isEmpty();
  int code = isLive && m_window.showLive().hasFailed() ? 1 : 0;
  if (!m_options.screenshot.isEmpty() && !m_window.picture().save(m_options.screenshot)) {
    std::fputs(qPrintable(tr("%1 could not be written: is its folder there, and is there room?\n")
                              .arg(m_options.screenshot)),
               stderr);
    code = 1;
  }
  if (m_options.quit) QCoreApplication::exit(code);
}

}  // namespace inflight::app
