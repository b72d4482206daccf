// A run from start to end through the engine thread: what arrives, commands, pause, stop, failures.
#include "ui/bridge/run_controller.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <stdexcept>

#include "support/fake_session.h"
#include "support/registry.h"

using namespace inflight;
using namespace inflight::ui;
using inflight::testing::FakePlan;
using inflight::testing::FakeSession;

Q_DECLARE_METATYPE(inflight::ui::RunOutcome)

namespace {

constexpr int kPatienceMs = 5000;

SessionFactory fake(FakePlan plan) {
  return [plan] { return std::make_unique<FakeSession>(plan); };
}

// Longer than any test.
FakePlan endless() {
  FakePlan plan;
  plan.length = std::chrono::hours{10};
  plan.sampleEvery = 1s;
  plan.cost = std::chrono::microseconds{200};
  return plan;
}

}  // namespace

class RunControllerTest : public QObject {
  Q_OBJECT

 private slots:
  void everything_recorded_arrives() {
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    controller.start(fake({}), Speed::Max);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(outcome(ended), RunOutcome::Finished);
    const auto trace = controller.trace();
    QCOMPARE(trace->series(trace::SeriesId::Cwnd).size(), std::size_t{1001});
    QCOMPARE(trace->end(), Instant{2s});
    QCOMPARE(trace->info.title, std::string("fake"));
    QVERIFY(trace->summary.transfer.bytes.value() > 0);
    QVERIFY(!controller.isRunning());
  }

  void stop_keeps_what_was_recorded_and_is_quick() {
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    QSignalSpy advanced(&controller, &RunController::advanced);
    controller.start(fake(endless()), Speed::Max);
    QVERIFY(advanced.wait(kPatienceMs));
    QElapsedTimer timer;
    timer.start();
    controller.stop();
    QVERIFY(ended.wait(kPatienceMs));
    qInfo() << "stopped after" << timer.elapsed() << "ms";
    QCOMPARE(outcome(ended), RunOutcome::Stopped);
    QVERIFY(controller.trace()->end() > Instant{});
  }

  void stop_ends_a_pause() {
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    controller.start(fake(endless()), Speed::Quarter);
    controller.setPaused(true);
    controller.stop();
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(outcome(ended), RunOutcome::Stopped);
  }

  void a_paused_run_stands_still() {
    RunController controller;
    QSignalSpy advanced(&controller, &RunController::advanced);
    controller.start(fake(endless()), Speed::Max);
    QVERIFY(advanced.wait(kPatienceMs));
    controller.setPaused(true);
    // Once the request was answered and what was on its way is taken, nothing more comes.
    while (advanced.wait(100)) {
    }
    const Instant position = controller.trace()->end();
    QVERIFY(!advanced.wait(100));
    QCOMPARE(controller.trace()->end(), position);
    controller.setPaused(false);
    QVERIFY(advanced.wait(kPatienceMs));
  }

  void destruction_in_mid_run_ends_the_thread() {
    auto controller = std::make_unique<RunController>();
    QSignalSpy advanced(controller.get(), &RunController::advanced);
    controller->start(fake(endless()), Speed::Max);
    QVERIFY(advanced.wait(kPatienceMs));
    controller.reset();
  }

  void a_new_run_replaces_one_that_goes_on() {
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    controller.start(fake(endless()), Speed::Max);
    controller.start(fake({}), Speed::Max);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(ended.size(), 1);
    QCOMPARE(outcome(ended), RunOutcome::Finished);
  }

  void commands_leave_a_mark_or_a_sentence() {
    RunController controller;
    QSignalSpy refused(&controller, &RunController::refused);
    QSignalSpy advanced(&controller, &RunController::advanced);
    controller.start(fake(endless()), Speed::Max);
    controller.apply(host::ChangeSetting{"receiver.receive_buffer", "1MiB"});
    controller.apply(host::ChangeSetting{"path.mtu", "1400"});
    QVERIFY(refused.wait(kPatienceMs));
    QVERIFY(refused.front().front().toString().contains("acts only at a start"));
    const auto& events = controller.trace()->events;
    QVERIFY(std::ranges::any_of(events, [](const trace::Event& event) {
      return event.kind == trace::EventKind::SettingChanged;
    }));
  }

  void a_failure_is_a_sentence_and_keeps_the_trace() {
    FakePlan plan;
    plan.failsAt = Instant{1s};
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    controller.start(fake(plan), Speed::Max);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(outcome(ended), RunOutcome::Failed);
    QVERIFY(ended.front().at(1).toString().endsWith('?'));
    QCOMPARE(controller.trace()->end(), Instant{1s});
  }

  void what_is_thrown_becomes_a_sentence() {
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    controller.start([]() -> std::unique_ptr<host::Session> { throw std::runtime_error("odd"); },
                     Speed::Max);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(outcome(ended), RunOutcome::Failed);
    QVERIFY(ended.front().at(1).toString().contains("odd"));
  }

  void a_factory_without_a_session_fails() {
    RunController controller;
    QSignalSpy ended(&controller, &RunController::ended);
    controller.start([] { return std::unique_ptr<host::Session>(); }, Speed::Max);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(outcome(ended), RunOutcome::Failed);
  }

 private:
  static RunOutcome outcome(const QSignalSpy& spy) {
    return spy.front().front().value<RunOutcome>();
  }
};

namespace {
const inflight::testing::Register<RunControllerTest> registered;
}
#include "run_controller_test.moc"
