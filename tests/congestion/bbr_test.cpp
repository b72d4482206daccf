// BBR over a path with one bottleneck: what it finds out, what it does about it, and the figures
// of FACTS 2.14 (100 Mbit/s, 40 ms, MSS 1448: 346 segments; 123.75 and 74.25 Mbit/s).
#include "congestion/bbr.h"

#include <QTest>
#include <cmath>
#include <set>

#include "congestion/paced_link.h"
#include "congestion/windowed_max.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::Algorithm;
using congestion::BbrMode;
using congestion::WindowedMax;

class BbrTest : public QObject {
  Q_OBJECT

 private slots:
  void windowed_maximum();
  void finds_the_path();
  void cycles_through_its_gains();
  void leaves_a_short_queue();
  void probes_the_rtt_every_ten_seconds();
  void follows_the_bandwidth_down_and_up();
  void an_idle_application_is_not_a_slow_path();
  void a_policer_is_noticed();
  void random_loss_does_not_slow_it_down();
  void a_mark_changes_nothing();
  void a_timeout_begins_with_one_segment();
};

namespace {

constexpr Instant kStart{};
constexpr PacedLink::Path kPath{.rate = 100_Mbit, .rtt = 40ms, .queue = 500000_B};

congestion::Config config(std::uint64_t seed = 1) {
  return {.algorithm = Algorithm::Bbr,
          .mss = PacedLink::kMss,
          .initial_window = 10 * PacedLink::kMss,
          .seed = seed};
}

double megabits(double bytes_per_second) { return bytes_per_second * 8e-6; }

bool within(double value, double expected, double share) {
  if (std::abs(value - expected) <= share * expected) return true;
  qWarning("%.4f, expected %.4f", value, expected);
  return false;
}

}  // namespace

void BbrTest::windowed_maximum() {
  WindowedMax max(10);
  QCOMPARE(max.get(), 0.0);
  max.add(5, 1);
  max.add(3, 2);
  max.add(4, 3);
  QCOMPARE(max.get(), 5.0);
  max.add(1, 11);
  QCOMPARE(max.get(), 5.0);
  max.add(1, 12);
  QCOMPARE(max.get(), 4.0);
  max.add(9, 13);
  QCOMPARE(max.get(), 9.0);
}

void BbrTest::finds_the_path() {
  PacedLink link(config(), kPath);
  link.run_until(kStart + 3s);
  const auto bbr = link.bbr();
  QCOMPARE(bbr.mode, BbrMode::ProbeBandwidth);
  QVERIFY(within(megabits(bbr.bandwidth), 100, 0.01));
  QVERIFY(bbr.min_rtt && *bbr.min_rtt >= 40ms && *bbr.min_rtt < 41ms);
  // The pipe is full after ten doublings at most and never empty again.
  const ByteCount before = link.delivered();
  link.run_until(kStart + 8s);
  QVERIFY(within(static_cast<double>((link.delivered() - before).value()) / 5, 12.5e6, 0.02));
}

void BbrTest::cycles_through_its_gains() {
  PacedLink link(config(), kPath);
  link.run_until(kStart + 2s);
  std::set<int> rates;
  int high = 0;
  for (int i = 0; i < 3200; ++i) {
    link.run_until(link.now() + 1ms);
    const double gain = link.bbr().pacing_gain;
    high += gain > 1 ? 1 : 0;
    rates.insert(qRound(gain * 100));
    const double rate = megabits(link.controller->pacing_rate()->bytes_per_second());
    QVERIFY(within(rate, 0.99 * gain * megabits(link.bbr().bandwidth), 0.001));
  }
  QCOMPARE(rates, (std::set<int>{75, 100, 125}));
  // One phase of eight, give or take what it waits for the flight to grow.
  QVERIFY2(high > 250 && high < 900, qPrintable(QString::number(high)));
}

void BbrTest::leaves_a_short_queue() {
  PacedLink link(config(), {.rate = 100_Mbit, .rtt = 40ms, .queue = 10000000_B});
  link.run_until(kStart + 3s);
  double sum = 0;
  for (int i = 0; i < 500; ++i) {
    link.run_until(link.now() + 10ms);
    sum += static_cast<double>(link.in_flight().value());
  }
  // Startup's queue is gone: about one bandwidth-delay product (500 kB) in flight, where a
  // loss-based flow would fill the 10 MB.
  QVERIFY2(sum / 500 < 700e3, qPrintable(QString::number(sum / 500)));
  QCOMPARE(link.lost(), ByteCount{0});
}

void BbrTest::probes_the_rtt_every_ten_seconds() {
  // Some of the queue stays: another flow's, as it were, so no smaller RTT is seen by chance.
  PacedLink link(config(), kPath);
  link.run_until(kStart + 2s);
  link.set_path({.rate = 100_Mbit, .rtt = 50ms, .queue = 500000_B});
  std::vector<Instant> begun;
  BbrMode last = link.bbr().mode;
  ByteCount least{1 << 30};
  for (int i = 0; i < 24000; ++i) {
    link.run_until(link.now() + 1ms);
    const BbrMode mode = link.bbr().mode;
    if (mode == BbrMode::ProbeRtt && last != mode) begun.push_back(link.now());
    if (mode == BbrMode::ProbeRtt) least = std::min(least, link.in_flight());
    last = mode;
  }
  QVERIFY(begun.size() >= 2);
  QVERIFY(begun[1] - begun[0] >= 10s && begun[1] - begun[0] < 11s);
  QVERIFY(least <= 4 * PacedLink::kMss);
  QVERIFY(*link.bbr().min_rtt >= 50ms && *link.bbr().min_rtt < 51ms);
}

void BbrTest::follows_the_bandwidth_down_and_up() {
  PacedLink link(config(), kPath);
  link.run_until(kStart + 3s);
  link.set_path({.rate = 20_Mbit, .rtt = 40ms, .queue = 500000_B});
  link.run_until(kStart + 8s);
  QVERIFY(within(megabits(link.bbr().bandwidth), 20, 0.05));
  link.set_path(kPath);
  link.run_until(kStart + 16s);
  QVERIFY(within(megabits(link.bbr().bandwidth), 100, 0.05));
}

void BbrTest::an_idle_application_is_not_a_slow_path() {
  PacedLink link(config(), kPath);
  link.run_until(kStart + 3s);
  link.limit_application(5 * PacedLink::kMss);
  link.run_until(kStart + 9s);
  QVERIFY(within(megabits(link.bbr().bandwidth), 100, 0.02));
}

void BbrTest::a_policer_is_noticed() {
  PacedLink link(
      config(),
      {.rate = 100_Mbit, .rtt = 40ms, .queue = 500000_B, .policer = 20_Mbit, .bucket = 250000_B});
  link.run_until(kStart + 1500ms);
  QVERIFY(link.bbr().policed);
  QVERIFY(within(megabits(link.bbr().bandwidth), 20, 0.1));
  QVERIFY(within(megabits(link.bbr().bandwidth), 20, 0.05));
  // At that rate nothing is lost, until after 48 rounds it looks whether there is more.
  const ByteCount lost = link.lost();
  link.run_until(kStart + 2400ms);
  QCOMPARE(link.lost(), lost);
  link.run_until(kStart + 3s);
  QVERIFY(link.lost() > lost);
}

void BbrTest::random_loss_does_not_slow_it_down() {
  PacedLink link(config(), kPath);
  link.run_until(kStart + 3s);
  const double before = link.bbr().bandwidth;
  const ByteCount pipe = link.in_flight();
  link.controller->on_congestion({.in_flight = pipe,
                                  .snd_una = StreamOffset{1},
                                  .snd_nxt = StreamOffset{1} + pipe,
                                  .pipe = pipe - PacedLink::kMss,
                                  .delivered = link.delivered()},
                                 link.now());
  const ByteCount reduced = link.controller->window();
  QVERIFY(reduced <= pipe);
  link.run_until(link.now() + 45ms);
  link.controller->on_recovery_end(link.now());
  QVERIFY(link.controller->window() > reduced);
  QVERIFY(within(link.bbr().bandwidth, before, 0.02));
}

// Linux's BBR v1 does not look at marks; the sender tells the peer that it heard them.
void BbrTest::a_mark_changes_nothing() {
  const auto bbr = make_controller(config());
  const auto before = bbr->status();
  bbr->on_congestion({.in_flight = 10 * PacedLink::kMss, .marked = true}, kStart);
  QCOMPARE(bbr->status().cwnd, before.cwnd);
  QCOMPARE(bbr->status().bbr->mode, before.bbr->mode);
}

void BbrTest::a_timeout_begins_with_one_segment() {
  PacedLink link(config(), kPath);
  link.run_until(kStart + 3s);
  const ByteCount before = link.controller->window();
  link.controller->on_timeout({.in_flight = link.in_flight(), .snd_nxt = StreamOffset{1}},
                              link.now());
  QCOMPARE(link.controller->window(), PacedLink::kMss);
  link.controller->on_recovery_end(link.now());
  QCOMPARE(link.controller->window(), before);
}

}  // namespace inflight::testing

namespace {
const inflight::testing::Register<inflight::testing::BbrTest> registered;
}
#include "bbr_test.moc"
