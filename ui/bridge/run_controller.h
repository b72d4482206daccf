// One run, seen from the window's thread: starts the engine thread, sends it what a person asks
// for, and pulls what it recorded into a Trace on a frame timer. Stop keeps what was recorded;
// destroying the controller in mid-run abandons it. Both end the engine thread within one stretch
// of its work (some 5 ms).
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>

#include "trace/trace.h"
#include "ui/bridge/run_worker.h"

class QThread;

namespace inflight::ui {

class RunController : public QObject {
  Q_OBJECT

 public:
  explicit RunController(QObject* parent = nullptr);
  ~RunController() override;

  // Ends a run that is still going, without its last samples.
  void start(SessionFactory factory, Speed speed, WhenFull whenFull = WhenFull::Wait);
  void stop();
  void setPaused(bool paused);
  void setSpeed(Speed speed);
  void apply(host::Command command);

  bool isRunning() const { return m_thread != nullptr; }
  bool isPaused() const { return m_paused; }
  // Grows while the run goes on; null before the first one.
  std::shared_ptr<const trace::Trace> trace() const { return m_trace; }
  // Seconds of the run per second of wall time so far; 0 before the first samples.
  double realTimeFactor() const;

 public Q_SLOTS:
  // Takes what the engine has recorded; called by the frame timer.
  void pull();

 Q_SIGNALS:
  void started();
  // New samples are in the trace.
  void advanced();
  void pausedChanged(bool paused);
  void refused(const QString& sentence);
  // The engine thread is gone. `failure` is empty unless it failed.
  void ended(inflight::ui::RunOutcome outcome, const QString& failure);

 private:
  void abandon();
  void joinThread();
  void take(const Delivery& delivery);

  QTimer m_frame;
  QElapsedTimer m_elapsed;
  double m_wallSeconds = 0;
  bool m_paused = false;
  QThread* m_thread = nullptr;
  std::shared_ptr<RunChannel> m_channel;
  std::shared_ptr<trace::Trace> m_trace;
};

}  // namespace inflight::ui
