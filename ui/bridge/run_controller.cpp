// The window's end of the channel.
#include "ui/bridge/run_controller.h"

#include <QThread>
#include <utility>

namespace inflight::ui {

namespace {
constexpr int kFrameMs = 16;
}

RunController::RunController(QObject* parent) : QObject(parent) {
  m_frame.setTimerType(Qt::PreciseTimer);
  m_frame.setInterval(kFrameMs);
  connect(&m_frame, &QTimer::timeout, this, &RunController::pull);
}

RunController::~RunController() { abandon(); }

void RunController::start(SessionFactory factory, Speed speed, WhenFull whenFull) {
  abandon();
  m_trace = std::make_shared<trace::Trace>();
  m_channel = std::make_shared<RunChannel>(whenFull);
  m_paused = false;
  m_wallSeconds = 0;
  m_elapsed.start();
  auto worker = std::make_shared<RunWorker>(std::move(factory), speed, m_channel);
  m_thread = QThread::create([worker] { worker->run(); });
  m_thread->setObjectName(QStringLiteral("engine"));
  m_thread->start();
  m_frame.start();
  Q_EMIT started();
}

void RunController::stop() {
  if (m_channel) m_channel->mailbox.post(EndRun{});
}

void RunController::setPaused(bool paused) {
  if (!isRunning() || m_paused == paused) return;
  m_paused = paused;
  m_channel->mailbox.post(SetPaused{paused});
  if (paused) {
    m_wallSeconds += static_cast<double>(m_elapsed.nsecsElapsed()) * 1e-9;
  } else {
    m_elapsed.start();
  }
  Q_EMIT pausedChanged(paused);
}

void RunController::setSpeed(Speed speed) {
  if (isRunning()) m_channel->mailbox.post(SetSpeed{speed});
}

void RunController::apply(host::Command command) {
  if (isRunning()) m_channel->mailbox.post(std::move(command));
}

double RunController::realTimeFactor() const {
  if (!m_trace) return 0;
  const bool counting = isRunning() && !m_paused;
  const double now = counting ? static_cast<double>(m_elapsed.nsecsElapsed()) * 1e-9 : 0;
  const double wall = m_wallSeconds + now;
  return wall > 0 ? to_seconds(m_trace->end()) / wall : 0;
}

void RunController::pull() {
  if (!isRunning()) return;
  const auto taken = m_channel->queue.takeAll();
  for (const auto& delivery : taken.deliveries) take(delivery);
  if (!taken.deliveries.empty()) Q_EMIT advanced();
  if (!taken.end) return;
  joinThread();
  Q_EMIT ended(taken.end->outcome, QString::fromStdString(taken.end->failure));
}

void RunController::take(const Delivery& delivery) {
  m_trace->append(*delivery.batch);
  if (delivery.info) m_trace->info = *delivery.info;
  m_trace->summary = delivery.summary;
  for (const auto& refusal : delivery.refusals) Q_EMIT refused(QString::fromStdString(refusal));
}

void RunController::abandon() {
  if (!isRunning()) return;
  m_channel->mailbox.post(EndRun{});
  m_channel->queue.abandon();
  joinThread();
}

void RunController::joinThread() {
  m_frame.stop();
  if (!m_paused) m_wallSeconds += static_cast<double>(m_elapsed.nsecsElapsed()) * 1e-9;
  m_thread->wait();
  delete std::exchange(m_thread, nullptr);
}

}  // namespace inflight::ui
