// Somebody else's eyes: Wireshark must recognise our datagrams, accept their macs, and decrypt both
// sessions of a run with a rekey, from the key log of either end. Skipped where tshark is missing.
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "pair.h"
#include "support/registry.h"
#include "tunnel/keylog.h"
#include "wire/udp.h"

namespace inflight::testing {

using namespace tunnel;

namespace {

constexpr std::uint32_t kLinkTypeRaw = 101;

// Classic pcap, little-endian, of raw IPv4 packets.
Buffer to_pcap(const Pair& pair) {
  Buffer file(24);
  ByteWriter head(file);
  head.u32le(0xa1b2c3d4);
  head.u16le(2);
  head.u16le(4);
  head.zeros(8);
  head.u32le(65535);
  head.u32le(kLinkTypeRaw);
  for (const LogEntry& entry : pair.log) {
    const bool is_a = entry.from == 'a';
    const wire::Endpoint& source = is_a ? pair.a.endpoint : pair.b.endpoint;
    const wire::Endpoint& destination = is_a ? pair.b.endpoint : pair.a.endpoint;
    const std::size_t udp_size = wire::kUdpHeaderSize + entry.bytes.size();
    const std::size_t start = file.size();
    file.resize(start + 16 + 20 + udp_size);
    const MutableBytes datagram = MutableBytes(file).last(udp_size);
    std::ranges::copy(entry.bytes, datagram.subspan(wire::kUdpHeaderSize).begin());
    wire::emit_udp(source, destination, datagram);
    ByteWriter record(MutableBytes(file).subspan(start));
    record.u32le(static_cast<std::uint32_t>(to_seconds(entry.at)));
    record.u32le(0);
    record.u32le(static_cast<std::uint32_t>(20 + udp_size));
    record.u32le(static_cast<std::uint32_t>(20 + udp_size));
    wire::emit_ip({.source = source.address,
                   .destination = destination.address,
                   .protocol = wire::ip_protocol::kUdp},
                  udp_size, record.advance(20));
  }
  return file;
}

std::string to_keylog(const PrivateKey& own, const End& end) {
  std::string text;
  for (const Event& event : end.events) {
    if (const auto* revealed = std::get_if<EphemeralRevealed>(&event.what)) {
      text += keylog_lines(own, *revealed);
    }
  }
  return text;
}

void write(const QString& path, const QByteArray& content) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  QCOMPARE(file.write(content), content.size());
}

}  // namespace

class WiresharkTest : public QObject {
  Q_OBJECT

 private slots:
  void decrypts_our_sessions_data() {
    QTest::addColumn<bool>("initiators_keys");
    QTest::newRow("keys of the initiator") << true;
    QTest::newRow("keys of the responder") << false;
  }
  void decrypts_our_sessions() {
    QFETCH(bool, initiators_keys);
    const QString program = QStandardPaths::findExecutable("tshark");
    if (program.isEmpty()) QSKIP("tshark is not installed");

    Pair pair({.reveal_ephemerals = true});
    const auto send_syn = [&] {
      auto sent =
          pair.a.tunnel->handle_packet(pair.pool.copy(hex(vectors::kInnerPacket)), pair.now);
      if (sent.datagram) pair.carry(pair.a, std::move(*sent.datagram));
      pair.settle();
    };
    send_syn();
    pair.send(pair.b, 1420);
    pair.now += 121s;
    send_syn();
    send_syn();
    QCOMPARE(pair.a.tunnel->counters().rekeys, 1U);

    const QTemporaryDir directory;
    const QString capture = directory.filePath("outer.pcap");
    const QString keys = directory.filePath("keys.log");
    const Buffer pcap = to_pcap(pair);
    write(capture, QByteArray(std::string(pcap.begin(), pcap.end()).data(),
                              static_cast<qsizetype>(pcap.size())));
    write(keys, QByteArray::fromStdString(initiators_keys ? to_keylog(pair.key_a, pair.a)
                                                          : to_keylog(pair.key_b, pair.b)));
    QProcess tshark;
    tshark.start(program, {"-r", capture,
                           "-o", "wg.keylog_file:" + keys,
                           "-d", "udp.port==2222,wg",
                           "-T", "fields",
                           "-E", "separator=;",
                           "-E", "occurrence=l",
                           "-e", "wg.type",
                           "-e", "tcp.dstport",
                           "-e", "tcp.options.wscale.shift",
                           "-e", "ip.len"});
    QVERIFY(tshark.waitForFinished(60000));
    const QByteArray output = tshark.readAllStandardOutput();
    QCOMPARE(output, QByteArray("1;;;176\n2;;;120\n"
                                "4;5201;7;60\n4;;;1420\n"
                                // Still on the old session, and the rekey behind it.
                                "4;5201;7;60\n1;;;176\n2;;;120\n4;;;60\n"
                                "4;5201;7;60\n"));
  }
};

namespace {
const Register<WiresharkTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "wireshark_test.moc"
