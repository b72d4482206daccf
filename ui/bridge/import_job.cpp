// The thread of an import and the timer that takes its news.
#include "ui/bridge/import_job.h"

#include <QThread>
#include <utility>

namespace inflight::ui {

namespace {
constexpr int kPollMs = 40;
}

ImportJob::ImportJob(Judge judge, QObject* parent) : QObject(parent), m_judge(std::move(judge)) {
  m_poll.setInterval(kPollMs);
  connect(&m_poll, &QTimer::timeout, this, &ImportJob::poll);
}

ImportJob::~ImportJob() { end(); }

void ImportJob::start(const QString& file) {
  end();
  m_file = file;
  m_loading = true;
  m_worker = std::make_shared<ImportWorker>(file.toStdString(), m_judge);
  m_thread = QThread::create([worker = m_worker] { worker->run(); });
  m_thread->setObjectName(QStringLiteral("import"));
  m_thread->start();
  m_poll.start();
  Q_EMIT started(file);
}

void ImportJob::cancel() {
  if (m_worker) m_worker->cancel();
}

void ImportJob::requestTrace(std::uint32_t index) {
  if (m_worker) m_worker->requestTrace(index);
}

void ImportJob::poll() {
  const auto news = m_worker->takeNews();
  if (!news.rows.empty()) Q_EMIT rowsChanged(news.rows);
  if (m_loading) Q_EMIT progressed(news.progress.share().value_or(-1), news.progress.packets);
  for (const auto& trace : news.traces) Q_EMIT traceReady(trace);
  if (!news.end) return;
  m_loading = false;
  Q_EMIT finished(*news.end);
}

void ImportJob::end() {
  m_poll.stop();
  m_loading = false;
  if (!m_thread) return;
  m_worker->quit();
  m_thread->wait();
  delete std::exchange(m_thread, nullptr);
  m_worker.reset();
}

}  // namespace inflight::ui
