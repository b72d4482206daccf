// What is kept of packets, up to the bound, and that the files it makes are read back by our own
// reader with every time, length and byte.
#include "ui/bridge/packet_log.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <vector>

#include "capture/reader.h"
#include "support/registry.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

constexpr std::chrono::seconds kEpoch{1'700'000'000};

const PacketLog::Continue kGoOn = [](double) { return true; };

// `count` packets, each as long as its number says and a millisecond after the one before.
void fill(PacketLog& log, int count) {
  log.setEpoch(kEpoch);
  for (int i = 0; i < count; ++i) {
    const std::vector<std::uint8_t> packet(static_cast<std::size_t>(40 + i),
                                           static_cast<std::uint8_t>(i));
    const auto direction = i % 2 == 0 ? wire::TapDirection::Out : wire::TapDirection::In;
    log.on_inner(packet, direction, Instant{std::chrono::milliseconds{i}});
    log.on_outer(packet, direction, Instant{std::chrono::milliseconds{i}});
  }
}

}  // namespace

class PacketLogTest : public QObject {
  Q_OBJECT

 private slots:
  void files_hold_what_was_seen_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("pcapng") << "a.pcapng";
    QTest::newRow("pcap") << "a.pcap";
  }

  void files_hold_what_was_seen() {
    QFETCH(const QString, name);
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath(name).toStdString();
    PacketLog log;
    fill(log, 100);
    QVERIFY(log.save(file, "a test", kGoOn).has_value());
    auto reader = capture::Reader::open(file);
    QVERIFY(reader.has_value());
    int i = 0;
    while (const auto record = reader->next()) {
      const auto length = static_cast<std::size_t>(40 + i);
      QCOMPARE(record->original_length, static_cast<std::uint32_t>(length));
      QCOMPARE(record->data.size(), std::min(length, PacketLog::kSnapLength));
      QCOMPARE(record->data.front(), static_cast<std::uint8_t>(i));
      QVERIFY(record->time.time_since_epoch() == kEpoch + std::chrono::milliseconds{i});
      ++i;
    }
    QCOMPARE(i, 100);
  }

  void the_bound_keeps_the_first_and_counts_the_rest() {
    PacketLog log(20 * 1024);
    fill(log, 1000);
    QCOMPARE(log.seen(), std::uint64_t{1000});
    QVERIFY(log.isCut());
    QVERIFY(log.kept() > 50 && log.kept() < 1000);
    QVERIFY(log.memory() <= std::size_t{40} * 1024);
  }

  void stopped_or_refused_leaves_no_file() {
    QTemporaryDir folder;
    PacketLog log;
    fill(log, 10);
    const QString file = folder.filePath("a.pcapng");
    QVERIFY(log.save(file.toStdString(), "a test", [](double) { return false; }).has_value());
    QVERIFY(!QFile::exists(file));
    const auto refused = log.save("/nowhere/at/all.pcapng", "a test", kGoOn);
    QVERIFY(!refused);
    QVERIFY(refused.error().text.find("/nowhere/at/all.pcapng") != std::string::npos);
  }
};

namespace {
const inflight::testing::Register<PacketLogTest> registered;
}
#include "packet_log_test.moc"
