// Messages there and back, and lines that are none.
#include "live/message.h"

#include <QTest>

#include "support/registry.h"

namespace inflight::live {

class MessageTest : public QObject {
  Q_OBJECT

 private slots:
  void settings_survive();
  void samples_survive();
  void results_survive();
  void malformed_samples_are_errors_data();
  void malformed_samples_are_errors();
};

namespace {

template <class T>
std::optional<T> there_and_back(const T& message) {
  const auto parsed = parse_line(to_line(message));
  if (!parsed || !std::holds_alternative<T>(*parsed)) return std::nullopt;
  return std::get<T>(*parsed);
}

}  // namespace

void MessageTest::settings_survive() {
  Start start{"0123456789abcdef", {}};
  start.settings = {.direction = Direction::Up,
                    .duration = 1500ms,
                    .send_buffer = 1_MiB,
                    .receive_buffer = 256_KiB,
                    .congestion = congestion::Algorithm::NewReno,
                    .hystart = congestion::HystartKind::Gvisor,
                    .initial_window = 4,
                    .recovery = tcp::Recovery::NewReno,
                    .rate_reduction = false,
                    .forward_rto = false,
                    .undo = false,
                    .pacing = true,
                    .delayed_ack = false,
                    .ecn = true,
                    .mtu = ByteCount{1420}};
  const auto back = there_and_back(start);
  QVERIFY(back);
  QCOMPARE(back->id, start.id);
  QCOMPARE(to_json(back->settings), to_json(start.settings));
  QVERIFY(to_json(back->settings) != to_json(TransferSettings{}));
}

void MessageTest::samples_survive() {
  trace::Batch batch;
  batch.until = Instant{3s};
  batch.samples = {{trace::SeriesId::Cwnd, {Instant{1s + 5us}, 14600.5}},
                   {trace::SeriesId::Cwnd, {Instant{2s}, 29200}},
                   {trace::SeriesId::RttSample, {Instant{2s}, 0.076123}}};
  batch.events = {{.time = Instant{2s},
                   .kind = trace::EventKind::Retransmit,
                   .cause = trace::EventCause::Sack,
                   .offset = StreamOffset{77},
                   .length = ByteCount{1228},
                   .value = 0.5,
                   .detail = "x"}};
  batch.limits = {{Instant{1s}, trace::Limit::SlowStart}, {Instant{2s}, trace::Limit::Recovery}};
  const auto back = there_and_back(Samples{batch});
  QVERIFY(back);
  QCOMPARE(back->batch.until, batch.until);
  QCOMPARE(back->batch.samples.size(), batch.samples.size());
  for (std::size_t i = 0; i < batch.samples.size(); ++i) {
    QCOMPARE(back->batch.samples[i].series, batch.samples[i].series);
    QCOMPARE(back->batch.samples[i].sample, batch.samples[i].sample);
  }
  QCOMPARE(back->batch.events, batch.events);
  QCOMPARE(back->batch.limits, batch.limits);
}

void MessageTest::results_survive() {
  Result result{.id = "0123456789abcdef", .summary = {}};
  result.summary.transfer.bytes = ByteCount{123};
  result.summary.tcp.retransmits = 7;
  result.summary.tcp.min_rtt = 5ms;
  result.summary.tcp.slow_start_exit = trace::EventCause::HystartDelay;
  result.summary.tcp.slow_start_exit_time = Instant{1s};
  result.summary.queues.outbound_blocked = 2s;
  const auto back = there_and_back(result);
  QVERIFY(back);
  QCOMPARE(back->summary.transfer.bytes, ByteCount{123});
  QCOMPARE(back->summary.tcp.retransmits, 7);
  QCOMPARE(back->summary.tcp.min_rtt, std::optional<Duration>(5ms));
  QVERIFY(!back->summary.tcp.smoothed_rtt);
  QCOMPARE(back->summary.tcp.slow_start_exit, trace::EventCause::HystartDelay);
  QCOMPARE(back->summary.tcp.slow_start_exit_time, std::optional(Instant{1s}));
  QCOMPARE(back->summary.queues.outbound_blocked, Duration{2s});
}

void MessageTest::malformed_samples_are_errors_data() {
  QTest::addColumn<QString>("series");
  QTest::addColumn<bool>("valid");
  QTest::newRow("empty") << "{}" << true;
  QTest::newRow("one") << R"({"cwnd":[0,1]})" << true;
  QTest::newRow("unknown series") << R"({"novelty":[0,1]})" << true;
  QTest::newRow("time goes back") << R"({"cwnd":[5,1,4,1]})" << false;
  QTest::newRow("negative time") << R"({"cwnd":[-1,1]})" << false;
  QTest::newRow("a time beyond all") << R"({"cwnd":[18446744073709551615,1]})" << false;
  QTest::newRow("a fraction as time") << R"({"cwnd":[0.5,1]})" << false;
  QTest::newRow("no number") << R"({"cwnd":[0,"1"]})" << false;
  QTest::newRow("null") << R"({"cwnd":[0,null]})" << false;
  QTest::newRow("an object") << R"({"cwnd":{"a":1,"b":2}})" << false;
  QTest::newRow("a list") << R"([1,2])" << false;
}
void MessageTest::malformed_samples_are_errors() {
  QFETCH(const QString, series);
  const std::string line = R"({"type":"samples","until":9,"base":0,"series":)" +
                           series.toStdString() + R"(,"events":[],"limits":[]})";
  QTEST(parse_line(line).has_value(), "valid");
}

namespace {
const testing::Register<MessageTest> registered;
}

}  // namespace inflight::live

#include "message_test.moc"
