// Imports from end to end: steps and progress, cut packets, IPv6, link type 147, damage, noise; and
// the trace of a real transfer against its own totals.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include "analysis/examples.h"
#include "analysis/flow_trace.h"
#include "base/random.h"
#include "capture/pcap_writer.h"
#include "capture/pcapng_writer.h"
#include "capture/tunnel_record.h"
#include "support/hex.h"
#include "support/registry.h"
#include "support/seeds.h"
#include "support/source_dir.h"
#include "wire/ip.h"
#include "wire/tcp.h"

namespace inflight::analysis {

using inflight::testing::from_hex;
using trace::EventKind;
using trace::SeriesId;

class ImportTest : public QObject {
  Q_OBJECT

 private slots:
  void rows_appear_while_it_loads();
  void cut_packets_count_in_full();
  void reads_ipv6_in_mixed_interfaces();
  void notes_what_was_skipped();
  void survives_noise();
  void trace_of_a_transfer_has_its_totals();
  void trace_shows_a_stalled_reader();
  void shipped_captures_open();
};

namespace {

using Content = std::vector<std::uint8_t>;

Content read_example(const QString& name, const QString& side) {
  QFile file(QString::fromStdString(testing::example_file(name, side).string()));
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray bytes = file.readAll();
  return {bytes.begin(), bytes.end()};
}

Importer import_all(Content content) {
  Importer importer(*capture::Reader::from_memory(std::move(content)));
  while (importer.step(1000) == ImportState::Running) {
  }
  return importer;
}

capture::ByteSink append_to(Content& target) {
  return [&target](Bytes bytes) {
    target.insert(target.end(), bytes.begin(), bytes.end());
    return true;
  };
}

Content tcp_packet(const wire::IpAddress& source, const wire::IpAddress& destination) {
  wire::TcpHeader header;
  header.source_port = 40000;
  header.destination_port = 443;
  header.flags.ack = true;
  const std::size_t size = wire::tcp_header_size({});
  const std::size_t ip_size = wire::ip_header_size(source.version());
  Content packet(ip_size + size + 100);
  wire::emit_tcp(header, MutableBytes(packet).subspan(ip_size, size));
  wire::emit_ip({.source = source, .destination = destination, .protocol = wire::ip_protocol::kTcp},
                size + 100, MutableBytes(packet).first(ip_size));
  return packet;
}

std::size_t count(const trace::Trace& trace, EventKind kind) {
  return static_cast<std::size_t>(std::ranges::count(trace.events, kind, &trace::Event::kind));
}

}  // namespace

void ImportTest::rows_appear_while_it_loads() {
  auto reader = capture::Reader::open(testing::example_file("bufferbloat", "snd"));
  QVERIFY(reader.has_value());
  Importer importer(*std::move(reader));
  QVERIFY(importer.step(100) == ImportState::Running);
  QCOMPARE(importer.flows().size(), std::size_t{1});
  QCOMPARE(importer.progress().packets, std::uint64_t{100});
  const trace::Trace early = make_trace(importer.flows(), 0, importer.start());
  QVERIFY(early.has(SeriesId::SentBytes));
  while (importer.step(100) == ImportState::Running) {
  }
  QCOMPARE(importer.progress().packets, std::uint64_t{4730});
  QCOMPARE(importer.progress().share().value_or(0), 1.0);
  const trace::Trace late = make_trace(importer.flows(), 0, importer.start());
  QVERIFY(late.end() > early.end());
  QVERIFY(importer.notes().empty());
}

// A snap length that leaves the headers changes no count.
void ImportTest::cut_packets_count_in_full() {
  auto reader = capture::Reader::open(testing::example_file("rwnd-small", "snd"));
  Content cut;
  capture::PcapWriter writer(append_to(cut),
                             {.link_type = capture::LinkType::Ethernet, .snap_length = 66});
  while (const auto record = reader->next()) {
    writer.write(record->time, record->data, record->original_length);
  }
  const Importer importer = import_all(std::move(cut));
  const DirectionStats& own = importer.flows()[0].stats().of(End::Opener);
  QCOMPARE(own.payload_bytes, std::uint64_t{2'752'512});
  QCOMPARE(own.max_bytes_in_flight, std::uint64_t{20'272});
  // The SYNs' options are longer than that: the scale is not known then, and that is said.
  QVERIFY(!importer.flows()[0].stats().window_shift(End::Listener));
  const auto notes = flow_notes(importer.flows()[0], End::Opener);
  QVERIFY(
      std::ranges::any_of(notes, [](const auto& note) { return note.contains("snap length"); }));
}

void ImportTest::reads_ipv6_in_mixed_interfaces() {
  const auto v6 = [](const char* text) { return *wire::parse_address(text); };
  Content file;
  capture::PcapngWriter writer(append_to(file), {});
  const auto raw = writer.add_interface({.link_type = capture::LinkType::Raw});
  const auto ethernet =
      writer.add_interface({.link_type = capture::LinkType::Ethernet, .snap_length = 96});
  const Content request = tcp_packet(v6("fd69:6e66::1"), v6("fd69:6e66::2"));
  Content answer = from_hex("020000000001 020000000002 86dd");
  const Content packet = tcp_packet(v6("fd69:6e66::2"), v6("fd69:6e66::1"));
  answer.insert(answer.end(), packet.begin(), packet.end());
  writer.write({.interface = raw, .time = capture::Timestamp(1ns), .data = request});
  writer.write({.interface = ethernet, .time = capture::Timestamp(3ns), .data = answer});
  const Importer importer = import_all(std::move(file));
  // Ports say that these are two flows: both ends sent from 40000.
  QCOMPARE(importer.flows().size(), std::size_t{2});
  QCOMPARE(importer.flows()[1].stats().of(End::Opener).payload_bytes, std::uint64_t{100});
  QCOMPARE(importer.flows()[1].stats().first, Instant(2ns));
}

void ImportTest::notes_what_was_skipped() {
  const Content disco = from_hex(
      "fe00 00 00 01 0000000000000000000000000000000000000000000000000000000000000000 a9a2 0400 "
      "c0000209 0000");
  Content file;
  capture::PcapWriter writer(append_to(file), {.link_type = capture::LinkType::TunnelRecord});
  writer.write(capture::Timestamp(5ns), disco);
  writer.write(capture::Timestamp(4ns),
               capture::emit_tunnel_record(capture::TunnelPath::SynthesizedToPeer,
                                           tcp_packet(wire::IpAddress::v4(100, 64, 0, 1),
                                                      wire::IpAddress::v4(1, 2, 3, 4))));
  writer.write(capture::Timestamp(6ns), from_hex("0100 00 00 45000014"));
  file.pop_back();
  const Importer importer = import_all(std::move(file));
  QCOMPARE(importer.flows().size(), std::size_t{1});
  const std::vector<std::string> notes = importer.notes();
  QCOMPARE(notes.size(), std::size_t{3});
  QVERIFY(notes[0].starts_with("The file ends in the middle of a packet"));
  QCOMPARE(notes[1], std::string("1 discovery messages of the tunnel were skipped; 1 of them came "
                                 "through a relay."));
  QCOMPARE(notes[2],
           std::string("1 packet was recorded with an earlier time than the one before."));
}

// Bytes of real captures changed at random: nothing crashes, hangs or reads out of bounds.
void ImportTest::survives_noise() {
  const Content original = read_example("nagle-delack", "snd");
  for (const std::uint64_t seed : inflight::testing::seeds(200)) {
    Random random(seed);
    Content noisy = original;
    for (std::uint64_t i = random.below(60); i > 0; --i) {
      noisy[24 + random.below(noisy.size() - 24)] = static_cast<std::uint8_t>(random.next());
    }
    const Importer importer = import_all(std::move(noisy));
    for (std::size_t i = 0; i < importer.flows().size(); ++i) {
      const trace::Trace trace = make_trace(importer.flows(), i, importer.start());
      QVERIFY(trace.events.size() < 1000);
    }
  }
}

void ImportTest::trace_of_a_transfer_has_its_totals() {
  const auto importer = testing::import_example("overshoot-hystart-off", "snd");
  const trace::Trace trace = make_trace(importer->flows(), 0, importer->start());
  QCOMPARE(trace.info.title, std::string("10.77.0.1:56752 to 10.77.0.2:5001"));
  QCOMPARE(trace.info.source, trace::Source::Capture);
  QCOMPARE(trace.info.mss, ByteCount(1460));
  const DirectionStats& own = importer->flows()[0].stats().of(End::Opener);
  QCOMPARE(trace.series(SeriesId::SentBytes).back().value, double(own.payload_bytes));
  QCOMPARE(trace.series(SeriesId::AckedBytes).back().value, double(own.acked_bytes));
  QCOMPARE(trace.series(SeriesId::ReadBytes).back().value, double(own.acked_bytes));
  QCOMPARE(trace.series(SeriesId::RetransmittedBytes).back().value,
           double(own.retransmitted_bytes));
  QCOMPARE(trace.series(SeriesId::RttSample).size(), std::size_t{own.rtt_samples});
  QCOMPARE(trace.series(SeriesId::BytesInFlight).back().value, 0.0);
  QCOMPARE(trace.series(SeriesId::RttMin).back().value, to_seconds(own.rtt_min));
  QCOMPARE(trace.summary.tcp.retransmits, 192);
  QCOMPARE(count(trace, EventKind::Retransmit), std::size_t{192});
  QCOMPARE(count(trace, EventKind::Connected), std::size_t{1});
  QCOMPARE(count(trace, EventKind::Closed), std::size_t{1});
  QVERIFY(trace.summary.transfer.completed);
  // Karn: tshark's largest ACK RTT here is 712 ms; the queue holds no more than some 25 ms.
  QVERIFY(own.rtt_max < 300ms);
  QCOMPARE(trace.limits.intervals().size(), std::size_t{2});
}

void ImportTest::trace_shows_a_stalled_reader() {
  const auto importer = testing::import_example("zerowin-stall", "snd");
  const trace::Trace trace = make_trace(importer->flows(), 0, importer->start());
  QCOMPARE(count(trace, EventKind::ZeroWindow), std::size_t{1});
  QCOMPARE(count(trace, EventKind::WindowOpen), std::size_t{1});
  QVERIFY(count(trace, EventKind::WindowProbe) >= 1);
  const auto closed = std::ranges::find(trace.events, EventKind::ZeroWindow, &trace::Event::kind);
  const auto open = std::ranges::find(trace.events, EventKind::WindowOpen, &trace::Event::kind);
  QVERIFY(open->time - closed->time > 2s);
}

void ImportTest::shipped_captures_open() {
  const QString folder = QStringLiteral(INFLIGHT_SOURCE_DIR "/resources/captures/");
  QFile index(folder + "index.json");
  QVERIFY(index.open(QIODevice::ReadOnly));
  const QJsonArray captures = QJsonDocument::fromJson(index.readAll()).array();
  QCOMPARE(captures.size(), 3);
  for (const QJsonValue& value : captures) {
    const QJsonObject entry = value.toObject();
    QVERIFY(!entry["title"].toString().isEmpty() && !entry["story"].toString().isEmpty());
    const auto importer = testing::import_file((folder + entry["file"].toString()).toStdString());
    QVERIFY(importer.has_value() && !importer->damage());
    QCOMPARE(importer->flows().size(), std::size_t{1});
  }
}

namespace {
const inflight::testing::Register<ImportTest> registered;
}

}  // namespace inflight::analysis

#include "import_test.moc"
