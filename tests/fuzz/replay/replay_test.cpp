// Every fuzzer as a plain test: each file of its corpus, then seeded mutations of that file. What
// libFuzzer found once stays found.
#include <QDir>
#include <QTest>
#include <vector>

#include "base/random.h"
#include "fuzz/replay/fuzzers.h"
#include "support/registry.h"
#include "support/seeds.h"
#include "support/source_dir.h"

namespace inflight::testing {

class ReplayTest : public QObject {
  Q_OBJECT

 private slots:
  void corpus_data();
  void corpus();
};

namespace {

constexpr int kMutationsPerFile = 1000;
constexpr std::uint64_t kMostChanges = 8;

// A few bytes changed, and now and then the end cut off.
std::vector<std::uint8_t> mutated(std::vector<std::uint8_t> bytes, Random& random) {
  if (bytes.empty()) return bytes;
  for (std::uint64_t changes = 1 + random.below(kMostChanges); changes > 0; --changes) {
    bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next());
  }
  if (random.chance(0.25)) bytes.resize(random.below(bytes.size() + 1));
  return bytes;
}

std::vector<std::uint8_t> read(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray content = file.readAll();
  return {content.begin(), content.end()};
}

}  // namespace

void ReplayTest::corpus_data() {
  QTest::addColumn<int>("index");
  for (std::size_t i = 0; i < fuzzers().size(); ++i) {
    QTest::newRow(fuzzers()[i].noun) << static_cast<int>(i);
  }
}

void ReplayTest::corpus() {
  QFETCH(const int, index);
  const Fuzzer& fuzzer = fuzzers()[static_cast<std::size_t>(index)];
  const QDir folder(QStringLiteral(INFLIGHT_SOURCE_DIR "/tests/fuzz/corpus/") + fuzzer.noun);
  const QStringList names = folder.entryList(QDir::Files, QDir::Name);
  QVERIFY2(!names.isEmpty(), "a fuzzer without a corpus");
  for (const QString& name : names) {
    const std::vector<std::uint8_t> bytes = read(folder.filePath(name));
    fuzzer.run(bytes.data(), bytes.size());
    for (const std::uint64_t seed : seeds(kMutationsPerFile)) {
      Random random(seed);
      const auto changed = mutated(bytes, random);
      fuzzer.run(changed.data(), changed.size());
    }
  }
}

namespace {
const Register<ReplayTest> registered;
}

}  // namespace inflight::testing

#include "replay_test.moc"
