// Looks beside the installed program first, then where it was built.
#include "ui/pages/samples.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace inflight::ui {

namespace {

QList<Sample> readIndex(const QDir& folder) {
  QFile index(folder.filePath(QStringLiteral("index.json")));
  if (!index.open(QIODevice::ReadOnly)) return {};
  QList<Sample> samples;
  for (const auto& entry : QJsonDocument::fromJson(index.readAll()).array()) {
    const auto object = entry.toObject();
    Sample sample{folder.filePath(object.value(QStringLiteral("file")).toString()),
                  object.value(QStringLiteral("title")).toString(),
                  object.value(QStringLiteral("story")).toString()};
    if (QFile::exists(sample.file)) samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace

QList<Sample> findSamples() {
  const QString installed =
      QCoreApplication::applicationDirPath() + QStringLiteral("/../share/inflight/captures");
  for (const auto& folder : {installed, QStringLiteral(INFLIGHT_RESOURCE_DIR "/captures")}) {
    auto samples = readIndex(QDir(folder));
    if (!samples.isEmpty()) return samples;
  }
  return {};
}

}  // namespace inflight::ui
