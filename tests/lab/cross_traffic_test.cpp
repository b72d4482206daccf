// Other flows on the path: they start and stop when they should, share what there is and no more,
// are told apart from ours everywhere, and change nothing where there are none.
#include <QTest>
#include <cmath>

#include "lab/runs.h"
#include "support/registry.h"
#include "trace/derived.h"

using namespace inflight;
using inflight::testing::built_in;
using inflight::testing::run;
using inflight::testing::run_as_built_in;
using trace::SeriesId;
using trace::Trace;

namespace {

using Changes = std::initializer_list<std::pair<const char*, const char*>>;

double rate(const Trace& trace, SeriesId id, Duration begin, Duration end) {
  return trace::mean_rate(trace.series(id), Instant{end}, end - begin) * 1e-6;
}

Trace shared(Changes changes) { return run(built_in("fairness-cubic-bbr", changes)); }

}  // namespace

class CrossTrafficTest : public QObject {
  Q_OBJECT

 private slots:
  // "A new connection opens and the bandwidth shrinks."
  void the_bandwidth_shrinks_and_comes_back() {
    const Trace& trace = run_as_built_in("bandwidth-shrinks");
    const double before = rate(trace, SeriesId::ReadBytes, 3s, 5s);
    const double beside = rate(trace, SeriesId::ReadBytes, 7s, 15s);
    const double after = rate(trace, SeriesId::ReadBytes, 17s, 20s);
    qInfo("bandwidth-shrinks: %.1f, then %.1f, then %.1f Mbit/s", before, beside, after);
    QVERIFY(before > 90 && after > 90 && beside < 70);
    QCOMPARE(rate(trace, SeriesId::CrossBytes, 0s, 5s), 0.0);
    QVERIFY(rate(trace, SeriesId::CrossBytes, 7s, 15s) > 25);
    QCOMPARE(rate(trace, SeriesId::CrossBytes, 15010ms, 20s), 0.0);
    QCOMPARE(trace.summary.cross.size(), std::size_t{1});
    const trace::CrossFlow& flow = trace.summary.cross.front();
    QVERIFY(flow.begin == Instant{5s} && flow.end == Instant{15s});
    QVERIFY(flow.bytes == flow.shared_bytes);
    QCOMPARE(static_cast<double>(flow.bytes.value()),
             trace.series(SeriesId::CrossBytes).back().value);
  }

  void all_together_never_exceed_the_path() {
    for (const char* discipline : {"droptail", "codel", "fq_codel"}) {
      const Trace trace =
          shared({{"duration", "5s"}, {"cross.flows", "3"}, {"path.discipline", discipline}});
      // From the beginning: what waited for a hole is read at once when that is filled.
      const double all =
          rate(trace, SeriesId::ReadBytes, 0s, 5s) + rate(trace, SeriesId::CrossBytes, 0s, 5s);
      QVERIFY2(all > 40 && all < 50, qPrintable(QString("%1: %2").arg(discipline).arg(all)));
    }
  }

  // BBR takes a short queue from CUBIC; a queue that gives turns does not let it.
  void turns_make_it_fair() {
    const auto alone = trace::fairness(run_as_built_in("fairness-cubic-bbr"));
    const auto turns = trace::fairness(shared({{"path.discipline", "fq_codel"}}));
    QVERIFY(alone && turns);
    qInfo("fairness of CUBIC and BBR: %.2f, with FQ-CoDel %.3f", *alone, *turns);
    QVERIFY(*alone < 0.8);
    QVERIFY(*turns > 0.98);
  }

  void equals_share_equally() {
    const Trace trace = shared({{"cross.congestion", "newreno"}, {"sender.congestion", "newreno"}});
    const auto fairness = trace::fairness(trace);
    QVERIFY2(fairness && *fairness > 0.9, qPrintable(QString::number(fairness.value_or(0))));
  }

  // NewReno's share goes with one over the round trip.
  void a_longer_way_gets_less() {
    const Trace trace = shared({{"sender.congestion", "newreno"},
                                {"cross.congestion", "newreno"},
                                {"cross.extra_rtt", "200ms"},
                                {"duration", "30s"}});
    QVERIFY(rate(trace, SeriesId::ReadBytes, 10s, 30s) >
            2 * rate(trace, SeriesId::CrossBytes, 10s, 30s));
  }

  void each_starts_when_it_should() {
    const Trace trace = shared({{"cross.flows", "3"},
                                {"cross.start", "500ms"},
                                {"cross.stagger", "1s"},
                                {"cross.stop", "4s"},
                                {"duration", "5s"}});
    QCOMPARE(trace.summary.cross.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) {
      const trace::CrossFlow& flow = trace.summary.cross[i];
      QVERIFY(flow.begin == Instant{500ms + 1s * static_cast<std::int64_t>(i)});
      QVERIFY(flow.end == Instant{4s});
      QVERIFY(flow.bytes > ByteCount{0});
      QCOMPARE(flow.shared_bytes < flow.bytes, i < 2);
    }
  }

  // Drops and bytes are counted for whom they belong to.
  void ours_and_theirs_are_told_apart() {
    const Trace& trace = run_as_built_in("fairness-cubic-bbr");
    std::int64_t ours = 0;
    for (const trace::Event& event : trace.events) {
      ours += event.kind == trace::EventKind::Loss ? 1 : 0;
    }
    QCOMPARE(trace.summary.queues.path_drops, ours);
    const trace::CrossFlow& other = trace.summary.cross.front();
    QVERIFY(other.path_drops > 0 && other.retransmits > 0);
    // Headers and the tunnel take 112 bytes of 1,340; a little was sent again.
    const double wire = trace.series(SeriesId::WireBytes).back().value;
    const double read = trace.series(SeriesId::ReadBytes).back().value;
    QVERIFY(wire > read && wire < 1.12 * read);
  }

  void without_them_nothing_changes() {
    const Changes none{{"cross.flows", "0"}, {"duration", "2s"}};
    const Trace plain = shared(none);
    const Trace other = shared({{"cross.flows", "0"},
                                {"duration", "2s"},
                                {"cross.start", "1s"},
                                {"cross.congestion", "newreno"}});
    QCOMPARE(other.summary.trace_hash, plain.summary.trace_hash);
    QVERIFY(!plain.has(SeriesId::CrossBytes) && plain.summary.cross.empty());
    QVERIFY(!trace::fairness(plain));
  }

  // A flow that needs little is served first; behind a queue without turns it waits.
  void typing_is_not_behind_a_download() {
    const auto slowest = [](const char* name) {
      const Trace& trace = run_as_built_in(name);
      return trace::quantile(trace.series(SeriesId::RttSample), 0.9).value_or(0);
    };
    const double behind = slowest("keystrokes-behind-download");
    const double past = slowest("keystrokes-fq-codel");
    qInfo("keystrokes: %.0f ms behind a download, %.0f ms past it", behind * 1e3, past * 1e3);
    QVERIFY(behind > 0.120 && past < 0.045);
  }

  // The queue stays short, the rate about the same.
  void codel_takes_the_waiting_away() {
    const auto typical = [](const char* name) {
      const Trace& trace = run_as_built_in(name);
      return trace::quantile(trace.series(SeriesId::RttSample), 0.5).value_or(0);
    };
    for (const char* name : {"bufferbloat-codel", "bufferbloat-fq-codel", "ecn-marks"}) {
      QVERIFY2(typical(name) < 0.060, name);
      QVERIFY2(trace::steady_rate(run_as_built_in(name)) >
                   0.9 * trace::steady_rate(run_as_built_in("bufferbloat")),
               name);
    }
    QVERIFY(typical("bufferbloat") > 0.120);
  }

  void marks_spare_repetitions() {
    const Trace& marked = run_as_built_in("ecn-marks");
    QVERIFY(marked.summary.queues.path_marks > 0);
    QCOMPARE(marked.summary.queues.path_drops, std::int64_t{0});
    QCOMPARE(marked.summary.tcp.retransmits, std::int64_t{0});
    QVERIFY(run_as_built_in("bufferbloat-codel").summary.tcp.retransmits > 0);
  }
};

namespace {
const inflight::testing::Register<CrossTrafficTest> registered;
}
#include "cross_traffic_test.moc"
