// One scenario and its baseline.
#include "ui/models/scenario_editor.h"

#include <utility>

#include "lab/settings.h"

namespace inflight::ui {

ScenarioEditor::ScenarioEditor(QObject* parent) : QObject(parent) {}

void ScenarioEditor::load(const lab::Scenario& scenario) {
  m_scenario = scenario;
  m_baseline = scenario;
  m_waiting.clear();
  m_isOther = m_running;
  Q_EMIT loaded();
}

QString ScenarioEditor::get(std::string_view key) const {
  return QString::fromStdString(lab::get(m_scenario, key));
}

bool ScenarioEditor::isDefault(std::string_view key) const {
  return lab::get(m_scenario, key) == lab::get(m_baseline, key);
}

QString ScenarioEditor::set(std::string_view key, const QString& value) {
  const std::string before = lab::get(m_scenario, key);
  const auto done = lab::set(m_scenario, key, value.toStdString());
  if (!done) return QString::fromStdString(done.error().text);
  if (lab::get(m_scenario, key) == before) return {};
  const auto* info = lab::find_setting(key);
  const bool waits = m_running && (m_isOther || info->effect == lab::Effect::AtStart);
  if (waits) m_waiting.emplace(key);
  const QString name = QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size()));
  Q_EMIT changed(name);
  if (m_running && !waits) Q_EMIT changedWhileRunning(name, get(key));
  return {};
}

void ScenarioEditor::reset(const std::set<std::string_view>& groups) {
  for (const auto& info : lab::all_settings()) {
    if (!groups.contains(info.group) || isDefault(info.key)) continue;
    set(info.key, QString::fromStdString(lab::get(m_baseline, info.key)));
  }
}

void ScenarioEditor::resetAll() {
  std::set<std::string_view> groups;
  for (const auto& info : lab::all_settings()) groups.insert(info.group);
  reset(groups);
}

void ScenarioEditor::setRunning(bool running) {
  m_running = running;
  m_isOther = false;
  if (m_waiting.empty()) return;
  const auto waited = std::exchange(m_waiting, {});
  for (const auto& key : waited) Q_EMIT changed(QString::fromStdString(key));
}

bool ScenarioEditor::isWaiting(std::string_view key) const { return m_waiting.contains(key); }

}  // namespace inflight::ui
