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
  cancel();
  join();
}

void BackgroundJob::start(const QString& title, Work work) {
  cancel();
  join();
  m_title = title;
  m_control = std::make_shared<JobControl>();
  m_failure = std::make_shared<QString>();
  m_thread = QThread::create([work = std::move(work), control = m_control, failure = m_failure] {
    try {
      *failure = work(*control);
    } catch (const std::exception& error) {
      *failure = tr("It stopped unexpectedly: %1.").arg(QString::fromUtf8(error.what()));
    }
  });
  connect(m_thread, &QThread::finished, this, &BackgroundJob::end);
  m_thread->start();
  m_poll.start();
  Q_EMIT started(title);
}

void BackgroundJob::cancel() {
  if (m_control) m_control->cancel();
}

void BackgroundJob::end() {
  // A finished() of a thread that was joined and replaced meanwhile is stale.
  if (!m_thread || sender() != m_thread) return;
  join();
  Q_EMIT progressed(1);
  Q_EMIT finished(*m_failure, m_control->cancelled());
}

void BackgroundJob::join() {
  m_poll.stop();
  if (!m_thread) return;
  m_thread->wait();
  m_thread->disconnect(this);
  std::exchange(m_thread, nullptr)->deleteLater();
}

}  // namespace inflight::ui
