// The table of panel_spec.h. Lines are drawn in this order: measurements on top of bounds.
#include "ui/charts/panel_spec.h"

#include <QCoreApplication>

namespace inflight::ui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("Panels", text); }

}  // namespace

std::vector<PanelSpec> defaultPanels() {
  using enum trace::SeriesId;
  using trace::Unit;
  return {
      {PanelId::Throughput, tr("Throughput"), Unit::BitsPerSecond, 2.0, true,
       {{.series = PathRate, .bound = true, .labelled = true},
        {.series = RetransmittedBytes, .filled = true},
        {.series = WireBytes},
        {.series = ReadBytes, .overlay = true, .filled = true}}},
      {PanelId::Windows, tr("Windows"), Unit::Bytes, 2.4, true,
       {{.series = Ssthresh, .bound = true},
        {.series = ReceiveWindow, .bound = true},
        {.series = Cwnd},
        {.series = BytesInFlight, .overlay = true}}},
      {PanelId::RoundTrip, tr("Round-trip time"), Unit::Seconds, 1.3, true,
       {{.series = RttMin, .bound = true},
        {.series = RttSample},
        {.series = RttSmoothed, .overlay = true}}},
      {PanelId::Queues, tr("Queues"), Unit::Bytes, 1.3, false,
       {{.series = SendBuffer},
        {.series = WaitingForHole},
        {.series = Unread},
        {.series = SealingBacklog},
        {.series = PathQueue, .filled = true}}},
  };
}

}  // namespace inflight::ui
