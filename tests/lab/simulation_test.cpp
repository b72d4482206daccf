// The Lab as a session: the same seed gives the same run whatever the speed at which it is driven,
// settings change in mid-run or are refused with a reason, Stop ends it, packets drawn by taps are
// real.
#include "lab/simulation.h"

#include <QTest>
#include <map>

#include "lab/runs.h"
#include "lab/setting_change.h"
#include "support/registry.h"

using namespace inflight;
using inflight::testing::built_in;
using inflight::testing::run;

namespace {

lab::Scenario lossy() {
  return built_in("lossy-wifi", {{"duration", "3s"}, {"path.loss", "0.5%"}});
}

// Another value than the present one, valid for this setting.
std::string other_value(const lab::SettingInfo& setting, const lab::Scenario& scenario) {
  static const std::map<std::string, std::string> kValues = {
      {"path.rate", "50Mbit"},
      {"path.rate_back", "20Mbit"},
      {"path.rtt", "45ms"},
      {"path.distance", "3000km"},
      {"path.queue", "200kB"},
      {"path.loss", "1%"},
      {"path.loss_burst", "0.1%x3pkt"},
      {"path.jitter", "2ms"},
      {"path.reorder", "1%"},
      {"path.reorder_delay", "5ms"},
      {"path.duplicate", "1%"},
      {"path.mtu", "1400B"},
      {"path.discipline", "codel"},
      {"path.codel_target", "10ms"},
      {"path.codel_interval", "200ms"},
      {"path.mark_threshold", "50kB"},
      {"path.policer", "6Mbit"},
      {"path.policer_burst", "100kB"},
      {"sender.send_buffer", "1MiB"},
      {"sender.congestion", "newreno"},
      {"sender.hystart", "gvisor"},
      {"sender.pacing", "on"},
      {"receiver.receive_buffer", "1MiB"},
      {"receiver.delayed_ack", "off"},
      {"receiver.read_rate", "10Mbit"},
      {"tcp.min_rto", "400ms"},
      {"outbound_queue.length", "100pkt"},
      {"outbound_queue.policy", "drop"},
      {"tunnel.rate", "80Mbit"},
  };
  const auto found = kValues.find(std::string(setting.key));
  return found != kValues.end() ? found->second : lab::get(scenario, setting.key);
}

double read_between(const trace::Trace& trace, Instant begin, Instant end) {
  const auto& counter = trace.series(trace::SeriesId::ReadBytes);
  return counter.value_at(end).value_or(0) - counter.value_at(begin).value_or(0);
}

}  // namespace

class SimulationTest : public QObject {
  Q_OBJECT

 private slots:
  void the_same_seed_gives_the_same_run() {
    const trace::Trace first = run(lossy());
    const trace::Trace second = run(lossy());
    QVERIFY(first.summary.trace_hash != 0);
    QCOMPARE(first.summary.trace_hash, second.summary.trace_hash);
    QCOMPARE(first.events.size(), second.events.size());
    lab::Scenario other = lossy();
    other.seed = 2;
    QVERIFY(run(other).summary.trace_hash != first.summary.trace_hash);
  }

  // In steps of a microsecond's odd multiple or in one go: the run does not notice.
  void the_pace_changes_nothing() {
    const auto session = lab::make_session(lossy());
    Instant until{};
    while (session->run_until(until) == host::Progress::Running) until += 1'234'567ns;
    QCOMPARE(session->summary().trace_hash, run(lossy()).summary.trace_hash);
  }

  void driven_by_its_deadlines() {
    const auto session = lab::make_session(built_in("ssh-keystrokes", {{"workload.turns", "3"}}));
    int steps = 0;
    while (session->run_until(session->next_deadline()) == host::Progress::Running) {
      QVERIFY(++steps < 10'000);
    }
    QVERIFY(session->summary().transfer.completed);
    QVERIFY(session->next_deadline() == kNever);
  }

  void settings_data() {
    QTest::addColumn<QByteArray>("key");
    for (const lab::SettingInfo& setting : lab::all_settings()) {
      const QByteArray key(setting.key.data(), static_cast<qsizetype>(setting.key.size()));
      QTest::newRow(key.constData()) << key;
    }
  }
  // What may change while running does and leaves an event; the rest is refused with a sentence.
  void settings() {
    QFETCH(QByteArray, key);
    const lab::SettingInfo& setting = *lab::find_setting(key.toStdString());
    const lab::Scenario scenario = built_in("coffee-shop", {{"duration", "2s"}});
    const auto session = lab::make_session(scenario);
    session->run_until(Instant{} + 700ms);
    const std::string value = other_value(setting, scenario);
    const auto result = session->apply(host::ChangeSetting{key.toStdString(), value});
    if (setting.effect != lab::Effect::WhileRunning) {
      QVERIFY(!result);
      QCOMPARE(QString::fromStdString(result.error().text),
               key + " takes effect when a connection starts: run again.");
      return;
    }
    QVERIFY2(result.has_value(), result ? "" : result.error().text.c_str());
    QVERIFY2(value != lab::get(scenario, setting.key), "the test needs another value");
    auto trace = host::run_to_end(*session);
    QVERIFY2(trace.has_value(), trace ? "" : trace.error().text.c_str());
    QVERIFY2(read_between(*trace, Instant{} + 1s, Instant{} + 2s) > 0, "data goes on");
    std::vector<trace::Event> changes;
    std::ranges::copy_if(trace->events, std::back_inserter(changes), [](const trace::Event& event) {
      return event.kind == trace::EventKind::SettingChanged;
    });
    QCOMPARE(changes.size(), std::size_t{1});
    QVERIFY(changes[0].time == Instant{} + 700ms);
    QVERIFY(changes[0].detail.starts_with(key.toStdString() + " "));
    QVERIFY(changes[0].detail.ends_with("-> " + value));
  }

  void what_cannot_be_is_refused() {
    const auto session = lab::make_session(lossy());
    const auto unknown = session->apply(host::ChangeSetting{"path.colour", "red"});
    QCOMPARE(QString::fromStdString(unknown.error().text),
             QString("There is no setting path.colour."));
    const auto unit = session->apply(host::ChangeSetting{"path.rate", "50"});
    QVERIFY(!unit && unit.error().text.find("path.rate") != std::string::npos);
    host::run_to_end(*session).value();
  }

  void changes_show_data() {
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<double>("megabits");
    QTest::newRow("rate") << QByteArray("path.rate") << QByteArray("20Mbit") << 18.5;
    QTest::newRow("window") << QByteArray("receiver.receive_buffer") << QByteArray("64KiB") << 17.2;
    QTest::newRow("encryption") << QByteArray("tunnel.rate") << QByteArray("20Mbit") << 19.2;
    QTest::newRow("reader") << QByteArray("receiver.read_rate") << QByteArray("10Mbit") << 10.0;
    QTest::newRow("send buffer") << QByteArray("sender.send_buffer") << QByteArray("64KiB") << 17.2;
  }
  // The new setting rules what is read from then on.
  void changes_show() {
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(double, megabits);
    lab::Scenario scenario;
    scenario.path = {
        .rate = DataRate::bits_per_second(60'000'000), .rtt = 30ms, .queue = ByteCount{250'000}};
    scenario.sender.hystart = congestion::HystartKind::Gvisor;
    scenario.duration = 8s;
    const auto session = lab::make_session(scenario);
    session->run_until(Instant{} + 2s);
    QVERIFY(
        session->apply(host::ChangeSetting{key.toStdString(), value.toStdString()}).has_value());
    // From the start: what was recorded before is still to be taken.
    auto trace = host::run_to_end(*session).value();
    const double before = read_between(trace, Instant{} + 1s, Instant{} + 2s) * 8e-6;
    const double after = read_between(trace, Instant{} + 5s, Instant{} + 8s) * 8e-6 / 3;
    QVERIFY2(before > 50, qPrintable(QString::number(before)));
    QVERIFY2(std::abs(after / megabits - 1) < 0.08, qPrintable(QString::number(after)));
  }

  // What the packets of a run are exported from: its first scenario and the changes in its events.
  void a_changed_run_can_be_made_again() {
    const auto drive = [](host::Session& session, Instant until) {
      trace::Trace trace;
      session.run_until(until);
      trace.append(session.take_batch());
      trace.info = session.info();
      trace.summary = session.summary();
      return trace;
    };
    const auto first = lab::make_session(lossy());
    first->run_until(Instant{700ms});
    QVERIFY(first->apply(host::ChangeSetting{"path.rate", "5Mbit"}).has_value());
    first->run_until(Instant{1300ms});
    QVERIFY(first->apply(host::ChangeSetting{"sender.congestion", "newreno"}).has_value());
    const auto original = drive(*first, Instant{2s});
    const auto changes = lab::changes_during(original);
    QCOMPARE(changes.size(), std::size_t{2});
    QCOMPARE(changes[0].time, Instant{700ms});
    QCOMPARE(changes[0].change.key, std::string("path.rate"));
    QCOMPARE(changes[0].change.value, std::string("5Mbit"));

    const auto scenario = lab::parse_scenario(original.info.scenario_json, "run");
    QVERIFY(scenario.has_value());
    const auto second = lab::make_session(*scenario);
    for (const auto& [time, change] : changes) {
      second->run_until(time);
      QVERIFY(second->apply(change).has_value());
    }
    QCOMPARE(drive(*second, Instant{2s}).summary.trace_hash, original.summary.trace_hash);
  }

  // RFC 9293 SHLD-14, end to end: acknowledgment plus window as the sender sees them never fall.
  void a_smaller_receive_buffer_never_takes_the_edge_back() {
    const auto session = lab::make_session(built_in("coffee-shop", {{"duration", "10s"}}));
    session->run_until(Instant{} + 2s);
    QVERIFY(session->apply(host::ChangeSetting{"receiver.receive_buffer", "64KiB"}).has_value());
    const auto trace = host::run_to_end(*session).value();
    const auto& window = trace.series(trace::SeriesId::ReceiveWindow);
    const auto& acked = trace.series(trace::SeriesId::AckedBytes);
    double edge = 0;
    for (std::size_t i = window.lower_bound(Instant{} + 200ms); i < window.size(); ++i) {
      const double now = window[i].value + acked.value_at(window[i].time).value_or(0);
      // Less than a unit of the window scale may be lost to rounding (RFC 7323 §2.4).
      QVERIFY2(now > edge - 256, qPrintable(QString("at %1 s").arg(to_seconds(window[i].time))));
      edge = std::max(edge, now);
    }
    QVERIFY(window.back().value <= 64 * 1024);
  }

  void stop_ends_it() {
    const auto session = lab::make_session(lossy());
    session->run_until(Instant{} + 1s);
    QVERIFY(session->apply(host::StopTransfer{}).has_value());
    QVERIFY(session->run_until(Instant{} + 2s) == host::Progress::Finished);
    QVERIFY(session->next_deadline() == kNever);
    QVERIFY(!session->summary().transfer.completed);
  }

  void every_built_in_scenario_runs_data() {
    QTest::addColumn<QByteArray>("name");
    for (const lab::Scenario& scenario : lab::built_in_scenarios())
      QTest::newRow(scenario.name.c_str()) << QByteArray(scenario.name.c_str());
  }
  // Half a second of each: connected, data read, limits without gaps.
  void every_built_in_scenario_runs() {
    QFETCH(QByteArray, name);
    lab::Scenario scenario = built_in(name.toStdString());
    scenario.duration = std::min<Duration>(scenario.duration, scenario.path.rtt * 3 + 200ms);
    const trace::Trace trace = run(scenario);
    QVERIFY(trace.has(trace::SeriesId::Cwnd) && trace.has(trace::SeriesId::RttSample));
    QVERIFY(trace.summary.transfer.bytes > ByteCount{0});
    double total = 0;
    for (const double share : trace.limits.shares()) total += share;
    QVERIFY(std::abs(total - 1) < 1e-9);
    QVERIFY(trace.limits.at(Instant{}) == trace::Limit::Handshake);
    QVERIFY(trace.info.sender && trace.info.receiver);
  }

  // Every loss names its place, every retransmission its trigger.
  void events_say_why() {
    const trace::Trace trace = run(lossy());
    int losses = 0;
    for (const trace::Event& event : trace.events) {
      if (event.kind != trace::EventKind::Loss && event.kind != trace::EventKind::Retransmit)
        continue;
      QVERIFY(event.cause != trace::EventCause::None &&
              event.cause != trace::EventCause::Unlocated);
      QVERIFY(event.length > ByteCount{0});
      losses += event.kind == trace::EventKind::Loss ? 1 : 0;
    }
    QVERIFY(losses > 0);
  }
};

namespace {
const inflight::testing::Register<SimulationTest> registered;
}
#include "simulation_test.moc"
