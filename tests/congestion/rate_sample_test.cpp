// Delivery-rate samples against the figures of FACTS 2.16, and the pacer's departure times.
#include "congestion/rate_sample.h"

#include <QTest>
#include <vector>

#include "congestion/pacer.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::Pacer;
using congestion::RateSample;
using congestion::RateSampler;
using congestion::SendStamp;

class RateSampleTest : public QObject {
  Q_OBJECT

 private slots:
  void ten_packets_a_millisecond_apart();
  void compressed_acks_do_not_inflate();
  void a_burst_does_not_inflate();
  void shorter_than_the_minimum_rtt_is_no_sample();
  void limited_by_the_application();
  void pacer_spaces_by_size_and_rate();
  void pacer_catches_up_by_one_quantum_at_most();
};

namespace {

constexpr Instant kStart{};
constexpr ByteCount kPacket{1000};

// Stamps of `count` packets, `gap` apart, nothing in flight before the first.
std::vector<SendStamp> send(RateSampler& sampler, int count, Duration gap, Instant begin = kStart) {
  std::vector<SendStamp> stamps;
  for (int i = 0; i < count; ++i) stamps.push_back(sampler.on_sent(i == 0, begin + i * gap));
  return stamps;
}

}  // namespace

void RateSampleTest::ten_packets_a_millisecond_apart() {
  RateSampler sampler;
  const auto stamps = send(sampler, 10, 1ms);
  std::optional<RateSample> sample;
  std::optional<SendStamp> later;
  for (int i = 0; i < 10; ++i) {
    sampler.on_delivered(stamps[static_cast<std::size_t>(i)], kPacket, kStart + 50ms + i * 1ms);
    sample = sampler.take_sample(50ms);
    if (i == 0) later = sampler.on_sent(false, kStart + 50ms);
  }
  QVERIFY(sample);
  QCOMPARE(sample->delivered, ByteCount{10000});
  QCOMPARE(sample->interval, Duration{59ms});
  // Sent when 1,000 bytes were delivered, acknowledged with 11,000.
  sampler.on_delivered(*later, kPacket, kStart + 100ms);
  sample = sampler.take_sample(50ms);
  QVERIFY(sample);
  QCOMPARE(sample->interval, Duration{50ms});
  QCOMPARE(qRound(sample->bytes_per_second()), 200000);
}

void RateSampleTest::compressed_acks_do_not_inflate() {
  RateSampler sampler;
  const auto stamps = send(sampler, 11, 10ms);
  // All ACKs come in one burst: the time it took to send counts.
  for (const SendStamp& stamp : stamps) sampler.on_delivered(stamp, kPacket, kStart + 101ms);
  const auto sample = sampler.take_sample(50ms);
  QVERIFY(sample);
  QCOMPARE(sample->interval, Duration{101ms});
}

void RateSampleTest::a_burst_does_not_inflate() {
  RateSampler sampler;
  const auto stamps = send(sampler, 10, 0ms);
  for (int i = 0; i < 10; ++i) {
    sampler.on_delivered(stamps[static_cast<std::size_t>(i)], kPacket, kStart + 50ms + i * 10ms);
  }
  const auto sample = sampler.take_sample(50ms);
  QVERIFY(sample);
  QCOMPARE(sample->interval, Duration{140ms});
}

void RateSampleTest::shorter_than_the_minimum_rtt_is_no_sample() {
  RateSampler sampler;
  const SendStamp stamp = sampler.on_sent(true, kStart);
  sampler.on_delivered(stamp, kPacket, kStart + 10ms);
  QVERIFY(!sampler.take_sample(50ms));
}

void RateSampleTest::limited_by_the_application() {
  RateSampler sampler;
  auto stamp = sampler.on_sent(true, kStart);
  QVERIFY(!stamp.application_limited);
  sampler.on_application_limited(kPacket);
  const auto marked = sampler.on_sent(false, kStart + 1ms);
  QVERIFY(marked.application_limited);
  sampler.on_delivered(stamp, kPacket, kStart + 50ms);
  static_cast<void>(sampler.take_sample(50ms));
  // Until more is delivered than was in flight then.
  QVERIFY(sampler.on_sent(false, kStart + 50ms).application_limited);
  sampler.on_delivered(marked, kPacket, kStart + 51ms);
  const auto sample = sampler.take_sample(50ms);
  QVERIFY(sample && sample->application_limited);
  QVERIFY(!sampler.on_sent(false, kStart + 52ms).application_limited);
}

void RateSampleTest::pacer_spaces_by_size_and_rate() {
  Pacer pacer;
  QVERIFY(pacer.next_departure() <= kStart);
  for (int i = 0; i < 5; ++i) {
    const Instant departure = std::max(kStart, pacer.next_departure());
    QCOMPARE(departure, kStart + i * 1ms);
    pacer.on_sent(kPacket, 1e6, ByteCount{0}, departure);
  }
}

void RateSampleTest::pacer_catches_up_by_one_quantum_at_most() {
  Pacer pacer;
  pacer.on_sent(kPacket, 1e6, 2 * kPacket, kStart);
  // A second later: two packets at once, and then one every millisecond.
  const Instant late = kStart + 1s;
  int at_once = 0;
  while (pacer.next_departure() <= late) {
    pacer.on_sent(kPacket, 1e6, 2 * kPacket, late);
    ++at_once;
  }
  QCOMPARE(at_once, 3);
  QCOMPARE(pacer.next_departure(), late + 1ms);
}

}  // namespace inflight::testing

namespace {
const inflight::testing::Register<inflight::testing::RateSampleTest> registered;
}
#include "rate_sample_test.moc"
