// The scenario that the settings panel edits and the next run takes: changes one key at a time,
// resets to what was loaded, and knows which changes made during a run wait for the next start.
#pragma once

#include <QObject>
#include <QString>
#include <set>
#include <string>

#include "lab/scenario.h"

namespace inflight::ui {

class ScenarioEditor : public QObject {
  Q_OBJECT

 public:
  explicit ScenarioEditor(QObject* parent = nullptr);

  const lab::Scenario& scenario() const { return m_scenario; }
  // The scenario that was loaded, to which resets go back.
  const lab::Scenario& baseline() const { return m_baseline; }
  // A new scenario, which is its own baseline.
  void load(const lab::Scenario& scenario);

  // In the text form of --set. Returns the sentence to show when it is not acceptable, else
  // nothing.
  QString set(std::string_view key, const QString& value);
  QString get(std::string_view key) const;
  bool isDefault(std::string_view key) const;
  // Back to the baseline: the keys of these groups, or all.
  void reset(const std::set<std::string_view>& groups);
  void resetAll();

  // While a run goes on, changed keys that act only at a start are noted as waiting; after load(),
  // all of them: the settings are no longer those of the run.
  void setRunning(bool running);
  bool isWaiting(std::string_view key) const;

 Q_SIGNALS:
  // One key has a new value (others may follow from it).
  void changed(const QString& key);
  // The same, during a run, for a key that may change then.
  void changedWhileRunning(const QString& key, const QString& value);
  // Another scenario.
  void loaded();

 private:
  lab::Scenario m_scenario;
  lab::Scenario m_baseline;
  bool m_running = false;
  // Loaded during the run that goes on, which has other settings.
  bool m_isOther = false;
  std::set<std::string, std::less<>> m_waiting;
};

}  // namespace inflight::ui
