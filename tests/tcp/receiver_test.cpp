// Receiver: the window's right edge, silly windows, when ACKs are due, duplicate reports, FINs, and
// what is read against what was sent, in any order.
#include "tcp/receiver.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"
#include "support/seeds.h"
#include "tcp/script.h"

using namespace inflight;
using namespace inflight::tcp;

namespace {

constexpr Instant kStart = Instant{} + 1s;
constexpr std::int64_t kMss = 1000;

Config config_with(std::int64_t buffer) {
  Config config = testing::script_config();
  config.receive_buffer = ByteCount{buffer};
  return config;
}

void arrive(Receiver& receiver, std::int64_t begin, std::int64_t size, bool fin = false,
            Instant now = kStart) {
  std::vector<std::uint8_t> payload;
  for (std::int64_t i = 0; i < size; ++i) payload.push_back(testing::coded_byte(begin + i));
  receiver.handle_text(StreamOffset{begin}, payload, fin, std::nullopt, now);
}

// Sends the ACK that is due: what its window says.
std::int64_t ack(Receiver& receiver) {
  const std::int64_t window = receiver.announce_window().value();
  receiver.on_ack_sent(kStart);
  return window;
}

std::int64_t edge(Receiver& receiver) { return receiver.rcv_nxt().value() + ack(receiver); }

}  // namespace

class ReceiverTest : public QObject {
  Q_OBJECT

 private slots:
  void the_window_is_the_room_left() {
    Receiver receiver(config_with(10'000));
    QCOMPARE(ack(receiver), 10'000);
    arrive(receiver, 1, 3000);
    QCOMPARE(ack(receiver), 7000);
    receiver.discard(3000);
    QCOMPARE(ack(receiver), 10'000);
  }

  void a_share_of_the_buffer() {
    Config config = config_with(10'001);
    config.window_share = 0.5;
    Receiver receiver(config);
    QCOMPARE(ack(receiver), 5000);
  }

  // RFC 9293 §3.8.6.2.2: the edge moves by a segment or half the buffer, or not at all.
  void no_silly_window() {
    Receiver receiver(config_with(4000));
    QCOMPARE(edge(receiver), 4001);
    for (int i = 0; i < 4; ++i) arrive(receiver, 1 + i * kMss, kMss);
    QCOMPARE(ack(receiver), 0);
    receiver.discard(999);
    QVERIFY(!receiver.ack_due(kStart));
    QCOMPARE(ack(receiver), 0);
    receiver.discard(1);
    QVERIFY(receiver.ack_due(kStart));
    QCOMPARE(ack(receiver), 1000);
    // A buffer smaller than two segments: half of it counts.
    Receiver small(config_with(600));
    QCOMPARE(ack(small), 600);
    arrive(small, 1, 600);
    QCOMPARE(ack(small), 0);
    small.discard(299);
    QCOMPARE(ack(small), 0);
    small.discard(1);
    QCOMPARE(ack(small), 300);
  }

  // RFC 9293 SHLD-14.
  void a_smaller_buffer_never_takes_the_edge_back() {
    Receiver receiver(config_with(20'000));
    QCOMPARE(edge(receiver), 20'001);
    arrive(receiver, 1, 2000);
    receiver.resize_buffer(ByteCount{5000});
    receiver.discard(2000);
    QCOMPARE(edge(receiver), 20'001);
    // All that was promised is taken.
    for (std::int64_t at = 2001; at < 20'001; at += kMss) arrive(receiver, at, kMss);
    QVERIFY(receiver.unread() == ByteCount{18'000});
    QCOMPARE(ack(receiver), 0);
    receiver.discard(13'000);
    QCOMPARE(ack(receiver), 0);
    receiver.discard(5000);
    QCOMPARE(ack(receiver), 5000);
    receiver.resize_buffer(ByteCount{30'000});
    QCOMPARE(ack(receiver), 30'000);
  }

  void scaled_windows_keep_their_promise_data() {
    QTest::addColumn<int>("shift");
    QTest::addColumn<int>("segment");
    for (const int shift : {0, 2, 8, 11, 14})
      for (const int segment : {1, 536, 1448, 8948})
        QTest::addRow("shift %d segment %d", shift, segment) << shift << segment;
  }
  // RFC 7323 §2.4: a window in units of 2^shift cannot follow every byte. The edge never falls
  // below what was promised, what was ever announced is taken, and rounding makes no room that is
  // not there: a reader who stops closes the window.
  void scaled_windows_keep_their_promise() {
    QFETCH(int, shift);
    QFETCH(int, segment);
    const std::int64_t unit = std::int64_t{1} << shift;
    const std::int64_t buffer =
        std::min(std::int64_t{65535} << shift, std::int64_t{50} * segment + 3 * unit);
    Receiver receiver(config_with(buffer));
    receiver.set_window_shift(static_cast<unsigned>(shift));
    const std::int64_t first = edge(receiver);
    QVERIFY(first <= buffer + 1 && first > buffer + 1 - unit);
    std::int64_t highest = first;
    std::int64_t window = first - 1;
    std::int64_t sent = 1;
    while (window >= segment && sent < 4 * buffer) {
      arrive(receiver, sent, segment);
      sent += segment;
      QCOMPARE(receiver.rcv_nxt().value(), sent);
      window = ack(receiver);
      QCOMPARE(window % unit, 0);
      const std::int64_t now = sent + window;
      QVERIFY2(now >= first, "never below the first promise");
      QVERIFY2(now > highest - unit, "never back by a whole unit");
      QVERIFY2(now < first + unit, "no room that is not there");
      highest = std::max(highest, now);
    }
    QVERIFY(sent - 1 + segment > buffer - unit);
    receiver.discard(static_cast<std::size_t>(receiver.unread().value()));
    QVERIFY(edge(receiver) > sent + buffer - unit);
  }

  void every_second_segment_or_forty_milliseconds() {
    Receiver receiver(config_with(100'000));
    edge(receiver);
    arrive(receiver, 1, kMss);
    QVERIFY(!receiver.ack_due(kStart));
    QVERIFY(receiver.next_timeout() == kStart + 40ms);
    arrive(receiver, 1001, kMss, false, kStart + 10ms);
    QVERIFY(receiver.ack_due(kStart + 10ms));
    ack(receiver);
    arrive(receiver, 2001, kMss, false, kStart + 20ms);
    QVERIFY(!receiver.ack_due(kStart + 59ms));
    QVERIFY(receiver.ack_due(kStart + 60ms));
    ack(receiver);
    QVERIFY(receiver.next_timeout() == kNever);
  }

  void each_segment_when_not_delayed() {
    Config config = config_with(100'000);
    config.delayed_ack = false;
    Receiver receiver(config);
    edge(receiver);
    arrive(receiver, 1, 10);
    QVERIFY(receiver.ack_due(kStart));
  }

  // RFC 5681 §4.2.
  void at_once_for_a_gap_and_for_its_filling() {
    Receiver receiver(config_with(100'000));
    edge(receiver);
    arrive(receiver, 1, kMss);
    ack(receiver);
    arrive(receiver, 3001, kMss);
    QVERIFY(receiver.ack_due(kStart));
    ack(receiver);
    arrive(receiver, 2001, kMss);
    QVERIFY(receiver.ack_due(kStart));
    ack(receiver);
    // Fills a part of the hole only: the rest is still missing.
    arrive(receiver, 1001, 500);
    QVERIFY(receiver.ack_due(kStart));
    ack(receiver);
    arrive(receiver, 1501, 500);
    QVERIFY(receiver.ack_due(kStart));
    QCOMPARE(receiver.rcv_nxt().value(), 4001);
  }

  // RFC 2883 §4.
  void duplicates_are_reported_once() {
    Receiver receiver(config_with(100'000));
    edge(receiver);
    arrive(receiver, 1, 2000);
    ack(receiver);
    arrive(receiver, 1, kMss);
    QVERIFY(receiver.ack_due(kStart));
    auto blocks = receiver.sack_blocks(4);
    QCOMPARE(blocks.size(), std::size_t{1});
    QVERIFY(blocks[0] == (Stretch{StreamOffset{1}, StreamOffset{1001}}));
    ack(receiver);
    QVERIFY(!receiver.has_sack_blocks());
    // Above the ACK, the second block is the one that holds the duplicate, though another is newer.
    arrive(receiver, 4001, 2000);
    arrive(receiver, 8001, kMss);
    ack(receiver);
    arrive(receiver, 5001, kMss);
    blocks = receiver.sack_blocks(3);
    QCOMPARE(blocks.size(), std::size_t{3});
    QVERIFY(blocks[0] == (Stretch{StreamOffset{5001}, StreamOffset{6001}}));
    QVERIFY(blocks[1] == (Stretch{StreamOffset{4001}, StreamOffset{6001}}));
    QVERIFY(blocks[2] == (Stretch{StreamOffset{8001}, StreamOffset{9001}}));
    // Also when something newer comes before the report goes out.
    arrive(receiver, 11'001, kMss);
    blocks = receiver.sack_blocks(3);
    QVERIFY(blocks[0] == (Stretch{StreamOffset{5001}, StreamOffset{6001}}));
    QVERIFY(blocks[1] == (Stretch{StreamOffset{4001}, StreamOffset{6001}}));
    QVERIFY(blocks[2] == (Stretch{StreamOffset{11'001}, StreamOffset{12'001}}));
  }

  void a_fin_in_order() {
    Receiver receiver(config_with(100'000));
    edge(receiver);
    arrive(receiver, 1, 500, true);
    QVERIFY(receiver.ack_due(kStart) && receiver.at_end());
    QCOMPARE(receiver.rcv_nxt().value(), 502);
    QVERIFY(receiver.unread() == ByteCount{500});
  }

  void a_fin_before_its_data() {
    Receiver receiver(config_with(100'000));
    edge(receiver);
    arrive(receiver, 1001, 500, true);
    QVERIFY(!receiver.at_end() && receiver.ack_due(kStart));
    arrive(receiver, 1501, 100);
    QVERIFY2(receiver.out_of_order() == ByteCount{500}, "nothing follows a FIN");
    arrive(receiver, 1, kMss);
    QVERIFY(receiver.at_end());
    QCOMPARE(receiver.rcv_nxt().value(), 1502);
    QVERIFY(receiver.unread() == ByteCount{1500});
  }

  void data_beyond_the_window_is_left_out() {
    Receiver receiver(config_with(1500));
    edge(receiver);
    arrive(receiver, 1, kMss);
    arrive(receiver, 1001, kMss);
    QCOMPARE(receiver.rcv_nxt().value(), 1501);
    QCOMPARE(ack(receiver), 0);
  }

  // Segments of any size, order and overlap: what is read is what was sent.
  void reads_what_was_sent() {
    for (const std::uint64_t seed : testing::seeds(50)) {
      Random random(seed);
      Receiver receiver(config_with(8000));
      std::int64_t right = edge(receiver);
      std::int64_t read = 0;
      while (read < 60'000) {
        const std::int64_t next = receiver.rcv_nxt().value();
        const auto back = static_cast<std::int64_t>(random.below(500));
        const std::int64_t begin = std::max<std::int64_t>(
            1,
            next - back + static_cast<std::int64_t>(random.below(3) == 0 ? 0 : random.below(4000)));
        arrive(receiver, begin, static_cast<std::int64_t>(random.below(1400)) + 1);
        const std::int64_t now = edge(receiver);
        QVERIFY2(now >= right, "the edge never goes back");
        right = now;
        std::vector<std::uint8_t> out(random.below(3000));
        const std::size_t got = receiver.read(out);
        for (std::size_t i = 0; i < got; ++i) QCOMPARE(out[i], testing::coded_byte(++read));
        QVERIFY(receiver.unread() + receiver.out_of_order() <= ByteCount{8000});
      }
    }
  }
};

namespace {
const inflight::testing::Register<ReceiverTest> registered;
}
#include "receiver_test.moc"
