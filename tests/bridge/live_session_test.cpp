// Measurements over the real loopback, from the window's thread: a server on this machine, both
// directions, Stop in every phase, and each way in which it can fail.
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include "support/registry.h"
#include "ui/bridge/live_plan.h"
#include "ui/bridge/loopback_server.h"
#include "ui/bridge/run_controller.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

constexpr int kPatienceMs = 10'000;
// Of another server than any that runs.
const QString kWrongKey = QStringLiteral("BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

LiveLeg legTo(const QString& url, LiveDirection direction, const QString& time,
              Duration answerLimit = 5s) {
  LiveRequest request;
  request.target = url;
  request.direction = direction;
  request.time = time;
  request.answerLimit = answerLimit;
  auto plan = planLive(request);
  return plan.value().legs.front();
}

QString withKey(const QString& url, const QString& key) {
  return url.section(QLatin1Char('#'), 0, 0) + QLatin1Char('#') + key;
}

RunOutcome outcomeOf(const QSignalSpy& ended) { return ended.front().front().value<RunOutcome>(); }

}  // namespace

class LiveSessionTest : public QObject {
  Q_OBJECT

 private slots:
  void measures_data() {
    QTest::addColumn<int>("direction");
    QTest::newRow("down") << static_cast<int>(LiveDirection::Down);
    QTest::newRow("up") << static_cast<int>(LiveDirection::Up);
  }

  void measures() {
    QFETCH(const int, direction);
    LoopbackServer server;
    const auto url = server.start();
    QVERIFY(url.has_value());
    const auto leg = legTo(*url, static_cast<LiveDirection>(direction), "200ms");
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    controller.start(leg.make, Speed::Max, WhenFull::Coalesce);
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY2(outcomeOf(ended) == RunOutcome::Finished, qPrintable(ended.front().at(1).toString()));
    const auto trace = controller.trace();
    QCOMPARE(trace->info.source, trace::Source::Live);
    QVERIFY(trace->end() >= Instant{200ms});
    QVERIFY(trace->summary.transfer.bytes > ByteCount{10'000});
    QVERIFY(trace->has(trace::SeriesId::Cwnd));
    QCOMPARE(leg.phase->load(), LivePhase::Finishing);
    QVERIFY(leg.packets->seen() > 20);
    QVERIFY(!leg.packets->isCut());
  }

  void one_server_serves_again_and_ends_at_once() {
    LoopbackServer server;
    const auto first = server.start();
    QVERIFY(first.has_value());
    QCOMPARE(server.start().value(), *first);
    QElapsedTimer timer;
    timer.start();
    server.stop();
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(server.url().isEmpty());
    const auto second = server.start();
    QVERIFY(second.has_value());
    QVERIFY(*second != *first);
  }

  void a_busy_port_is_said() {
    LoopbackServer first;
    const auto url = first.start();
    QVERIFY(url.has_value());
    const auto port = url->section(':', -1).section('#', 0, 0).toUShort();
    LoopbackServer second;
    const auto refused = second.start(port);
    QVERIFY(!refused);
    QVERIFY2(refused.error().contains("in use"), qPrintable(refused.error()));
    QVERIFY(!second.isRunning());
  }

  void failures_are_sentences_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("says");
    QTest::newRow("wrong key") << "" << kWrongKey << "is the key right?";
    QTest::newRow("nobody there") << "127.0.0.1:9" << "" << "Is `inflight-cli serve` running";
    QTest::newRow("no such name") << "name.invalid:9" << "" << "name.invalid";
  }

  void failures_are_sentences() {
    QFETCH(const QString, host);
    QFETCH(const QString, key);
    QFETCH(const QString, says);
    LoopbackServer server;
    QString url = server.start().value();
    if (!host.isEmpty()) url = "inflight://" + host + url.mid(url.indexOf('#'));
    if (!key.isEmpty()) url = withKey(url, key);
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    const auto leg = legTo(url, LiveDirection::Down, "200ms", 300ms);
    controller.start(leg.make, Speed::Max, WhenFull::Coalesce);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(outcomeOf(ended), RunOutcome::Failed);
    const QString sentence = ended.front().at(1).toString();
    QVERIFY2(sentence.contains(says), qPrintable(sentence));
    QCOMPARE(controller.trace()->end(), Instant{});
  }

  void a_server_has_one_transfer_at_a_time() {
    LoopbackServer server;
    const QString url = server.start().value();
    RunController first;
    const auto leg = legTo(url, LiveDirection::Down, "60s");
    first.start(leg.make, Speed::Max, WhenFull::Coalesce);
    QTRY_VERIFY_WITH_TIMEOUT(first.trace()->end() > Instant{}, kPatienceMs);
    RunController second;
    QSignalSpy ended(&second, &RunController::ended);
    second.start(legTo(url, LiveDirection::Up, "200ms").make, Speed::Max, WhenFull::Coalesce);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(outcomeOf(ended), RunOutcome::Failed);
    QVERIFY(ended.front().at(1).toString().contains("busy"));
    QVERIFY(first.isRunning());
  }

  void an_abandoned_run_leaves_the_server_free() {
    LoopbackServer server;
    const QString url = server.start().value();
    {
      RunController first;
      first.start(legTo(url, LiveDirection::Down, "60s").make, Speed::Max, WhenFull::Coalesce);
      QTRY_VERIFY_WITH_TIMEOUT(first.trace()->end() > Instant{}, kPatienceMs);
    }
    RunController second;
    QSignalSpy ended(&second, &RunController::ended);
    second.start(legTo(url, LiveDirection::Up, "100ms").make, Speed::Max, WhenFull::Coalesce);
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY2(outcomeOf(ended) == RunOutcome::Finished, qPrintable(ended.front().at(1).toString()));
  }

  void a_lost_server_ends_the_run_and_keeps_it() {
    LoopbackServer server;
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    const auto leg = legTo(server.start().value(), LiveDirection::Down, "60s", 1500ms);
    controller.start(leg.make, Speed::Max, WhenFull::Coalesce);
    QTRY_VERIFY_WITH_TIMEOUT(controller.trace()->end() > Instant{}, kPatienceMs);
    server.stop();
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(outcomeOf(ended), RunOutcome::Failed);
    const QString sentence = ended.front().at(1).toString();
    QVERIFY2(sentence.contains("was lost"), qPrintable(sentence));
    QVERIFY(controller.trace()->has(trace::SeriesId::ReadBytes));
    QVERIFY(controller.trace()->info.sender.has_value());
  }

  void stop_is_answered_in_every_phase_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("phase");
    QTest::newRow("resolving") << "name.invalid:9" << static_cast<int>(LivePhase::Resolving);
    QTest::newRow("handshake") << "127.0.0.1:9" << static_cast<int>(LivePhase::Handshake);
    QTest::newRow("measuring") << "" << static_cast<int>(LivePhase::Measuring);
  }

  void stop_is_answered_in_every_phase() {
    QFETCH(const QString, host);
    QFETCH(const int, phase);
    LoopbackServer server;
    QString url = server.start().value();
    if (!host.isEmpty()) url = "inflight://" + host + url.mid(url.indexOf('#'));
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    const auto leg = legTo(url, LiveDirection::Down, "60s", 60s);
    controller.start(leg.make, Speed::Max, WhenFull::Coalesce);
    QTRY_VERIFY_WITH_TIMEOUT(
        ended.size() == 1 || leg.phase->load() == static_cast<LivePhase>(phase), kPatienceMs);
    if (ended.size() == 1) QSKIP("The name service of this machine answers at once.");
    QElapsedTimer timer;
    timer.start();
    controller.apply(host::StopTransfer{});
    QVERIFY(ended.size() == 1 || ended.wait(kPatienceMs));
    qInfo() << "stopped after" << timer.elapsed() << "ms";
    QCOMPARE(outcomeOf(ended), RunOutcome::Finished);
    // The goal is 200 ms; a loaded machine may take longer.
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
  }
};

namespace {
const inflight::testing::Register<LiveSessionTest> registered;
}
#include "live_session_test.moc"
