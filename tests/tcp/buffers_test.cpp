// StreamRing and SendBuffer: bytes stay at their place over growth and wrap-around; a buffer takes
// what it has room for, and a smaller one drops nothing.
#include <QTest>
#include <algorithm>

#include "base/random.h"
#include "support/registry.h"
#include "support/seeds.h"
#include "tcp/script.h"
#include "tcp/send_buffer.h"
#include "tcp/stream_ring.h"

using namespace inflight;
using namespace inflight::tcp;

namespace {

std::vector<std::uint8_t> coded(std::int64_t begin, std::int64_t end) {
  std::vector<std::uint8_t> bytes;
  for (std::int64_t at = begin; at < end; ++at) bytes.push_back(testing::coded_byte(at));
  return bytes;
}

bool holds(std::pair<Bytes, Bytes> view, std::int64_t begin, std::int64_t end) {
  std::vector<std::uint8_t> got(view.first.begin(), view.first.end());
  got.insert(got.end(), view.second.begin(), view.second.end());
  return got == coded(begin, end);
}

}  // namespace

class BuffersTest : public QObject {
  Q_OBJECT

 private slots:
  // A window that slides and grows over the ring: what lies in it is always what was written.
  void the_ring_keeps_a_sliding_window() {
    for (const std::uint64_t seed : testing::seeds(20)) {
      Random random(seed);
      StreamRing ring;
      std::int64_t begin = static_cast<std::int64_t>(random.below(1'000'000'000'000));
      std::int64_t end = begin;
      for (int i = 0; i < 300; ++i) {
        const std::int64_t grown = end + static_cast<std::int64_t>(random.below(3000));
        ring.reserve(StreamOffset{begin}, StreamOffset{end}, StreamOffset{grown});
        ring.write(StreamOffset{end}, coded(end, grown));
        end = grown;
        begin +=
            static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(end - begin) + 1));
        QVERIFY(holds(ring.view(StreamOffset{begin}, static_cast<std::size_t>(end - begin)), begin,
                      end));
      }
      QVERIFY(ring.capacity() <= 1 << 15);
    }
  }

  void an_empty_view_needs_no_memory() {
    const StreamRing ring;
    QCOMPARE(ring.capacity(), std::size_t{0});
    QVERIFY(ring.view(StreamOffset{5}, 0).first.empty());
  }

  void the_send_buffer_takes_what_fits() {
    SendBuffer buffer(ByteCount{1000});
    QCOMPARE(buffer.write(coded(1, 601)), std::size_t{600});
    QCOMPARE(buffer.write(coded(601, 1201)), std::size_t{400});
    QCOMPARE(buffer.write(coded(1001, 1002)), std::size_t{0});
    QVERIFY(buffer.end() == StreamOffset{1001});
    buffer.release_until(StreamOffset{501});
    QVERIFY(buffer.room() == ByteCount{500});
    QCOMPARE(buffer.write(coded(1001, 2001)), std::size_t{500});
    QVERIFY(holds(buffer.view(StreamOffset{501}, 1000), 501, 1501));
  }

  void the_send_buffer_shrinks_by_waiting() {
    SendBuffer buffer(ByteCount{1000});
    buffer.write(coded(1, 1001));
    buffer.resize(ByteCount{400});
    QVERIFY(buffer.room() == ByteCount{0} && buffer.used() == ByteCount{1000});
    QCOMPARE(buffer.write(coded(1001, 1002)), std::size_t{0});
    buffer.release_until(StreamOffset{701});
    QVERIFY(buffer.room() == ByteCount{100});
    QVERIFY(holds(buffer.view(StreamOffset{701}, 300), 701, 1001));
    buffer.resize(ByteCount{5000});
    QCOMPARE(buffer.write(coded(1001, 9001)), std::size_t{4700});
  }

  // An acknowledgment of SYN or FIN lies outside the data.
  void releases_only_what_is_there() {
    SendBuffer buffer(ByteCount{100});
    buffer.release_until(StreamOffset{0});
    QVERIFY(buffer.used() == ByteCount{0});
    buffer.write(coded(1, 11));
    buffer.release_until(StreamOffset{99});
    QVERIFY(buffer.used() == ByteCount{0} && buffer.end() == StreamOffset{11});
  }
};

namespace {
const inflight::testing::Register<BuffersTest> registered;
}
#include "buffers_test.moc"
