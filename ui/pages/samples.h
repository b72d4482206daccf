// The captures that come with the program, each with its story: resources/captures/index.json.
#pragma once

#include <QList>
#include <QString>

namespace inflight::ui {

struct Sample {
  QString file;
  QString title;
  QString story;
};

// Those whose files are there, in the order of the index; empty if the folder is not found.
QList<Sample> findSamples();

}  // namespace inflight::ui
