// Every script of this folder, one row each: the folders linux and freebsd with those profiles, all
// others with the RFCs'. A script's first line names the requirement. INFLIGHT_SCRIPTS=FOLDER runs
// the scripts of another folder, sorted the same way, which need no such line.
#include <QDirIterator>
#include <QFile>
#include <QTest>

#include "scripts/runner/runner.h"
#include "support/registry.h"
#include "support/source_dir.h"

namespace inflight::scripts {

class ScriptsTest : public QObject {
  Q_OBJECT

 private slots:
  void runs_data();
  void runs();
};

namespace {
const testing::Register<ScriptsTest> registered;

QString other_folder() { return qEnvironmentVariable("INFLIGHT_SCRIPTS"); }

QString folder() {
  return other_folder().isEmpty() ? QStringLiteral(INFLIGHT_SOURCE_DIR "/tests/scripts")
                                  : other_folder();
}

QByteArray read_file(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
}  // namespace

void ScriptsTest::runs_data() {
  QTest::addColumn<QString>("path");
  QStringList paths;
  QDirIterator it(folder(), {"*.pkt"}, QDir::Files, QDirIterator::Subdirectories);
  while (it.hasNext()) paths << QDir(folder()).relativeFilePath(it.next());
  paths.sort();
  for (const QString& path : paths) QTest::newRow(path.toUtf8().constData()) << path;
}

void ScriptsTest::runs() {
  QFETCH(const QString, path);
  const QByteArray text = read_file(folder() + "/" + path);
  QVERIFY2(text.startsWith("// ") || !other_folder().isEmpty(),
           "the first line is to name the requirement");
  const QString topic = path.section('/', 0, 0);
  const bool habits = topic == "linux" || topic == "freebsd";
  const auto failure =
      run_script(text.toStdString(), {.library = INFLIGHT_PACKETDRILL,
                                      .flags = "profile=" + (habits ? topic : "rfc").toStdString(),
                                      .strict_end = other_folder().isEmpty()});
  if (failure) QFAIL((path.toStdString() + ": " + *failure).c_str());
}

}  // namespace inflight::scripts

#include "scripts_test.moc"
