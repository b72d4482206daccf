// The example captures of tests/captures: real kernel transfers with what tshark 4.0 and the
// emulated link said about them.
#pragma once

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>
#include <filesystem>
#include <optional>

#include "analysis/importer.h"
#include "support/source_dir.h"

namespace inflight::analysis::testing {

inline QString example_folder(const QString& name) {
  return QStringLiteral(INFLIGHT_SOURCE_DIR "/tests/captures/") + name + '/';
}

// Whichever form the capture is kept in: plain, gzip or zstd.
inline std::filesystem::path example_file(const QString& name, const QString& side) {
  for (const char* ending : {".pcap", ".pcap.gz", ".pcap.zst"}) {
    const QString path = example_folder(name) + side + ending;
    if (QFile::exists(path)) return path.toStdString();
  }
  return {};
}

// The whole file, or nothing if it cannot be opened.
inline std::optional<Importer> import_file(const std::filesystem::path& path) {
  auto reader = capture::Reader::open(path);
  if (!reader) return std::nullopt;
  Importer importer(*std::move(reader));
  while (importer.step(1000) == ImportState::Running) {
  }
  return importer;
}

inline std::optional<Importer> import_example(const QString& name, const QString& side) {
  return import_file(example_file(name, side));
}

inline QJsonObject read_json(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QJsonDocument::fromJson(file.readAll()).object();
}

// tshark's first flow of the capture.
inline QJsonObject truth_of(const QString& name, const QString& side) {
  const QJsonObject truth = read_json(example_folder(name) + side + ".truth.json");
  return truth["flows"].toArray().at(0).toObject();
}

}  // namespace inflight::analysis::testing
