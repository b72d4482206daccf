// Every setting that says it acts while a connection runs does: changed at 2 s of 4 s, it is seen
// in what the run recorded after 2.5 s, against the second before. One row a setting; a setting
// without a row fails.
#include <QTest>
#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "lab/runs.h"
#include "support/registry.h"
#include "trace/derived.h"

using namespace inflight;
using inflight::testing::built_in;
using trace::EventCause;
using trace::EventKind;
using trace::SeriesId;
using trace::Trace;

namespace {

constexpr Instant kChange = Instant{} + 2s;
constexpr Instant kSettled = Instant{} + 2500ms;
constexpr Instant kEnd = Instant{} + 4s;

// 43 Mbit/s of 60, limited by its window of 160 KiB: no queue, an RTT that is the path's.
lab::Scenario calm() {
  lab::Scenario scenario;
  scenario.path = {
      .rate = DataRate::bits_per_second(60'000'000), .rtt = 30ms, .queue = ByteCount{250'000}};
  scenario.receiver.receive_buffer = ByteCount{160 * 1024};
  scenario.duration = kEnd - Instant{};
  return scenario;
}

// Limited by the congestion window, with losses at the queue of 250 kB.
lab::Scenario pushing() {
  lab::Scenario scenario = calm();
  scenario.receiver.receive_buffer = ByteCount{4 * 1024 * 1024};
  return scenario;
}

// The same with CoDel.
lab::Scenario controlled() {
  lab::Scenario scenario = pushing();
  scenario.path.discipline = path::Discipline::Codel;
  return scenario;
}

// Both ends know marks, the queue makes none.
lab::Scenario markable() {
  lab::Scenario scenario = pushing();
  scenario.tcp.ecn = true;
  return scenario;
}

// A policer below what the window asks for.
lab::Scenario policed() {
  lab::Scenario scenario = calm();
  scenario.path.policer = DataRate::bits_per_second(30'000'000);
  return scenario;
}

lab::Scenario dropping_inside() { return built_in("lost-inside", {{"duration", "4s"}}); }

double megabits(const Trace& trace, Instant begin, Instant end) {
  return trace::mean_rate(trace.series(SeriesId::ReadBytes), end, end - begin) * 1e-6;
}
double before(const Trace& trace) { return megabits(trace, Instant{} + 1s, kChange); }
double after(const Trace& trace) { return megabits(trace, kSettled, kEnd); }

trace::MinMax values_after(const Trace& trace, SeriesId id) {
  const trace::TimeSeries& series = trace.series(id);
  const double held = series.value_at(kSettled).value_or(0);
  return series.range(kSettled, kEnd).value_or(trace::MinMax{held, held});
}

// Events with this cause, up to the change and after it.
struct Count {
  std::int64_t before = 0;
  std::int64_t after = 0;
};
Count count(const Trace& trace, EventKind kind, EventCause cause) {
  Count result;
  for (const trace::Event& event : trace.events) {
    if (event.kind != kind || event.cause != cause) continue;
    ++(event.time <= kChange ? result.before : result.after);
  }
  return result;
}
bool begins(const Trace& trace, EventCause cause) {
  const Count losses = count(trace, EventKind::Loss, cause);
  return losses.before == 0 && losses.after > 0;
}
bool near(double value, double expected, double tolerance) {
  return std::abs(value / expected - 1) <= tolerance;
}

// How much a counter grew in (begin, end].
double growth(const Trace& trace, SeriesId id, Instant begin, Instant end) {
  const trace::TimeSeries& series = trace.series(id);
  return series.value_at(end).value_or(0) - series.value_at(begin).value_or(0);
}
double wire_share(const Trace& trace, Instant begin, Instant end) {
  return growth(trace, SeriesId::WireBytes, begin, end) /
         growth(trace, SeriesId::InnerBytes, begin, end);
}
std::int64_t acks(const Trace& trace, Instant begin, Instant end) {
  const trace::TimeSeries& series = trace.series(SeriesId::AckedBytes);
  return static_cast<std::int64_t>(series.lower_bound(end) - series.lower_bound(begin));
}

struct Row {
  const char* key;
  const char* value;
  lab::Scenario (*scenario)();
  std::function<bool(const Trace&)> seen;
};

const std::vector<Row>& path_rows() {
  static const std::vector<Row> rows{
      {"path.rate", "20Mbit", calm, [](const Trace& t) { return near(after(t), 18.3, 0.05); }},
      {"path.rate_back", "100kbit", calm, [](const Trace& t) { return after(t) < before(t) / 2; }},
      {"path.rtt", "60ms", calm,
       [](const Trace& t) {
         return values_after(t, SeriesId::RttSample).min >= 0.060 &&
                near(after(t), before(t) / 2, 0.05);
       }},
      {"path.distance", "6000km", calm,
       [](const Trace& t) { return values_after(t, SeriesId::RttSample).min >= 0.060; }},
      {"path.queue", "20kB", pushing,
       [](const Trace& t) {
         return trace::maximum(t.series(SeriesId::PathQueue)) > 200'000 &&
                values_after(t, SeriesId::PathQueue).max <= 20'000;
       }},
      {"path.loss", "1%", calm, [](const Trace& t) { return begins(t, EventCause::RandomLoss); }},
      {"path.loss_burst", "0.1%x4pkt", calm,
       [](const Trace& t) { return begins(t, EventCause::BurstLoss); }},
      {"path.jitter", "10ms", calm,
       [](const Trace& t) {
         return t.series(SeriesId::RttSample).range(Instant{} + 1s, kChange)->max < 0.032 &&
                values_after(t, SeriesId::RttSample).max > 0.035;
       }},
      {"path.reorder", "5%", calm,
       [](const Trace& t) {
         return !t.series(SeriesId::WaitingForHole).range(Instant{} + 1s, kChange) &&
                values_after(t, SeriesId::WaitingForHole).max > 0;
       }},
      {"path.duplicate", "50%", calm,
       [](const Trace& t) {
         return wire_share(t, kSettled, kEnd) > 1.4 * wire_share(t, Instant{} + 1s, kChange);
       }},
      {"path.discipline", "codel", pushing,
       [](const Trace& t) { return begins(t, EventCause::Codel); }},
      // What is due to be dropped by then still is.
      {"path.codel_target", "1s", controlled,
       [](const Trace& t) {
         const Count drops = count(t, EventKind::Loss, EventCause::Codel);
         return drops.before > 0 && drops.after <= 1;
       }},
      {"path.codel_interval", "10s", controlled,
       [](const Trace& t) {
         const Count drops = count(t, EventKind::Loss, EventCause::Codel);
         return drops.before > 0 && drops.after <= 1;
       }},
      {"path.mark_threshold", "20kB", markable,
       [](const Trace& t) {
         const auto first = std::ranges::find(t.events, EventKind::Marked, &trace::Event::kind);
         return first != t.events.end() && first->time > kChange &&
                values_after(t, SeriesId::PathQueue).max < 250'000;
       }},
      {"path.policer", "20Mbit", calm,
       [](const Trace& t) { return begins(t, EventCause::Policer) && after(t) < 20; }},
      {"path.policer_burst", "1500B", policed,
       [](const Trace& t) { return after(t) < before(t) / 2; }},
      // Full packets vanish.
      {"path.mtu", "800B", calm, [](const Trace& t) { return after(t) == 0; }},
  };
  return rows;
}

const std::vector<Row>& other_rows() {
  static const std::vector<Row> rows{
      // The window goes on from where it was; that it grows otherwise takes longer to see.
      {"sender.congestion", "newreno", pushing,
       [](const Trace& t) {
         const trace::TimeSeries& cwnd = t.series(SeriesId::Cwnd);
         return near(*cwnd.value_at(kChange + 1ms), *cwnd.value_at(kChange - 1ns), 0.05);
       }},
      {"sender.pacing", "on", pushing,
       [](const Trace& t) {
         const auto paced = [](const trace::LimitInterval& i) {
           return i.limit == trace::Limit::Pacing;
         };
         const auto first = std::ranges::find_if(t.limits.intervals(), paced);
         return first != t.limits.intervals().end() && first->begin >= kChange;
       }},
      {"receiver.delayed_ack", "off", calm,
       [](const Trace& t) {
         return acks(t, kEnd - 1s, kEnd) * 2 > acks(t, kChange - 1s, kChange) * 3;
       }},
      {"receiver.receive_buffer", "64KiB", calm,
       [](const Trace& t) { return near(after(t), before(t) * 64 / 160, 0.05); }},
      {"receiver.read_rate", "10Mbit", calm,
       [](const Trace& t) { return near(after(t), 10, 0.05); }},
      // What the larger buffer held goes out first.
      {"sender.send_buffer", "64KiB", calm,
       [](const Trace& t) {
         return near(megabits(t, Instant{} + 3s, kEnd), before(t) * 64 / 160, 0.05);
       }},
      {"tcp.min_rto", "1s", calm,
       [](const Trace& t) {
         return *t.series(SeriesId::Rto).value_at(kChange - 1ns) < 0.5 &&
                values_after(t, SeriesId::Rto).min >= 1;
       }},
      {"outbound_queue.policy", "backpressure", dropping_inside,
       [](const Trace& t) {
         return count(t, EventKind::Loss, EventCause::OutboundQueue).before > 0 &&
                count(t, EventKind::Loss, EventCause::OutboundQueue).after == 0;
       }},
      {"outbound_queue.length", "10pkt", dropping_inside,
       [](const Trace& t) {
         return trace::maximum(t.series(SeriesId::OutboundQueue)) > 10 &&
                values_after(t, SeriesId::OutboundQueue).max <= 10;
       }},
      {"tunnel.rate", "20Mbit", calm, [](const Trace& t) { return near(after(t), 19.2, 0.05); }},
  };
  return rows;
}

std::vector<Row> all_rows() {
  std::vector<Row> rows = path_rows();
  rows.insert(rows.end(), other_rows().begin(), other_rows().end());
  return rows;
}

}  // namespace

class LiveChangeTest : public QObject {
  Q_OBJECT

 private slots:
  void is_seen_data() {
    QTest::addColumn<int>("index");
    const auto rows = all_rows();
    for (std::size_t i = 0; i < rows.size(); ++i) QTest::newRow(rows[i].key) << static_cast<int>(i);
  }
  void is_seen() {
    QFETCH(int, index);
    const Row row = all_rows()[static_cast<std::size_t>(index)];
    const auto session = lab::make_session(row.scenario());
    session->run_until(kChange);
    const auto changed = session->apply(host::ChangeSetting{row.key, row.value});
    QVERIFY2(changed.has_value(), changed ? "" : changed.error().text.c_str());
    const Trace trace = host::run_to_end(*session).value();
    const QString rates = QString("%1, then %2 Mbit/s").arg(before(trace)).arg(after(trace));
    QVERIFY2(row.seen(trace), qPrintable(rates));
  }

  // In slow start, where it matters: the ramp ends without the loss that would have ended it.
  void a_slow_start_exit_is_chosen_in_mid_ramp() {
    const auto exit_with = [](const char* hystart) {
      const auto session = lab::make_session(built_in("stutter", {{"duration", "3s"}}));
      session->run_until(Instant{} + 600ms);
      session->apply(host::ChangeSetting{"sender.hystart", hystart}).value();
      return host::run_to_end(*session).value().summary.tcp.slow_start_exit;
    };
    QVERIFY(exit_with("off") == EventCause::LossDetected);
    const EventCause early = exit_with("linux");
    QVERIFY(early == EventCause::HystartDelay || early == EventCause::HystartAckTrain);
  }

  // How long a packet is held back: what overtakes it waits for it.
  void held_back_for_longer() {
    const auto mean_wait = [](const char* delay) {
      lab::Scenario scenario = calm();
      scenario.path.reorder = 0.02;
      const auto session = lab::make_session(scenario);
      session->run_until(kChange);
      session->apply(host::ChangeSetting{"path.reorder_delay", delay}).value();
      const Trace trace = host::run_to_end(*session).value();
      const trace::TimeSeries& waiting = trace.series(SeriesId::WaitingForHole);
      Duration total{};
      int holes = 0;
      std::optional<Instant> since;
      for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (waiting[i].value > 0 && !since && waiting[i].time >= kSettled) since = waiting[i].time;
        if (waiting[i].value > 0 || !since) continue;
        total += waiting[i].time - *since;
        ++holes;
        since.reset();
      }
      return total / std::max(holes, 1);
    };
    QVERIFY(mean_wait("20ms") > 3 * mean_wait("2ms"));
  }

  void every_live_setting_has_a_row() {
    std::set<std::string_view> tested{"sender.hystart", "path.reorder_delay"};
    for (const Row& row : all_rows()) tested.insert(row.key);
    for (const lab::SettingInfo& setting : lab::all_settings()) {
      const bool live = setting.effect == lab::Effect::WhileRunning;
      QVERIFY2(live == tested.contains(setting.key), std::string(setting.key).c_str());
    }
  }
};

namespace {
const inflight::testing::Register<LiveChangeTest> registered;
}
#include "live_change_test.moc"
