// A capture that is being read or was read: rows appear while it loads, traces of its flows come
// when asked for. A newer file makes the older one stale; cancelling keeps what was read.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>

#include "ui/bridge/import_worker.h"

class QThread;

namespace inflight::ui {

class ImportJob : public QObject {
  Q_OBJECT

 public:
  explicit ImportJob(Judge judge, QObject* parent = nullptr);
  ~ImportJob() override;

  void start(const QString& file);
  void cancel();
  void requestTrace(std::uint32_t index);
  bool isLoading() const { return m_loading; }
  const QString& file() const { return m_file; }

 Q_SIGNALS:
  // Another file: rows of the old one mean nothing any more.
  void started(const QString& file);
  void rowsChanged(const std::vector<inflight::ui::FlowRow>& rows);
  // `share` below 0: not known.
  void progressed(double share, quint64 packets);
  void traceReady(const inflight::ui::FlowTrace& trace);
  void finished(const inflight::ui::ImportEnd& end);

 private:
  void poll();
  void end();

  Judge m_judge;
  QTimer m_poll;
  QString m_file;
  bool m_loading = false;
  std::shared_ptr<ImportWorker> m_worker;
  QThread* m_thread = nullptr;
};

}  // namespace inflight::ui
