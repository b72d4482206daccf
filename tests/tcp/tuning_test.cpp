// Buffers that size themselves: the receive buffer by what is read in a round trip, the send buffer
// by the congestion window.
#include <QTest>

#include "support/registry.h"
#include "tcp/receive_tuning.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::tcp::ReceiveTuning;
using inflight::testing::Script;
using inflight::testing::script_config;

namespace {

constexpr Instant kStart = Instant{} + 1s;

ByteCount size(std::int64_t bytes) { return ByteCount{bytes}; }
StreamOffset at(std::int64_t offset) { return StreamOffset{offset}; }

}  // namespace

class TuningTest : public QObject {
  Q_OBJECT

 private slots:
  // Figures of Linux's arithmetic, worked out by hand: advertised MSS, best before, read now.
  void vectors_data() {
    QTest::addColumn<int>("mss");
    QTest::addColumn<int>("best");
    QTest::addColumn<int>("read");
    QTest::addColumn<int>("window");
    QTest::newRow("doubled") << 1460 << 14'600 << 29'200 << 245'280;
    QTest::newRow("half as much again") << 1460 << 100'000 << 150'000 << 646'720;
    QTest::newRow("small segments") << 1220 << 12'200 << 24'400 << 204'960;
    QTest::newRow("as before") << 1000 << 50'000 << 50'000 << 116'000;
  }
  void vectors() {
    QFETCH(int, mss);
    QFETCH(int, best);
    QFETCH(int, read);
    QFETCH(int, window);
    QCOMPARE(ReceiveTuning::wanted_window(size(read), size(best), size(mss)).value(), window);
  }

  // Once a round trip, only up, and not above the maximum.
  void adjusts_once_a_round_trip() {
    ReceiveTuning tuning(size(1000), 1, size(200'000));
    tuning.on_data(at(1001), size(60'000), kStart - 50ms, kStart);
    QCOMPARE(tuning.rtt().value(), Duration{50ms});
    QVERIFY(!tuning.adjust(at(1), size(65'536), kStart));
    QVERIFY(!tuning.adjust(at(40'001), size(65'536), kStart + 49ms));
    // 2 x 20,000 + 16,000, and twice as much again: the best before were ten segments.
    QCOMPARE(tuning.adjust(at(20'001), size(65'536), kStart + 50ms).value(), size(168'000));
    QVERIFY(!tuning.adjust(at(90'001), size(168'000), kStart + 60ms));
    // Less than before: nothing changes.
    QVERIFY(!tuning.adjust(at(30'001), size(168'000), kStart + 100ms));
    QCOMPARE(tuning.adjust(at(130'001), size(168'000), kStart + 150ms).value(), size(200'000));
    QVERIFY(!tuning.adjust(at(400'001), size(200'000), kStart + 200ms));
  }

  // A stack that offers half its buffer needs twice the buffer.
  void the_window_is_a_share_of_the_buffer() {
    ReceiveTuning tuning(size(1000), 0.5, size(10'000'000));
    tuning.on_data(at(1001), size(60'000), kStart - 50ms, kStart);
    QVERIFY(!tuning.adjust(at(1), size(65'536), kStart));
    QCOMPARE(tuning.adjust(at(20'001), size(65'536), kStart + 50ms).value(), size(336'000));
  }

  // RTT without timestamps: the least time that a whole window took.
  void a_window_takes_a_round_trip() {
    ReceiveTuning tuning(size(1000), 1, size(1'000'000));
    tuning.on_data(at(1001), size(10'000), std::nullopt, kStart);
    QVERIFY(!tuning.rtt());
    tuning.on_data(at(10'001), size(10'000), std::nullopt, kStart + 60ms);
    QVERIFY(!tuning.rtt());
    tuning.on_data(at(11'001), size(10'000), std::nullopt, kStart + 80ms);
    QCOMPARE(tuning.rtt().value(), Duration{80ms});
    tuning.on_data(at(21'001), size(10'000), std::nullopt, kStart + 140ms);
    QCOMPARE(tuning.rtt().value(), Duration{60ms});
    tuning.on_data(at(31'001), size(10'000), std::nullopt, kStart + 240ms);
    QCOMPARE(tuning.rtt().value(), Duration{60ms});
  }

  // With them: an average, each echo counted once.
  void timestamps_are_averaged() {
    ReceiveTuning tuning(size(1000), 1, size(1'000'000));
    tuning.on_data(at(1001), size(10'000), kStart, kStart + 40ms);
    tuning.on_data(at(2001), size(10'000), kStart, kStart + 90ms);
    QCOMPARE(tuning.rtt().value(), Duration{40ms});
    tuning.on_data(at(3001), size(10'000), kStart + 20ms, kStart + 140ms);
    QCOMPARE(tuning.rtt().value(), Duration{50ms});
  }

  // A whole connection: the window doubles with what the sender sends, the shift was chosen for the
  // maximum.
  void the_offered_window_follows_the_reader() {
    tcp::Config config = script_config();
    config.receive_buffer = size(65'536);
    config.receive_auto_tuning = true;
    config.receive_buffer_max = size(64 << 20);
    Script script = Script::connecting(config);
    QVERIFY(script.out().contains("wscale 11"));
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK,wscale 7>");
    script.out();
    std::int64_t next = 1;
    std::int64_t burst = 10;
    for (int round = 0; round < 7; ++round) {
      script.wait(50ms);
      for (std::int64_t i = 0; i < burst; ++i, next += 1000) {
        script.in(QString(". %1:%2(1000) ack 1").arg(next).arg(next + 1000));
        script.read();
      }
      script.out();
      burst *= 2;
    }
    const auto snapshot = script.connection().snapshot();
    QVERIFY2(snapshot.receive_buffer_size > size(1'000'000),
             qPrintable(QString::number(snapshot.receive_buffer_size.value())));
    QVERIFY(script.last_window() > 1'000'000);
  }

  // RFC 7323 §2.3: as far as the scale goes, 16 KiB short of a gibibyte.
  void a_window_of_a_gibibyte() {
    tcp::Config config = script_config();
    config.receive_buffer = size(1 << 30);
    Script script = Script::connecting(config);
    QVERIFY(script.out().contains("wscale 14"));
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK,wscale 14>");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
    QCOMPARE(script.last_window(), std::int64_t{65535} << 14);
    script.in(". 1:1(0) ack 1 win 65535");
    QCOMPARE(script.connection().snapshot().send_window.value(), std::int64_t{65535} << 14);
  }

  void a_size_set_by_hand_stays() {
    tcp::Config config = script_config();
    config.receive_buffer = size(65'536);
    config.receive_auto_tuning = true;
    Script script = Script::established(config);
    config.receive_buffer = size(100'000);
    script.connection().reconfigure(config);
    std::int64_t next = 1;
    for (int round = 0; round < 5; ++round) {
      script.wait(50ms);
      for (int i = 0; i < 60; ++i, next += 1000) {
        script.in(QString(". %1:%2(1000) ack 1").arg(next).arg(next + 1000));
        script.read();
      }
      script.out();
    }
    QCOMPARE(script.connection().snapshot().receive_buffer_size, size(100'000));
  }

  // Another setting changed while running leaves a tuned buffer as it is.
  void other_changes_keep_the_tuned_size() {
    tcp::Config config = script_config();
    config.send_buffer = size(20'000);
    config.send_auto_tuning = true;
    Script script = Script::established(config);
    script.write(20'000);
    script.out();
    script.in(". 1:1(0) ack 10001");
    const ByteCount tuned = script.connection().snapshot().send_buffer_size;
    QVERIFY(tuned > size(20'000));
    config.delayed_ack = false;
    script.connection().reconfigure(config);
    QCOMPARE(script.connection().snapshot().send_buffer_size, tuned);
    config.send_buffer = size(30'000);
    script.connection().reconfigure(config);
    QCOMPARE(script.connection().snapshot().send_buffer_size, size(30'000));
  }

  // Twice the congestion window, so that the application can fill the next one: up to the maximum,
  // and never down.
  void the_send_buffer_follows_the_window() {
    tcp::Config config = script_config();
    config.send_buffer = size(16'384);
    config.send_auto_tuning = true;
    config.send_buffer_max = size(60'000);
    Script script = Script::established(config);
    QCOMPARE(script.connection().snapshot().send_buffer_size, size(20'000));
    // The application keeps it full, so that cwnd is what limits.
    int acked = 1;
    const auto round_until = [&](int end) {
      while (acked < end) {
        script.write(100'000);
        script.out();
        acked += 1000;
        script.in(QString(". 1:1(0) ack %1").arg(acked));
      }
    };
    round_until(10'001);
    QCOMPARE(script.cwnd(), 20'000);
    QCOMPARE(script.connection().snapshot().send_buffer_size, size(40'000));
    round_until(40'001);
    QCOMPARE(script.cwnd(), 50'000);
    QCOMPARE(script.connection().snapshot().send_buffer_size, size(60'000));
    script.write(60'000);
    script.out_during(5s);
    QVERIFY(script.cwnd() < 20'000);
    QCOMPARE(script.connection().snapshot().send_buffer_size, size(60'000));
  }
};

namespace {
const inflight::testing::Register<TuningTest> registered;
}
#include "tuning_test.moc"
