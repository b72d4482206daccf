// What a scenario has for given times: scheduled changes act as those made by hand, at their
// instant and with a mark; an outage takes its directions for its time and nothing else.
#include <QTest>
#include <algorithm>

#include "lab/runs.h"
#include "lab/setting_change.h"
#include "support/registry.h"

using namespace inflight;
using inflight::testing::built_in;
using inflight::testing::run;
using trace::EventCause;
using trace::EventKind;
using trace::SeriesId;
using trace::Trace;

namespace {

lab::Scenario calm(std::initializer_list<std::pair<const char*, const char*>> changes) {
  lab::Scenario scenario = built_in("outage", {{"path.outage", "never"}, {"duration", "4s"}});
  for (const auto& [key, value] : changes) {
    if (!lab::set(scenario, key, value)) qFatal("%s=%s", key, value);
  }
  return scenario;
}

double read_at(const Trace& trace, Duration time) {
  return trace.series(SeriesId::ReadBytes).value_at(Instant{time}).value_or(0);
}

std::ptrdiff_t losses(const Trace& trace, EventCause cause) {
  return std::ranges::count(trace.events, cause, &trace::Event::cause);
}

}  // namespace

class TimelineTest : public QObject {
  Q_OBJECT

 private slots:
  void a_schedule_acts_as_changes_by_hand() {
    const Trace scheduled =
        run(calm({{"path.schedule", "1000300us:rate=20Mbit,2500300us:rtt=80ms"}}));
    const auto session = lab::make_session(calm({}));
    session->run_until(Instant{1000300us});
    session->apply(host::ChangeSetting{"path.rate", "20Mbit"}).value();
    session->run_until(Instant{2500300us});
    session->apply(host::ChangeSetting{"path.rtt", "80ms"}).value();
    const Trace by_hand = host::run_to_end(*session).value();
    QVERIFY(read_at(scheduled, 4s) > 0);
    for (Duration t = 100ms; t <= 4s; t += 100ms) {
      QCOMPARE(read_at(scheduled, t), read_at(by_hand, t));
    }
  }

  void a_schedule_leaves_marks_and_is_not_repeated() {
    const Trace trace = run(calm({{"path.schedule", "2s:rtt=80ms,1s:rate=20Mbit"}}));
    std::vector<trace::Event> marks;
    std::ranges::copy_if(trace.events, std::back_inserter(marks), [](const trace::Event& event) {
      return event.kind == EventKind::SettingChanged;
    });
    QCOMPARE(marks.size(), std::size_t{2});
    QVERIFY(marks[0].time == Instant{1s} && marks[1].time == Instant{2s});
    QVERIFY(marks[0].cause == EventCause::Scheduled);
    QCOMPARE(marks[0].detail, std::string("path.rate 100Mbit -> 20Mbit"));
    QCOMPARE(marks[1].detail, std::string("path.rtt 40ms -> 80ms"));
    const trace::TimeSeries& rate = trace.series(SeriesId::PathRate);
    QCOMPARE(rate.value_at(Instant{1s - 1ns}).value(), 100e6);
    QCOMPARE(rate.value_at(Instant{1s}).value(), 20e6);
    // A change by hand is repeated by whoever makes the run again, the scenario's own is not.
    QVERIFY(lab::changes_during(trace).empty());
  }

  void an_outage_takes_what_is_sent_data() {
    QTest::addColumn<QByteArray>("direction");
    QTest::newRow("both") << QByteArray("both");
    QTest::newRow("forward") << QByteArray("forward");
    QTest::newRow("back") << QByteArray("back");
  }
  void an_outage_takes_what_is_sent() {
    QFETCH(QByteArray, direction);
    const Trace trace = run(calm({{"path.outage", "1s"},
                                  {"path.outage_length", "700ms"},
                                  {"path.outage_direction", direction.constData()}}));
    const auto begin = std::ranges::find(trace.events, EventKind::Outage, &trace::Event::kind);
    QVERIFY(begin != trace.events.end());
    QVERIFY(begin->time == Instant{1s});
    QCOMPARE(begin->value, 0.7);
    const bool data_is_lost = direction != "back";
    QCOMPARE(losses(trace, EventCause::Outage) > 1, data_is_lost);
    // What had passed the bottleneck arrives, then nothing; without acknowledgements a window more.
    const double silent = read_at(trace, 1650ms) - read_at(trace, 1150ms);
    if (data_is_lost) QCOMPARE(silent, 0.0);
    QVERIFY(trace.summary.tcp.rtos > 0);
    QVERIFY(read_at(trace, 4s) > read_at(trace, 3s) + 5e6);
  }

  void nothing_is_lost_before_or_after() {
    const Trace trace = run(calm({{"path.outage", "1s"}, {"path.outage_length", "700ms"}}));
    for (const trace::Event& event : trace.events) {
      if (event.kind != EventKind::Loss || event.cause != EventCause::Outage) continue;
      QVERIFY(event.time >= Instant{1s} && event.time < Instant{1700ms});
    }
  }

  void the_same_seed_gives_the_same_run() {
    const auto eventful = [] {
      return calm({{"path.schedule", "1s:rate=20Mbit,2s:discipline=fq_codel"},
                   {"path.outage", "1500ms"},
                   {"path.outage_length", "200ms"},
                   {"cross.flows", "2"},
                   {"cross.start", "300ms"},
                   {"cross.stagger", "100ms"},
                   {"cross.stop", "3s"}});
    };
    const Trace trace = run(eventful());
    QCOMPARE(run(eventful()).summary.trace_hash, trace.summary.trace_hash);
    const auto session = lab::make_session(eventful());
    Instant until{};
    while (session->run_until(until) == host::Progress::Running) until += 1'234'567ns;
    QCOMPARE(session->summary().trace_hash, trace.summary.trace_hash);
  }
};

namespace {
const inflight::testing::Register<TimelineTest> registered;
}
#include "timeline_test.moc"
