// When a flow's data was sent: against a count of the packets themselves, whatever the flow's
// length and in however many portions they come.
#include "ui/bridge/flow_activity.h"

#include <QTest>
#include <algorithm>
#include <numeric>

#include "support/registry.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

// A flow of `count` segments of 1000 bytes, evenly over `whole`, taken in as many portions.
FlowActivity::Shape shapeOf(
    int count, Duration whole, int portions,
    std::uint32_t (*payload)(int) = [](int) { return 1000U; }) {
  analysis::Flow flow;
  analysis::SegmentLog log;
  FlowActivity activity;
  for (int i = 0; i < count; ++i) {
    analysis::CapturedSegment segment;
    segment.time = Instant{whole * i / count};
    segment.payload = payload(i);
    flow.tcp.handle_segment(segment);
    flow.last_segment = log.append(segment, flow.last_segment);
    if (i == 0) flow.first_segment = flow.last_segment;
    if ((i + 1) % (count / portions) == 0) activity.take(flow, log);
  }
  activity.take(flow, log);
  return activity.shape();
}

}  // namespace

class FlowActivityTest : public QObject {
  Q_OBJECT

 private slots:
  void an_even_flow_is_even_at_any_length() {
    for (const Duration whole : {Duration{3ms}, Duration{1s}, Duration{1h}}) {
      const auto shape = shapeOf(6400, whole, 1);
      QVERIFY(*std::ranges::min_element(shape) > 100);
      QCOMPARE(static_cast<int>(*std::ranges::max_element(shape)), 255);
    }
  }

  void portions_change_nothing() {
    const auto late = [](int i) { return i < 4800 ? 10U : 1400U; };
    QVERIFY(shapeOf(6400, 7s, 1, late) == shapeOf(6400, 7s, 64, late));
  }

  void what_comes_late_is_at_the_right() {
    const auto shape = shapeOf(6400, 10s, 10, [](int i) { return i < 4800 ? 0U : 1400U; });
    const auto quarter = static_cast<std::ptrdiff_t>(FlowActivity::kPieces / 4);
    QCOMPARE(std::count(shape.begin(), shape.end() - quarter - 2, 0),
             static_cast<std::ptrdiff_t>(FlowActivity::kPieces) - quarter - 2);
    QVERIFY(
        std::all_of(shape.end() - quarter + 2, shape.end(), [](auto piece) { return piece > 0; }));
  }

  void without_data_there_is_nothing() {
    const auto shape = shapeOf(64, 1s, 1, [](int) { return 0U; });
    QCOMPARE(std::accumulate(shape.begin(), shape.end(), 0), 0);
  }
};

namespace {
const inflight::testing::Register<FlowActivityTest> registered;
}
#include "flow_activity_test.moc"
