// A string list in the settings.
#include "ui/pages/recent_targets.h"

#include <QSettings>

namespace inflight::ui {

namespace {
const QString kKey = QStringLiteral("live/targets");
}

QStringList RecentTargets::list() { return QSettings().value(kKey).toStringList().mid(0, kMost); }

void RecentTargets::add(const QString& url) {
  const QString place = url.section(QLatin1Char('#'), 0, 0) + QLatin1Char('#');
  QStringList urls = list();
  urls.removeIf([&](const QString& other) { return other.startsWith(place); });
  urls.prepend(url);
  QSettings().setValue(kKey, QStringList(urls.mid(0, kMost)));
}

}  // namespace inflight::ui
