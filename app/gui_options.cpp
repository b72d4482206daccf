// Options by QCommandLineParser, checked one by one.
#include "gui_options.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>
#include <cstdio>
#include <cstdlib>

#include "lab/scenario.h"
#include "ui/about.h"

namespace inflight::app {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("GuiOptions", text); }

void addOptions(QCommandLineParser& parser) {
  parser.addOptions(
      {{QStringLiteral("scenario"), tr("Load a built-in scenario; may be repeated with --run."),
        QStringLiteral("NAME")},
       {QStringLiteral("run"), tr("Run what was loaded, as fast as possible.")},
       {QStringLiteral("demo"), tr("Start the demonstration.")},
       {QStringLiteral("compare"),
        tr("Show the two newest runs side by side; of a capture, its first flow.")},
       {QStringLiteral("screenshot"), tr("Draw the finished window into this PNG file."),
        QStringLiteral("FILE")},
       {QStringLiteral("size"), tr("Size of the window, for example 1600x1000."),
        QStringLiteral("WIDTHxHEIGHT")},
       {QStringLiteral("theme"), tr("light, dark or system."), QStringLiteral("THEME")},
       {QStringLiteral("quit"), tr("Close the window when everything is done.")}});
  parser.addPositionalArgument(QStringLiteral("files"),
                               tr("Captures, saved runs (.inflight) and scenarios (.json); or "
                                  "inflight://HOST:PORT#KEY, a server to measure to."),
                               QStringLiteral("[FILES…]"));
}

std::expected<QSize, QString> parseSize(const QString& text) {
  static const QRegularExpression pattern(QStringLiteral("^(\\d{3,5})x(\\d{3,5})$"));
  const auto match = pattern.match(text);
  if (!match.hasMatch()) {
    return std::unexpected(tr("--size: expected a size such as 1600x1000, got '%1'").arg(text));
  }
  return QSize(match.captured(1).toInt(), match.captured(2).toInt());
}

std::expected<ui::Appearance, QString> parseAppearance(const QString& text) {
  if (text == QLatin1String("light")) return ui::Appearance::Light;
  if (text == QLatin1String("dark")) return ui::Appearance::Dark;
  if (text == QLatin1String("system")) return ui::Appearance::System;
  return std::unexpected(tr("--theme: expected light, dark or system, got '%1'").arg(text));
}

QString unknownScenario(const QString& name) {
  QStringList known;
  for (const auto& scenario : lab::built_in_scenarios()) {
    known << QString::fromStdString(scenario.name);
  }
  return tr("--scenario: there is no '%1'; there are %2")
      .arg(name, known.join(QStringLiteral(", ")));
}

}  // namespace

std::expected<GuiOptions, QString> parseGuiOptions(const QStringList& arguments) {
  QCommandLineParser parser;
  parser.setApplicationDescription(
      tr("What is holding this TCP connection back, and what would help?"));
  parser.addHelpOption();
  const auto version = parser.addVersionOption();
  addOptions(parser);
  if (!parser.parse(arguments)) return std::unexpected(parser.errorText());
  if (parser.isSet(QStringLiteral("help"))) parser.showHelp(0);
  if (parser.isSet(version)) {
    std::fputs(qPrintable(ui::buildInfo() + QLatin1Char('\n')), stdout);
    std::exit(0);
  }
  GuiOptions options;
  for (const auto& argument : parser.positionalArguments()) {
    const bool isTarget = argument.startsWith(QStringLiteral("inflight://"));
    if (isTarget && !options.target.isEmpty()) {
      return std::unexpected(
          tr("one server at a time: got %1 and %2").arg(options.target, argument));
    }
    if (isTarget) {
      options.target = argument;
    } else {
      options.files << argument;
    }
  }
  options.scenarios = parser.values(QStringLiteral("scenario"));
  options.run = parser.isSet(QStringLiteral("run"));
  options.demo = parser.isSet(QStringLiteral("demo"));
  options.compare = parser.isSet(QStringLiteral("compare"));
  options.screenshot = parser.value(QStringLiteral("screenshot"));
  options.quit = parser.isSet(QStringLiteral("quit"));
  for (const auto& name : options.scenarios) {
    if (!lab::find_built_in(name.toStdString())) return std::unexpected(unknownScenario(name));
  }
  if (parser.isSet(QStringLiteral("size"))) {
    const auto size = parseSize(parser.value(QStringLiteral("size")));
    if (!size) return std::unexpected(size.error());
    options.size = *size;
  }
  if (parser.isSet(QStringLiteral("theme"))) {
    const auto appearance = parseAppearance(parser.value(QStringLiteral("theme")));
    if (!appearance) return std::unexpected(appearance.error());
    options.appearance = *appearance;
  }
  return options;
}

}  // namespace inflight::app
