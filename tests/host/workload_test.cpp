// Payload and the applications of both ends, over two stacks joined by a wire of 10 ms.
#include "host/workload.h"

#include <QTest>
#include <deque>

#include "support/registry.h"

using namespace inflight;
using namespace inflight::host;

namespace {

const wire::IpAddress kA = wire::IpAddress::v4(10, 0, 0, 1);
const wire::IpAddress kB = wire::IpAddress::v4(10, 0, 0, 2);
constexpr std::uint16_t kPort = 80;
constexpr Duration kDelay = 5ms;

stack::Config addresses(const wire::IpAddress& address) {
  stack::Config config;
  config.addresses = {address};
  return config;
}

struct Net {
  wire::PacketPool pool;
  stack::Stack a{addresses(kA), pool, Random(1)};
  stack::Stack b{addresses(kB), pool, Random(2)};
  std::deque<std::pair<Instant, wire::Packet>> to_a;
  std::deque<std::pair<Instant, wire::Packet>> to_b;
  Instant now{};

  // Until both are done, or `limit`.
  bool run(Application& at_a, Application& at_b, Duration limit) {
    for (int steps = 0; now <= Instant{} + limit; ++steps) {
      if (steps == 1'000'000) qFatal("time stands still");
      deliver(to_a, a);
      deliver(to_b, b);
      a.handle_timeout(now);
      b.handle_timeout(now);
      at_a.run(a, now);
      at_b.run(b, now);
      while (auto packet = a.poll_packet(now))
        to_b.emplace_back(now + kDelay, std::move(packet->packet));
      while (auto packet = b.poll_packet(now))
        to_a.emplace_back(now + kDelay, std::move(packet->packet));
      if (at_a.finished() && at_b.finished()) return true;
      Instant next =
          std::min({a.next_timeout(), b.next_timeout(), at_a.next_timeout(), at_b.next_timeout()});
      if (!to_a.empty()) next = std::min(next, to_a.front().first);
      if (!to_b.empty()) next = std::min(next, to_b.front().first);
      if (next == kNever) return false;
      now = std::max(now, next);
    }
    return false;
  }
  void deliver(std::deque<std::pair<Instant, wire::Packet>>& from, stack::Stack& to) {
    while (!from.empty() && from.front().first <= now) {
      from.front().second.arrival = now;
      to.handle_packet(from.front().second, now);
      from.pop_front();
    }
  }
};

}  // namespace

class WorkloadTest : public QObject {
  Q_OBJECT

 private slots:
  void payload_knows_each_byte_by_its_place() {
    const Payload payload(Random(1));
    const Bytes first = payload.at(0, 1000);
    QVERIFY(payload.matches(0, first));
    QVERIFY(!payload.matches(1, first));
    QVERIFY(!payload.matches(65'536, first));
    QVERIFY(payload.matches(Payload::kPeriod, first));
    // Longer than the period, from any phase.
    std::vector<std::uint8_t> all;
    const std::int64_t begin = 40'000;
    while (all.size() < 200'000) {
      const Bytes more = payload.at(begin + static_cast<std::int64_t>(all.size()), 70'000);
      QVERIFY(!more.empty());
      all.insert(all.end(), more.begin(), more.end());
    }
    QVERIFY(payload.matches(begin, all));
    all[150'000] ^= 1;
    QVERIFY(!payload.matches(begin, all));
  }

  void a_sized_transfer_ends() {
    const Payload payload(Random(1));
    Net net;
    const auto sender = make_bulk_sender({}, {kB, kPort}, {.bytes = ByteCount{300'000}}, payload);
    const auto reader = make_reader({}, kPort, std::nullopt, payload);
    QVERIFY(net.run(*sender, *reader, 10s));
    QVERIFY(reader->bytes_read() == ByteCount{300'000});
    QVERIFY(!reader->corrupted() && !sender->has_more());
  }

  void the_reader_notices_a_wrong_byte() {
    const Payload payload(Random(1));
    const Payload other(Random(2));
    Net net;
    const auto sender = make_bulk_sender({}, {kB, kPort}, {.bytes = ByteCount{3000}}, payload);
    const auto reader = make_reader({}, kPort, std::nullopt, other);
    QVERIFY(net.run(*sender, *reader, 10s));
    QVERIFY(reader->corrupted());
  }

  void a_stopped_sender_closes_behind_what_it_wrote() {
    const Payload payload(Random(1));
    Net net;
    const auto sender = make_bulk_sender({}, {kB, kPort}, {}, payload);
    const auto reader = make_reader({}, kPort, std::nullopt, payload);
    QVERIFY(!net.run(*sender, *reader, 1s));
    QVERIFY(sender->has_more());
    sender->stop();
    QVERIFY(net.run(*sender, *reader, 60s));
    QVERIFY(reader->bytes_read() > ByteCount{0} && !reader->corrupted());
  }

  // 100 kB at 1 Mbit/s: 0.8 s.
  void a_slow_reader_keeps_its_rate() {
    const Payload payload(Random(1));
    Net net;
    tcp::Config config;
    config.receive_buffer = ByteCount{20'000};
    const auto sender = make_bulk_sender({}, {kB, kPort}, {.bytes = ByteCount{100'000}}, payload);
    const auto reader = make_reader(config, kPort, DataRate::bits_per_second(1'000'000), payload);
    QVERIFY(net.run(*sender, *reader, 10s));
    const double took = to_seconds(net.now);
    QVERIFY2(took > 0.75 && took < 0.9, qPrintable(QString::number(took)));
  }

  // It waits for nothing when there is nothing to read.
  void a_reader_faster_than_what_arrives() {
    const Payload payload(Random(1));
    Net net;
    const auto sender = make_bulk_sender({}, {kB, kPort}, {.bytes = ByteCount{300'000}}, payload);
    const auto reader = make_reader({}, kPort, DataRate::bits_per_second(1'000'000'000), payload);
    QVERIFY(net.run(*sender, *reader, 1s));
  }

  // A new rate while it reads; none means at once.
  void the_reading_rate_changes() {
    const Payload payload(Random(1));
    Net net;
    tcp::Config config;
    config.receive_buffer = ByteCount{20'000};
    const auto sender = make_bulk_sender({}, {kB, kPort}, {.bytes = ByteCount{1'000'000}}, payload);
    const auto reader = make_reader(config, kPort, DataRate::bits_per_second(100'000), payload);
    QVERIFY(!net.run(*sender, *reader, 1s));
    QVERIFY(reader->bytes_read() < ByteCount{30'000});
    reader->set_read_rate(std::nullopt);
    QVERIFY(net.run(*sender, *reader, 3s));
  }

  void bursts_wait_between_themselves() {
    const Payload payload(Random(1));
    Net net;
    const auto sender = make_bulk_sender(
        {}, {kB, kPort}, {.bytes = ByteCount{10'000}, .bursts = 3, .pause = 1s}, payload);
    const auto reader = make_reader({}, kPort, std::nullopt, payload);
    QVERIFY(net.run(*sender, *reader, 20s));
    QVERIFY(reader->bytes_read() == ByteCount{30'000});
    const double took = to_seconds(net.now);
    QVERIFY2(took > 2.0 && took < 2.2, qPrintable(QString::number(took)));
  }

  // A connect and ten turns of 10 ms, each with 2 ms of thinking.
  void turns() {
    const Payload payload(Random(1));
    Net net;
    const TurnsOptions options{
        .request = ByteCount{100}, .response = ByteCount{5000}, .turns = 10, .think = 2ms};
    const auto requester = make_requester({}, {kB, kPort}, options, payload);
    const auto responder = make_responder({}, kPort, options, payload);
    net.run(*requester, *responder, 5s);
    QVERIFY(requester->finished() && !requester->corrupted() && !responder->corrupted());
    QVERIFY(requester->bytes_read() == ByteCount{50'000});
  }
};

namespace {
const inflight::testing::Register<WorkloadTest> registered;
}
#include "workload_test.moc"
