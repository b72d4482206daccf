// `list`: the built-in scenarios with their titles (`simulate --list` prints the same), or all
// settings as a table in Markdown: SETTINGS.md is its output, and a test compares them.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenario_options.h"
#include "lab/scenario.h"
#include "lab/settings.h"

namespace inflight::app {
namespace {

constexpr const char* kIntroduction =
    "# Settings\n"
    "\n"
    "What `--set key=value` takes, in scenario files nested by group (`\"path\": {\"rtt\": "
    "\"76ms\"}`). Printed by\n"
    "`inflight-cli list --settings`. A setting that acts while it runs can be changed in mid-run "
    "and leaves a mark;\n"
    "the others take effect when a connection starts, and a run refuses to change them.\n"
    "\n"
    "| key | values | default | acts | what it does |\n"
    "|---|---|---|---|---|\n";

std::string_view kind_name(lab::SettingKind kind) {
  switch (kind) {
    case lab::SettingKind::Rate:
      return "a rate";
    case lab::SettingKind::Duration:
      return "a duration";
    case lab::SettingKind::Distance:
      return "a distance";
    case lab::SettingKind::Bytes:
      return "a size";
    case lab::SettingKind::Packets:
      return "packets";
    case lab::SettingKind::Share:
      return "a share";
    case lab::SettingKind::Burst:
      return "share and mean length such as 1%x8pkt";
    case lab::SettingKind::Timetable:
      return "changes such as 5s:rate=20Mbit,8s:rtt=120ms";
    case lab::SettingKind::Switch:
      return "on, off";
    case lab::SettingKind::Choice:
      return "";
    case lab::SettingKind::Count:
      return "a whole number";
  }
  return "";
}

std::string values_of(const lab::SettingInfo& setting) {
  std::string text(kind_name(setting.kind));
  for (const std::string_view choice : setting.choices) {
    text += (text.empty() ? "" : ", ") + std::string(choice);
  }
  if (!setting.minimum.empty()) {
    text += setting.maximum.empty() ? ", at least " : ", ";
    text += setting.minimum;
  }
  if (!setting.maximum.empty()) text += " to " + std::string(setting.maximum);
  if (!setting.none.empty()) text += ", or " + std::string(setting.none);
  return text;
}

ExitCode list_settings() {
  std::string text = kIntroduction;
  const lab::Scenario defaults;
  for (const lab::SettingInfo& setting : lab::all_settings()) {
    const bool live = setting.effect == lab::Effect::WhileRunning;
    text += "| `" + std::string(setting.key) + "` | " + values_of(setting) + " | " +
            lab::get(defaults, setting.key) + " | " + (live ? "while it runs" : "at a start") +
            " | " + std::string(setting.help) + " |\n";
  }
  return write_text(text, "-") ? ExitCode::Success : ExitCode::Failed;
}

}  // namespace

void add_list_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("list", "List the built-in scenarios, or all settings");
  const auto settings = std::make_shared<bool>(false);
  command->add_flag("--settings", *settings, "The keys of --set: values, defaults, when they act");
  command->callback([&action, settings] { action = *settings ? list_settings : list_scenarios; });
}

}  // namespace inflight::app
