// A run without a window, with a tap; what was changed during the run is changed again.
#include "packet_export.h"

#include <algorithm>

#include "export/packet_file.h"
#include "lab/setting_change.h"
#include "lab/simulation.h"
#include "ui/about.h"

namespace inflight::app {

namespace {
constexpr Duration kStretch = 10ms;
}

QString exportPackets(const trace::Trace& run, const QString& file, ui::JobControl& control) {
  const auto scenario = lab::parse_scenario(run.info.scenario_json, run.info.title);
  if (!scenario) return QString::fromStdString(scenario.error().text);
  exporting::PacketFileOptions options;
  options.epoch = lab::to_unix(Instant{});
  options.application = ui::buildInfo().toStdString();
  options.comment = scenario->name;
  auto packets = exporting::PacketFile::create(file.toStdString(), options);
  if (!packets) return QString::fromStdString(packets.error().text);
  const auto session = lab::make_session(*scenario, {(*packets)->add_tap("sender"), nullptr});
  Instant position{};
  // False once it was cancelled or the run is over.
  const auto advance = [&](Instant until) {
    while (position < until) {
      if (control.cancelled()) return false;
      position = std::min(position + kStretch, until);
      if (session->run_until(position) != host::Progress::Running) return false;
      // Samples are not wanted here, but must not pile up.
      session->take_batch();
      control.setProgress(to_seconds(position) / to_seconds(run.end()));
    }
    return true;
  };
  for (const auto& [time, change] : lab::changes_during(run)) {
    if (advance(time)) static_cast<void>(session->apply(change));
  }
  advance(run.end());
  if (control.cancelled()) return {};
  const auto done = (*packets)->commit();
  return done ? QString() : QString::fromStdString(done.error().text);
}

}  // namespace inflight::app
