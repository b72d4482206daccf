// A run without a window, with a tap.
#include "packet_export.h"

#include "export/packet_file.h"
#include "lab/simulation.h"
#include "ui/about.h"

namespace inflight::app {

namespace {
constexpr Duration kStretch = 10ms;
}

QString exportPackets(const lab::Scenario& scenario, const QString& file, ui::JobControl& control) {
  exporting::PacketFileOptions options;
  options.epoch = lab::to_unix(Instant{});
  options.application = ui::buildInfo().toStdString();
  options.comment = scenario.name;
  auto packets = exporting::PacketFile::create(file.toStdString(), options);
  if (!packets) return QString::fromStdString(packets.error().text);
  const auto session = lab::make_session(scenario, {(*packets)->add_tap("sender"), nullptr});
  Instant position{};
  while (session->run_until(position) == host::Progress::Running) {
    if (control.cancelled()) return {};
    // Samples are not wanted here, but must not pile up.
    session->take_batch();
    control.setProgress(to_seconds(position) / to_seconds(scenario.duration));
    position += kStretch;
  }
  const auto done = (*packets)->commit();
  return done ? QString() : QString::fromStdString(done.error().text);
}

}  // namespace inflight::app
