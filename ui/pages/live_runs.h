// The runs of the Live page: starts a measurement's legs one after the other, keeps each as a run
// as soon as it measures anything, judges it at its end, and knows how far it is. No widgets.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <deque>
#include <map>
#include <memory>

#include "ui/bridge/import_worker.h"
#include "ui/bridge/live_plan.h"
#include "ui/bridge/loopback_server.h"
#include "ui/bridge/run_controller.h"
#include "ui/models/live_editor.h"
#include "ui/models/run_store.h"

namespace inflight::ui {

struct LiveProgress {
  LivePhase phase = LivePhase::Resolving;
  // Down or Up, and which of how many.
  LiveDirection direction = LiveDirection::Down;
  int leg = 1;
  int legs = 1;
  // Of the transfer, or of the patience for the answer that is awaited.
  Duration left{};
  Duration whole{};
};

class LiveRuns : public QObject {
  Q_OBJECT

 public:
  // Of all runs' packets together; those of older runs are forgotten beyond it.
  static constexpr std::size_t kPacketBytes = std::size_t{256} << 20;

  LiveRuns(Judge judge, RunStore& store, QObject* parent = nullptr);
  ~LiveRuns() override;

  LiveEditor& editor() { return m_editor; }
  // The edited request; what goes on is stopped and kept. What is wrong with it, if anything is.
  std::optional<LiveRefusal> start();
  // Keeps what was measured; no further leg begins.
  void stop();
  bool isRunning() const { return m_controller.isRunning(); }
  // Only while running.
  LiveProgress progress() const;
  // "workspace.example:51820": of the measurement that goes on, or was the last.
  const QString& server() const { return m_plan.server; }
  // The same with its key, as it is pasted elsewhere.
  const QString& url() const { return m_plan.url; }
  // The run that is being made; 0 while nothing is measured.
  int running() const { return m_running; }

  // A server on this machine, whose URL becomes the target. A sentence if there can be none.
  std::expected<void, QString> useThisMachine();
  LoopbackServer& loopback() { return m_loopback; }

  // Null where there are none (any more).
  std::shared_ptr<const PacketLog> packets(int id) const;

 Q_SIGNALS:
  // A leg begins: nothing is measured yet.
  void legStarted(inflight::ui::LiveDirection direction);
  // It has become a run.
  void runStarted(int id);
  void advanced();
  // `id` 0: nothing was measured. `last`: no other leg follows.
  void legEnded(int id, inflight::ui::RunOutcome outcome, const QString& failure, bool last);
  void refused(const QString& sentence);

 private:
  void beginLeg();
  void advance();
  void endLeg(RunOutcome outcome, const QString& failure);
  void addRun();
  void forgetOldPackets();
  QString runName() const;

  Judge m_judge;
  RunStore& m_store;
  LiveEditor m_editor;
  LoopbackServer m_loopback;
  LivePlan m_plan;
  std::size_t m_leg = 0;
  LiveRequest m_request;
  int m_running = 0;
  bool m_stopAsked = false;
  bool m_startAgain = false;
  LivePhase m_phase = LivePhase::Resolving;
  QElapsedTimer m_sincePhase;
  // By run; ascending, as runs are numbered.
  std::map<int, std::shared_ptr<const PacketLog>> m_packets;
  // Last: its thread ends before what it writes to goes.
  RunController m_controller;
};

}  // namespace inflight::ui
