// What the Live page's panel edits and the next measurement takes: target, direction, time and the
// settings of the two ends, changed one at a time. Knows which changes made during a run wait for
// the next start. The text is checked as a whole when a measurement starts (planLive).
#pragma once

#include <QObject>
#include <set>

#include "ui/bridge/live_plan.h"

namespace inflight::ui {

class LiveEditor : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  const LiveRequest& request() const { return m_request; }
  // A whole URL is taken apart: its key goes to its own place.
  void setTarget(const QString& target);
  void setKey(const QString& key);
  void setDirection(LiveDirection direction);
  // A bare number is one of seconds.
  void setTime(const QString& time);
  void setAnswerLimit(Duration limit) { m_request.answerLimit = limit; }
  void setProgram(const QString& program) { m_request.program = program; }

  // The sentence to show when the value is not acceptable, else nothing.
  QString set(std::string_view key, const QString& value);
  QString get(std::string_view key) const;
  bool isDefault(std::string_view key) const { return !m_request.settings.contains(key); }
  void resetSettings();

  // A run of this direction (Down or Up) goes on, or none does.
  void setRunning(std::optional<LiveDirection> direction);
  bool isRunning() const { return m_running.has_value(); }
  bool isWaiting(std::string_view key) const { return m_waiting.contains(key); }

 Q_SIGNALS:
  void changed();
  // During a run, for a setting of our own end.
  void changedWhileRunning(const QString& key, const QString& value);

 private:
  LiveRequest m_request;
  std::optional<LiveDirection> m_running;
  std::set<std::string, std::less<>> m_waiting;
};

}  // namespace inflight::ui
