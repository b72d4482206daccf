// Splitting, completing and naming.
#include "ui/models/quantity_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <array>
#include <utility>

namespace inflight::ui {

namespace {

QString usualUnit(lab::SettingKind kind) {
  switch (kind) {
    case lab::SettingKind::Rate:
      return QStringLiteral("Mbit");
    case lab::SettingKind::Duration:
      return QStringLiteral("ms");
    case lab::SettingKind::Distance:
      return QStringLiteral("km");
    case lab::SettingKind::Bytes:
      return QStringLiteral("MiB");
    case lab::SettingKind::Packets:
      return QStringLiteral("pkt");
    case lab::SettingKind::Share:
      return QStringLiteral("%");
    default:
      return {};
  }
}

}  // namespace

QString toQString(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QuantityText splitQuantity(const QString& text) {
  static const QRegularExpression pattern(
      QStringLiteral("^([0-9]+(?:\\.[0-9]+)?)\\s*([^\\d\\s]*)$"));
  const auto match = pattern.match(text.trimmed());
  if (!match.hasMatch()) return {text, {}};
  return {match.captured(1), match.captured(2)};
}

QString completeQuantity(const lab::SettingInfo& info, const QString& typed, const QString& unit) {
  const QString text = typed.simplified().remove(QLatin1Char(' '));
  bool isNumber = false;
  text.toDouble(&isNumber);
  if (!isNumber) return text;
  return text + (unit.isEmpty() ? usualUnit(info.kind) : unit);
}

QString unitLabel(const QString& unit) {
  if (unit.endsWith(QLatin1String("bit"))) return unit + QStringLiteral("/s");
  if (unit == QLatin1String("pkt")) return QCoreApplication::translate("Settings", "packets");
  if (unit == QLatin1String("us")) return QStringLiteral("µs");
  return unit;
}

QString choiceLabel(std::string_view choice) {
  static const std::array<std::pair<std::string_view, const char*>, 25> names{{
      {"off", QT_TRANSLATE_NOOP("Settings", "Off")},
      {"on", QT_TRANSLATE_NOOP("Settings", "On")},
      {"linux", QT_TRANSLATE_NOOP("Settings", "Linux")},
      {"gvisor", QT_TRANSLATE_NOOP("Settings", "gVisor")},
      {"plusplus", QT_TRANSLATE_NOOP("Settings", "HyStart++")},
      {"newreno", QT_TRANSLATE_NOOP("Settings", "NewReno")},
      {"reno", QT_TRANSLATE_NOOP("Settings", "NewReno")},
      {"cubic", QT_TRANSLATE_NOOP("Settings", "CUBIC")},
      {"bbr", QT_TRANSLATE_NOOP("Settings", "BBR")},
      {"sack", QT_TRANSLATE_NOOP("Settings", "SACK")},
      {"rack", QT_TRANSLATE_NOOP("Settings", "RACK")},
      {"drop", QT_TRANSLATE_NOOP("Settings", "Drop")},
      {"backpressure", QT_TRANSLATE_NOOP("Settings", "Backpressure")},
      {"bulk", QT_TRANSLATE_NOOP("Settings", "Bulk")},
      {"sized", QT_TRANSLATE_NOOP("Settings", "Sized transfer")},
      {"request_response", QT_TRANSLATE_NOOP("Settings", "Request and response")},
      {"idle_burst", QT_TRANSLATE_NOOP("Settings", "Idle, then a burst")},
      {"plain", QT_TRANSLATE_NOOP("Settings", "Plain")},
      {"minshall", QT_TRANSLATE_NOOP("Settings", "Minshall")},
      {"droptail", QT_TRANSLATE_NOOP("Settings", "Drop-tail")},
      {"codel", QT_TRANSLATE_NOOP("Settings", "CoDel")},
      {"fq_codel", QT_TRANSLATE_NOOP("Settings", "FQ-CoDel")},
      {"both", QT_TRANSLATE_NOOP("Settings", "Both")},
      {"forward", QT_TRANSLATE_NOOP("Settings", "Data")},
      {"back", QT_TRANSLATE_NOOP("Settings", "ACKs")},
  }};
  for (const auto& [name, label] : names) {
    if (name == choice) return QCoreApplication::translate("Settings", label);
  }
  return toQString(choice);
}

}  // namespace inflight::ui
