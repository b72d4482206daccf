// A string list in the settings.
#include "ui/pages/recent_files.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSettings>

namespace inflight::ui {

namespace {

const QString kKey = QStringLiteral("files/recent");

QString whyMissing(const QFileInfo& file) {
  if (!file.exists()) return QCoreApplication::translate("RecentFiles", "no longer there");
  if (!file.isReadable()) return QCoreApplication::translate("RecentFiles", "not readable");
  return {};
}

}  // namespace

QList<RecentFile> RecentFiles::list() {
  QList<RecentFile> files;
  for (const auto& path : QSettings().value(kKey).toStringList()) {
    files.push_back({path, whyMissing(QFileInfo(path))});
  }
  return files;
}

void RecentFiles::add(const QString& path) {
  const QString absolute = QFileInfo(path).absoluteFilePath();
  QSettings settings;
  auto paths = settings.value(kKey).toStringList();
  paths.removeAll(absolute);
  paths.prepend(absolute);
  settings.setValue(kKey, QStringList(paths.mid(0, kMost)));
}

void RecentFiles::clear() { QSettings().remove(kKey); }

}  // namespace inflight::ui
