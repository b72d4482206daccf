// Long jobs (opening a run, exports), one after another on a thread of their own: progress, cancel,
// and at the end of each a sentence if it failed. The work polls cancelled() often enough to end
// within 200 ms and hands results over through whatever it captured; they may be read once the job
// is done.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>

class QThread;

namespace inflight::ui {

class JobControl {
 public:
  bool cancelled() const { return m_cancelled.load(std::memory_order_relaxed); }
  void cancel() { m_cancelled.store(true, std::memory_order_relaxed); }
  // 0 to 1.
  void setProgress(double share) { m_progress.store(share, std::memory_order_relaxed); }
  double progress() const { return m_progress.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> m_cancelled = false;
  std::atomic<double> m_progress = 0;
};

class BackgroundJob : public QObject {
  Q_OBJECT

 public:
  // Returns a sentence with a cause and a next step, or nothing if all went well.
  using Work = std::function<QString(JobControl&)>;
  // Called on the thread of this object when its own job ended.
  using Done = std::function<void(const QString& failure, bool cancelled)>;

  explicit BackgroundJob(QObject* parent = nullptr);
  // Cancels all and waits.
  ~BackgroundJob() override;

  // Begins when those before it are done.
  void start(const QString& title, Work work, Done done = {});
  // The job that goes on; those that wait for it begin then.
  void cancel();
  void cancelAll();
  bool isRunning() const { return m_thread != nullptr; }
  const QString& title() const { return m_title; }

 Q_SIGNALS:
  void started(const QString& title);
  // At most every 50 ms.
  void progressed(double share);
  void finished(const QString& failure, bool cancelled);

 private:
  struct Job {
    QString title;
    Work work;
    Done done;
  };

  void begin(Job job);
  void end();
  void join();

  QTimer m_poll;
  QString m_title;
  Done m_done;
  std::deque<Job> m_waiting;
  QThread* m_thread = nullptr;
  std::shared_ptr<JobControl> m_control;
  std::shared_ptr<QString> m_failure;
};

}  // namespace inflight::ui
