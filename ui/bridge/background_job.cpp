// The thread of one job and the timer that looks at its progress.
#include "ui/bridge/background_job.h"

#include <QThread>
#include <exception>
#include <utility>

namespace inflight::ui {

namespace {
constexpr int kPollMs = 50;
}

BackgroundJob::BackgroundJob(QObject* parent) : QObject(parent) {
  m_poll.setInterval(kPollMs);
  connect(&m_poll, &QTimer::timeout, this, [this] { Q_EMIT progressed(m_control->progress()); });
}

BackgroundJob::~BackgroundJob() {
  cancelAll();
  join();
}

void BackgroundJob::start(const QString& title, Work work, Done done) {
  Job job{title, std::move(work), std::move(done)};
  if (isRunning()) {
    m_waiting.push_back(std::move(job));
  } else {
    begin(std::move(job));
  }
}

void BackgroundJob::begin(Job job) {
  m_title = job.title;
  m_done = std::move(job.done);
  m_control = std::make_shared<JobControl>();
  m_failure = std::make_shared<QString>();
  m_thread =
      QThread::create([work = std::move(job.work), control = m_control, failure = m_failure] {
        try {
          *failure = work(*control);
        } catch (const std::exception& error) {
          *failure = tr("It stopped unexpectedly: %1.").arg(QString::fromUtf8(error.what()));
        }
      });
  connect(m_thread, &QThread::finished, this, &BackgroundJob::end);
  m_thread->start();
  m_poll.start();
  Q_EMIT started(m_title);
}

void BackgroundJob::cancel() {
  if (m_control) m_control->cancel();
}

void BackgroundJob::cancelAll() {
  m_waiting.clear();
  cancel();
}

void BackgroundJob::end() {
  if (!m_thread) return;
  join();
  const QString failure = *m_failure;
  const bool cancelled = m_control->cancelled();
  const Done done = std::exchange(m_done, {});
  Q_EMIT progressed(1);
  Q_EMIT finished(failure, cancelled);
  if (done) done(failure, cancelled);
  if (isRunning() || m_waiting.empty()) return;
  Job next = std::move(m_waiting.front());
  m_waiting.pop_front();
  begin(std::move(next));
}

void BackgroundJob::join() {
  m_poll.stop();
  if (!m_thread) return;
  m_thread->wait();
  m_thread->disconnect(this);
  std::exchange(m_thread, nullptr)->deleteLater();
}

}  // namespace inflight::ui
