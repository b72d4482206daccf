// What the ways of finding and repairing losses and the control algorithms do over a whole path:
// reordering, random loss, a deep queue, a lost tail.
#include <QTest>

#include "lab/runs.h"
#include "support/registry.h"
#include "trace/derived.h"

namespace inflight::testing {
using trace::SeriesId;
using trace::Trace;

class LabRecoveryTest : public QObject {
  Q_OBJECT

 private slots:
  void reordering_is_not_repaired_by_rack();
  void bbr_leaves_the_queue_short();
  void bbr_does_not_mind_random_loss();
  void a_lost_tail_is_probed();
  void a_black_hole_for_large_packets_is_found();
};

namespace {

constexpr Instant kStart{};

lab::Scenario with(lab::Scenario scenario,
                   std::initializer_list<std::pair<const char*, const char*>> changes) {
  for (const auto& [key, value] : changes) {
    const auto result = lab::set(scenario, key, value);
    if (!result) qFatal("%s", result.error().text.c_str());
  }
  return scenario;
}

// 50 Mbit/s, 40 ms (a BDP of 250 kB) and a queue of four times that; eight seconds.
lab::Scenario deep_queue() {
  return with(
      {},
      {{"path.rate", "50Mbit"}, {"path.rtt", "40ms"}, {"path.queue", "1MB"}, {"duration", "8s"}});
}

double megabits(const Trace& trace, Duration from, Duration to) {
  const trace::TimeSeries& read = trace.series(SeriesId::ReadBytes);
  const double bytes =
      read.value_at(kStart + to).value_or(0) - read.value_at(kStart + from).value_or(0);
  return bytes * 8e-6 / to_seconds(to - from);
}

double mean_rtt(const Trace& trace, Duration from) {
  const trace::TimeSeries& rtt = trace.series(SeriesId::RttSample);
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = rtt.lower_bound(kStart + from); i < rtt.size(); ++i, ++count) {
    sum += rtt[i].value;
  }
  return sum / static_cast<double>(count);
}

std::int64_t resent(const Trace& trace) { return trace.summary.tcp.retransmits; }

}  // namespace

void LabRecoveryTest::reordering_is_not_repaired_by_rack() {
  const lab::Scenario path = with({}, {{"path.rate", "50Mbit"},
                                       {"path.rtt", "80ms"},
                                       {"path.reorder", "1%"},
                                       {"path.queue", "1MB"},
                                       {"duration", "6s"}});
  const Trace counted = run(path);
  const Trace timed = run(with(path, {{"sender.recovery", "rack"}}));
  QVERIFY2(resent(timed) < resent(counted),
           qPrintable(QString("%1 of %2").arg(resent(timed)).arg(resent(counted))));
  QVERIFY(megabits(timed, 2s, 6s) > 3 * megabits(counted, 2s, 6s));
  // The one recovery that it took to learn of the reordering is taken back.
  const Trace undone = run(with(path, {{"sender.recovery", "rack"}, {"sender.undo", "on"}}));
  QVERIFY(megabits(undone, 2s, 6s) > 2 * megabits(timed, 2s, 6s));
}

void LabRecoveryTest::bbr_leaves_the_queue_short() {
  const Trace cubic = run(deep_queue());
  const Trace bbr = run(with(deep_queue(), {{"sender.congestion", "bbr"}}));
  QVERIFY(megabits(bbr, 3s, 8s) > 0.95 * megabits(cubic, 3s, 8s));
  QVERIFY2(mean_rtt(bbr, 3s) < 0.055, qPrintable(QString::number(mean_rtt(bbr, 3s))));
  QVERIFY2(mean_rtt(cubic, 3s) > 0.1, qPrintable(QString::number(mean_rtt(cubic, 3s))));
  // What it believes of the path is in the trace: goodput and headers, below 50 Mbit/s.
  const auto believed = bbr.series(SeriesId::ModelBandwidth).value_at(kStart + 7s);
  QVERIFY(believed && *believed > 40e6 && *believed < 50e6);
  const auto model_rtt = bbr.series(SeriesId::ModelRtt).value_at(kStart + 7s);
  QVERIFY(model_rtt && *model_rtt >= 0.040 && *model_rtt < 0.042);
}

void LabRecoveryTest::bbr_does_not_mind_random_loss() {
  const lab::Scenario lossy = with(deep_queue(), {{"path.loss", "1%"}});
  const Trace cubic = run(lossy);
  const Trace bbr = run(with(lossy, {{"sender.congestion", "bbr"}, {"sender.recovery", "rack"}}));
  QVERIFY2(
      megabits(bbr, 3s, 8s) > 4 * megabits(cubic, 3s, 8s),
      qPrintable(QString("%1 and %2").arg(megabits(bbr, 3s, 8s)).arg(megabits(cubic, 3s, 8s))));
}

// A sized transfer whose last packets are lost: a probe after two round trips instead of a timeout.
void LabRecoveryTest::a_lost_tail_is_probed() {
  const lab::Scenario lossy = with({}, {{"path.rate", "100Mbit"},
                                        {"path.rtt", "20ms"},
                                        {"path.loss", "3%"},
                                        {"workload.kind", "sized"},
                                        {"workload.bytes", "100kB"},
                                        {"duration", "20s"}});
  double counted = 0;
  double probed = 0;
  for (int seed = 1; seed <= 40; ++seed) {
    const std::string text = std::to_string(seed);
    const lab::Scenario drawn = with(lossy, {{"seed", text.c_str()}});
    counted += to_seconds(run(drawn).summary.transfer.completion.value());
    probed += to_seconds(
        run(with(drawn, {{"sender.recovery", "rack"}})).summary.transfer.completion.value());
  }
  QVERIFY2(probed < 0.95 * counted, qPrintable(QString("%1 and %2 s").arg(probed).arg(counted)));
}

// Inside a tunnel nobody tells of a path that carries less: the outer packet is what is too large.
void LabRecoveryTest::a_black_hole_for_large_packets_is_found() {
  const lab::Scenario narrows =
      with(deep_queue(),
           {{"sender.recovery", "rack"}, {"path.schedule", "2s:mtu=800B"}, {"duration", "20s"}});
  const Trace stuck = run(narrows);
  QVERIFY(megabits(stuck, 3s, 20s) == 0);
  for (const char* const choice : {"black_hole", "always"}) {
    const Trace found = run(with(narrows, {{"tcp.mtu_probing", choice}}));
    const double rate = megabits(found, 15s, 20s);
    QVERIFY2(rate > 20, qPrintable(QString::number(rate)));
    QVERIFY(std::ranges::count(found.events, trace::EventKind::PathMtu, &trace::Event::kind) > 0);
  }
}

}  // namespace inflight::testing

namespace {
const inflight::testing::Register<inflight::testing::LabRecoveryTest> registered;
}
#include "recovery_test.moc"
