// The table of panel_spec.h. Lines are drawn in this order: measurements on top of bounds.
#include "ui/charts/panel_spec.h"

#include <QCoreApplication>

namespace inflight::ui {
namespace {

struct Panels {
  Q_DECLARE_TR_FUNCTIONS(Panels)
};

}  // namespace

std::vector<PanelSpec> defaultPanels() {
  using enum trace::SeriesId;
  using trace::Unit;
  return {
      {PanelId::Throughput,
       Panels::tr("Throughput"),
       Panels::tr(
           "Goodput is what the receiving application read, inner rate the IP packets that went "
           "into the tunnel, wire rate what left the bottleneck: headers, the tunnel's own bytes "
           "and repetitions included; other flows are those that share the path. A healthy "
           "transfer "
           "rises at once and stays at the path's rate."),
       Unit::BitsPerSecond,
       2.0,
       true,
       {{.series = PathRate, .bound = true, .ceiling = true, .labelled = true},
        {.series = ModelBandwidth, .bound = true},
        {.series = RetransmittedBytes, .filled = true},
        {.series = CrossBytes},
        {.series = InnerBytes, .shown = false},
        {.series = WireBytes},
        {.series = ReadBytes, .overlay = true, .filled = true}}},
      {PanelId::Windows,
       Panels::tr("Windows"),
       Panels::tr("The lowest of cwnd and receive window bounds what is in flight. A healthy "
                  "transfer has the "
                  "bytes in flight just below cwnd, and the receive window well above both."),
       Unit::Bytes,
       2.4,
       true,
       {{.series = Ssthresh, .bound = true},
        {.series = ReceiveWindow, .bound = true},
        {.series = Cwnd},
        {.series = BytesInFlight, .overlay = true}}},
      {PanelId::RoundTrip,
       Panels::tr("Round-trip time"),
       Panels::tr("Dots are single measurements. What lies above the minimum is time spent waiting "
                  "in queues."),
       Unit::Seconds,
       1.3,
       true,
       {{.series = RttMin, .bound = true},
        {.series = RttSample},
        {.series = RttSmoothed, .overlay = true}}},
      {PanelId::Queues,
       Panels::tr("Queues"),
       Panels::tr("Where data waits. A buffer that stays full lies before the place that holds "
                  "things back."),
       Unit::Bytes,
       1.3,
       false,
       {{.series = SendBufferSize, .bound = true, .shown = false},
        {.series = ReceiveBufferSize, .bound = true, .shown = false},
        {.series = SendBuffer},
        {.series = WaitingForHole},
        {.series = Unread},
        {.series = SealingBacklog},
        {.series = PathQueue, .filled = true}}},
  };
}

}  // namespace inflight::ui
