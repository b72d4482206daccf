// One request, changed piece by piece.
#include "ui/models/live_editor.h"

#include "ui/models/quantity_text.h"

namespace inflight::ui {

void LiveEditor::setTarget(const QString& target) {
  const QString text = target.trimmed();
  const auto hash = text.indexOf(QLatin1Char('#'));
  m_request.target = text.left(hash);
  if (hash >= 0) m_request.key = text.mid(hash + 1);
  const QString scheme = QStringLiteral("inflight://");
  if (m_request.target.startsWith(scheme)) m_request.target.remove(0, scheme.size());
  Q_EMIT changed();
}

void LiveEditor::setKey(const QString& key) {
  m_request.key = key.trimmed();
  Q_EMIT changed();
}

void LiveEditor::setDirection(LiveDirection direction) {
  m_request.direction = direction;
  Q_EMIT changed();
}

void LiveEditor::setTime(const QString& time) {
  QString text = time.simplified().remove(QLatin1Char(' '));
  bool isNumber = false;
  text.toDouble(&isNumber);
  if (isNumber) text += QLatin1Char('s');
  m_request.time = text;
  Q_EMIT changed();
}

QString LiveEditor::set(std::string_view key, const QString& value) {
  if (QString refused = refuseLiveSetting(key, value); !refused.isEmpty()) return refused;
  if (value == get(key)) return {};
  if (value == liveDefault(key)) {
    m_request.settings.erase(std::string(key));
  } else {
    m_request.settings.insert_or_assign(std::string(key), value);
  }
  const bool now = m_running && canChangeLive(*m_running, key);
  if (m_running && !now) m_waiting.emplace(key);
  Q_EMIT changed();
  if (now) Q_EMIT changedWhileRunning(toQString(key), value);
  return {};
}

QString LiveEditor::get(std::string_view key) const {
  const auto found = m_request.settings.find(key);
  return found == m_request.settings.end() ? liveDefault(key) : found->second;
}

void LiveEditor::resetSettings() {
  const auto settings = m_request.settings;
  for (const auto& [key, value] : settings) set(key, liveDefault(key));
}

void LiveEditor::setRunning(std::optional<LiveDirection> direction) {
  m_running = direction;
  m_waiting.clear();
  Q_EMIT changed();
}

}  // namespace inflight::ui
