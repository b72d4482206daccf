// What the command line says when something is wrong: exit code 2 for wrong usage, 1 for what
// failed, and one sentence that names the option or file and what was expected.
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include "cli/cli.h"
#include "support/registry.h"
#include "support/source_dir.h"

using inflight::testing::Outcome;
using inflight::testing::run;
using inflight::testing::run_cli;
using inflight::testing::ServeProcess;

namespace {

const QString kPrefix = QStringLiteral("inflight-cli: ");
// Stands for the rest of a sentence.
constexpr QChar kAndSoOn(u'…');
const char* const kKey = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

void write_file(const QString& path, const QByteArray& content) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  QCOMPARE(file.write(content), content.size());
}

QByteArray read_file(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
}

QByteArray first_bytes_of_a_capture(qsizetype size) {
  return read_file(INFLIGHT_SOURCE_DIR "/tests/captures/nagle-delack/snd.pcap").first(size);
}

}  // namespace

class UsageTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    const auto write = [&](const char* name, const QByteArray& content) {
      write_file(folder_.filePath(name), content);
    };
    write("no-unit.json", R"({"path": {"rtt": 76}})");
    write("unknown.json", R"({"path": {"colour": "red"}})");
    write("range.json", R"({"path": {"loss": "101%"}})");
    write("cut.json", R"({"path": {)");
    write("key", "not a key\n");
    write("empty.pcap", "");
    write("text.pcap", "This is no capture at all.\n");
    write("header.pcap", first_bytes_of_a_capture(20));
    write("cut.pcap", first_bytes_of_a_capture(3000));
  }

  void wrong_usage_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* arguments, const char* sentence) {
      QTest::newRow(arguments) << arguments << sentence;
    };
    row("", "A subcommand is required; --help lists the options");
    row("bogus", "there is no command 'bogus'; `inflight-cli --help` lists them");
    row("simulate --bogus",
        "The following argument was not expected: --bogus; --help lists the "
        "options");
    row("simulate --scenario nope",
        "--scenario: there is no scenario 'nope'; `inflight-cli list` names them all");
    row("simulate --describe nope",
        "--describe: there is no scenario 'nope'; `inflight-cli list` names them all");
    row("simulate --set path.rtt=76",
        "--set path.rtt: expected a duration such as 76ms or 1.5s, got '76'");
    row("simulate --set path.rtt",
        "--set: expected key=value such as path.rtt=60ms, got "
        "'path.rtt'");
    row("simulate --set tunnel.speed=1",
        "--set unknown key 'tunnel.speed': expected one of tunnel.enabled, tunnel.rate, "
        "tunnel.mtu");
    row("simulate --set path.loss=101%",
        "--set path.loss: expected a share from 0% to 100%, got "
        "'101%'");
    row("simulate --duration 20", "--duration: expected a duration such as 76ms or 1.5s, got '20'");
    row("simulate --duration 1ms", "--duration: expected 10ms to 60min, got '1ms'");
    row("simulate --seed x", "--seed: expected a whole number such as 10, got 'x'");
    row("simulate --interval 0s", "--interval: expected a duration such as 1s, got '0s'");
    row("simulate none.json", "none.json: expected a scenario file, there is none");
    row("simulate no-unit.json",
        "no-unit.json: path.rtt: expected a duration such as 76ms or 1.5s, got '76'");
    row("simulate unknown.json",
        "unknown.json: unknown key 'path.colour': expected one of path.rate, path.rate_back, …");
    row("simulate range.json",
        "range.json: path.loss: expected a share from 0% to 100%, got '101%'");
    row("simulate cut.json", "cut.json: expected JSON, which ends at line 1, column 11");
    row("simulate range.json --scenario stutter", "give a scenario file or --scenario, not both");
    row("simulate --pcap-file x.pcap --pcap-side both",
        "--pcap-file: only a .pcapng file can hold both sides or both layers");
    row("simulate --pcap-file x.pcap --pcap-layer both",
        "--pcap-file: only a .pcapng file can hold both layers");
    row("compare stutter --vary path.rtt",
        "--vary: expected key=value,value such as path.rtt=1ms,10ms,60ms");
    row("compare stutter --vary path.rtt=1",
        "--set path.rtt: expected a duration such as 76ms or 1.5s, got '1'");
    row("serve --listen 51820",
        "--listen: expected ADDRESS:PORT such as 0.0.0.0:51820, got '51820'");
    row("serve --allow-key abc",
        "--allow-key: expected a public key of 44 base64 characters, as `inflight-cli keygen "
        "--public` prints it, got 'abc'");
    row("serve --identity key",
        "--identity: key: expected a private key of 44 base64 characters on its first line, as "
        "`inflight-cli keygen` prints it");
    row("serve --identity none", "--identity: none cannot be read");
    row("speedtest 127.0.0.1:9",
        "the server's public key is missing: give the whole inflight:// line that `serve` "
        "printed, or --peer-key");
    row("speedtest 127.0.0.1:9 --peer-key abc",
        "--peer-key: expected a public key of 44 base64 characters, got 'abc'");
    row("speedtest inflight://127.0.0.1:9#abc",
        "'inflight://127.0.0.1:9#abc': expected a key of 44 characters of base64 behind the #.");
    row("keygen --public",
        "standard input: expected a private key of 44 base64 characters, as keygen prints it");
  }
  void wrong_usage() {
    QFETCH(QString, arguments);
    const Outcome outcome = run({.arguments = arguments.split(' ', Qt::SkipEmptyParts),
                                 .input = {},
                                 .largest_file = 0,
                                 .folder = folder_.path()});
    QFETCH(QString, sentence);
    // A list of many names is only begun here.
    const bool is_begun = sentence.endsWith(kAndSoOn);
    if (is_begun) sentence.chop(1);
    const QString said =
        is_begun ? outcome.err.first(kPrefix.size() + sentence.size()) + "\n" : outcome.err;
    QCOMPARE(said, kPrefix + sentence + "\n");
    QCOMPARE(outcome.out, QString());
    QCOMPARE(outcome.code, 2);
  }

  void wrong_usage_of_stack_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* arguments, const char* sentence) {
      QTest::newRow(arguments) << arguments << sentence;
    };
    row("stack --tun tun0 --address 10.77.0.2/24",
        "give either --listen PORT or --connect HOST:PORT");
    row("stack --tun tun0 --address 10.77.0.2/24 --listen 1 --connect 10.77.0.1:1",
        "give either --listen PORT or --connect HOST:PORT");
    row("stack --address 10.77.0.2 --listen 1", "--tun is required; --help lists the options");
    row("stack --tun tun0 --listen 1", "--address is required; --help lists the options");
    row("stack --tun tun0 --address 10.77.0.2/33 --listen 1",
        "--address: expected an address such as 10.77.0.2/24, got '10.77.0.2/33'");
    row("stack --tun tun0 --address 10.77.0.2 --kernel-address x --listen 1",
        "--kernel-address: expected an address such as 10.77.0.2/24, got 'x'");
    row("stack --tun tun0 --address 10.77.0.2 --listen 65536",
        "--listen: expected a number from 1 to 65535, got '65536'");
    row("stack --tun tun0 --address 10.77.0.2 --connect 10.77.0.1",
        "--connect: expected HOST:PORT such as 10.77.0.1:5001, got '10.77.0.1'");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --mode chargen",
        "--mode: chargen not in {discard,echo,source}; --help lists the options");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --bytes 1MB",
        "--bytes: only --mode source writes of itself");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --mode source --bytes 1",
        "--bytes: expected a size such as 512KiB or 2MB, got '1'");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --connections 0",
        "--connections: expected a number from 1 to 1000000000, got '0'");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --mtu 575",
        "--mtu: expected a number from 576 to 65535, got '575'");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --duration 10",
        "--duration: expected a duration such as 10s, got '10'");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --set path.rtt=60ms",
        "--set path.rtt: only sender.*, receiver.* and tcp.* (but tcp.ipv6, which follows from "
        "--address) describe a stack alone");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --set sender",
        "--set: expected key=value such as sender.congestion=bbr, got 'sender'");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --set sender.congestion=vegas",
        "--set sender.congestion: expected one of newreno, cubic, bbr, got 'vegas'");
    row("stack --tun tun0 --address 10.77.0.2 --listen 1 --mode echo --set "
        "receiver.read_rate=1Mbit",
        "--set receiver.read_rate: an echo reads as fast as it may write");
  }
  void wrong_usage_of_stack() { wrong_usage(); }

  void time_has_its_bounds() {
    for (const char* time : {"5", "0s", "61s"}) {
      const Outcome outcome = run_cli({"speedtest", "127.0.0.1:9", "--peer-key", kKey, "-t", time});
      QCOMPARE(outcome.err,
               "inflight-cli: -t: expected a duration from 1ms to 60s, such as 5s, "
               "got '" +
                   QString(time) + "'\n");
      QCOMPARE(outcome.code, 2);
    }
  }

  void captures_that_are_none_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("none") << "none.pcap" << "There is no file none.pcap.";
    QTest::newRow("empty")
        << "empty.pcap"
        << "empty.pcap is empty: the capture may have been stopped before its first write.";
    QTest::newRow("text") << "text.pcap" << "text.pcap is not a capture file: ";
    QTest::newRow("cut header") << "header.pcap" << "header.pcap ";
    QTest::newRow("folder") << "." << ". is a directory; choose a capture file in it.";
  }
  void captures_that_are_none() {
    QFETCH(QString, file);
    QFETCH(QString, sentence);
    const Outcome outcome = run(
        {.arguments = {"analyze", file}, .input = {}, .largest_file = 0, .folder = folder_.path()});
    QVERIFY2(outcome.err.startsWith("inflight-cli: " + sentence), qPrintable(outcome.err));
    QCOMPARE(outcome.err.count('\n'), 1);
    QCOMPARE(outcome.code, 1);
  }

  // What a capture that ends in mid-packet held until then is shown, and that it was cut is said.
  void a_cut_capture() {
    const Outcome outcome = run_cli({"analyze", folder_.filePath("cut.pcap")});
    QCOMPARE(outcome.code, 0);
    QVERIFY2(outcome.out.contains("1 TCP flow") && outcome.out.contains("cut"),
             qPrintable(outcome.out));
  }

  void a_busy_port() {
    const ServeProcess first;
    const Outcome second = run_cli({"serve", "--listen", first.endpoint()});
    QCOMPARE(second.code, 1);
    QCOMPARE(second.out, QString());
    QVERIFY2(second.err.contains(first.endpoint().section(':', 1)), qPrintable(second.err));
    QCOMPARE(second.err.count('\n'), 1);
  }

  // The server does not know this key's owner, so it says nothing: after 5 s that is an answer.
  void nobody_answers() {
    const ServeProcess server;
    QElapsedTimer timer;
    timer.start();
    const Outcome outcome = run_cli({"speedtest", server.endpoint(), "--peer-key", kKey});
    QVERIFY2(timer.elapsed() < 6500, QByteArray::number(timer.elapsed()));
    QCOMPARE(outcome.code, 1);
    QCOMPARE(outcome.err.count('\n'), 1);
    QVERIFY2(outcome.err.contains(server.endpoint()), qPrintable(outcome.err));
  }

  // Said the same with and without the privilege: the name is looked at first.
  void a_name_that_no_device_can_have() {
    const Outcome outcome =
        run_cli({"stack", "--tun", "a-name-of-16-chrs", "--address", "10.77.0.2", "--listen", "1"});
    QCOMPARE(outcome.code, 1);
    QCOMPARE(outcome.err,
             QString("inflight-cli: 'a-name-of-16-chrs' cannot be a TUN device: a name has 1 to 15 "
                     "characters, and no interface of another kind may have it.\n"));
  }

  void a_full_disk_data() {
    QTest::addColumn<QString>("option");
    for (const char* option : {"--json", "--csv", "--pcap-file"}) QTest::newRow(option) << option;
  }
  void a_full_disk() {
    QFETCH(QString, option);
    const QStringList simulate{"simulate", "--scenario", "fibre-4150km", option};
    const Outcome device = run_cli(simulate + QStringList{"/dev/full"});
    QCOMPARE(device.code, 1);
    QCOMPARE(device.err,
             QString("inflight-cli: Cannot write /dev/full: No space left on device.\n"));
    // A file that may not grow is one on a full disk; what was there stays, nothing is left over.
    const QTemporaryDir folder;
    const QString file = folder.filePath("kept");
    write_file(file, "old");
    const Outcome outcome = run({.arguments = simulate + QStringList{file},
                                 .input = {},
                                 .largest_file = 1024,
                                 .folder = {}});
    QCOMPARE(outcome.code, 1);
    QVERIFY2(outcome.err.startsWith("inflight-cli: Cannot write ") &&
                 outcome.err.endsWith("The file that was there is unchanged.\n"),
             qPrintable(outcome.err));
    QCOMPARE(read_file(file), QByteArray("old"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{"kept"});
  }

  void standard_output_that_is_full() {
    for (const char* command : {"list", "keygen", "--help", "--version"}) {
      QProcess process;
      process.setStandardOutputFile("/dev/full");
      process.start(INFLIGHT_CLI, {command});
      QVERIFY(process.waitForFinished());
      QCOMPARE(process.exitCode(), 1);
      QCOMPARE(process.readAllStandardError(),
               QByteArray("inflight-cli: Cannot write to standard output: No space left on "
                          "device.\n"));
    }
  }

 private:
  QTemporaryDir folder_;
};

namespace {
const inflight::testing::Register<UsageTest> registered;
}
#include "usage_test.moc"
