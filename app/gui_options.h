// The window's command line: files to open, a scenario to load or run, a server to measure to, a
// picture to take.
#pragma once

#include <QSize>
#include <QString>
#include <QStringList>
#include <expected>
#include <optional>

#include "ui/theme/theme.h"

namespace inflight::app {

struct GuiOptions {
  QStringList files;
  // "inflight://HOST:PORT#KEY": a server to measure to; empty: none.
  QString target;
  // Run in turn and laid over one another with --run; else the first is loaded.
  QStringList scenarios;
  bool run = false;
  // Straight into the demonstration.
  bool demo = false;
  bool compare = false;
  // Where the picture of the finished window goes; empty: none.
  QString screenshot;
  QSize size;
  std::optional<ui::Appearance> appearance;
  // Close once everything asked for is done.
  bool quit = false;
};

// Ends the program itself for --help and --version. The error is one sentence.
std::expected<GuiOptions, QString> parseGuiOptions(const QStringList& arguments);

}  // namespace inflight::app
