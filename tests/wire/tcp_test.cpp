// TCP headers: roundtrips, Linux's headers byte for byte, malformed options, cut segments.
#include "wire/tcp.h"

#include <QTest>

#include "base/random.h"
#include "support/hex.h"
#include "support/registry.h"
#include "wire/checksum.h"
#include "wire/samples.h"

namespace inflight::wire {

class TcpTest : public QObject {
  Q_OBJECT

 private slots:
  void random_headers_roundtrip();
  void each_flag_has_its_bit();
  void emits_what_linux_emits_data();
  void emits_what_linux_emits();
  void parses_what_linux_offers();
  void sack_blocks_that_fit_data();
  void sack_blocks_that_fit();
  void lays_out_options_as_freebsd_does_data();
  void lays_out_options_as_freebsd_does();
  void odd_options_data();
  void odd_options();
  void refuses_bad_lengths();
  void every_truncation();
  void fast_open_data();
  void fast_open();
  void sets_a_checksum_that_verifies();
  void random_options_are_survived();
};

namespace {

using Buffer = std::vector<std::uint8_t>;

Buffer bytes_of(const TcpHeader& header) {
  Buffer bytes(tcp_header_size(header.options));
  emit_tcp(header, bytes);
  return bytes;
}

SackBlock block(std::uint32_t left, std::uint32_t right) { return {SeqNum{left}, SeqNum{right}}; }

TcpFlags random_flags(Random& random) {
  TcpFlags flags;
  for (bool* flag : {&flags.fin, &flags.syn, &flags.rst, &flags.psh, &flags.ack, &flags.urg,
                     &flags.ece, &flags.cwr}) {
    *flag = random.chance(0.5);
  }
  return flags;
}

// Any mix of options that fits into 40 bytes.
TcpOptions random_options(Random& random) {
  const auto word = [&] { return static_cast<std::uint32_t>(random.next()); };
  TcpOptions options;
  if (random.chance(0.5)) options.mss = static_cast<std::uint16_t>(word());
  if (random.chance(0.5)) options.window_scale = static_cast<std::uint8_t>(random.below(256));
  options.sack_permitted = random.chance(0.5);
  if (random.chance(0.5)) options.timestamps = TcpTimestamps{word(), word()};
  const std::size_t room = 60 - tcp_header_size(options);
  const std::size_t most = room < 4 ? 0 : (room - 4) / 8;
  for (std::size_t n = random.below(most + 1); n > 0; --n) {
    options.sack.push_back(block(word(), word()));
  }
  return options;
}

// A segment of a bare header and these options, padded to a multiple of four with `end of options`.
Buffer with_options(Buffer options) {
  options.resize((options.size() + 3) / 4 * 4);
  Buffer bytes(20);
  bytes[12] = static_cast<std::uint8_t>((20 + options.size()) / 4 << 4);
  bytes.insert(bytes.end(), options.begin(), options.end());
  return bytes;
}

}  // namespace

void TcpTest::random_headers_roundtrip() {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    TcpHeader header;
    header.source_port = static_cast<std::uint16_t>(random.next());
    header.destination_port = static_cast<std::uint16_t>(random.next());
    header.seq = SeqNum{static_cast<std::uint32_t>(random.next())};
    header.ack = SeqNum{static_cast<std::uint32_t>(random.next())};
    header.flags = random_flags(random);
    header.window = static_cast<std::uint16_t>(random.next());
    header.urgent_pointer = static_cast<std::uint16_t>(random.next());
    header.options = random_options(random);
    Buffer segment = bytes_of(header);
    QVERIFY(segment.size() % 4 == 0 && segment.size() <= 60);
    const std::size_t header_size = segment.size();
    segment.resize(header_size + random.below(20), 0xab);
    const auto view = parse_tcp(segment, Completeness::Complete);
    QVERIFY(view);
    QVERIFY(view->header == header);
    QCOMPARE(view->header_size, header_size);
    QCOMPARE(view->payload.size(), segment.size() - header_size);
    QVERIFY(!view->options_cut);
  }
}

void TcpTest::each_flag_has_its_bit() {
  // RFC 9293 §3.1, from the lowest bit.
  constexpr std::array kFlags{&TcpFlags::fin, &TcpFlags::syn, &TcpFlags::rst, &TcpFlags::psh,
                              &TcpFlags::ack, &TcpFlags::urg, &TcpFlags::ece, &TcpFlags::cwr};
  for (std::size_t i = 0; i < kFlags.size(); ++i) {
    TcpHeader header;
    header.flags.*kFlags[i] = true;
    QCOMPARE(bytes_of(header)[13], 1 << i);
  }
}

void TcpTest::emits_what_linux_emits_data() {
  QTest::addColumn<QString>("hex");
  for (const std::string_view hex : samples::kTcp) {
    QTest::newRow(hex.substr(0, 17).data()) << QString::fromUtf8(hex.data());
  }
}
void TcpTest::emits_what_linux_emits() {
  QFETCH(const QString, hex);
  const Buffer packet = testing::from_hex(hex.toStdString());
  const auto ip = parse_ip(packet, Completeness::Complete).value();
  const auto tcp = parse_tcp(ip.payload, Completeness::Complete).value();
  Buffer ours = bytes_of(tcp.header);
  set_tcp_checksum(ip.header.source, ip.header.destination, ours);
  QCOMPARE(ours, Buffer(ip.payload.begin(), ip.payload.end()));
}

void TcpTest::parses_what_linux_offers() {
  const auto parse = [](std::string_view hex) {
    const Buffer packet = testing::from_hex(hex);
    const auto ip = parse_ip(packet, Completeness::Complete).value();
    return parse_tcp(ip.payload, Completeness::Complete).value().header;
  };
  const TcpHeader syn = parse(samples::kV4Syn);
  QVERIFY((syn.flags == TcpFlags{.syn = true, .ece = true, .cwr = true}));
  QCOMPARE(syn.source_port, 41'668);
  QCOMPARE(syn.destination_port, 5001);
  QCOMPARE(syn.seq.value(), 0x49d90846U);
  QCOMPARE(syn.window, 64'240);
  QCOMPARE(syn.options.mss.value(), 1460);
  QCOMPARE(int{syn.options.window_scale.value()}, 7);
  QVERIFY(syn.options.sack_permitted);
  QVERIFY((syn.options.timestamps == TcpTimestamps{0x965a3e1f, 0}));

  const TcpHeader sack = parse(samples::kV4ThreeSackBlocks);
  QCOMPARE(sack.options.sack.size(), 3U);
  QVERIFY(sack.options.sack[0] == block(0x73c683c9, 0x73c6a5b9));
  QVERIFY(sack.options.sack[2] == block(0x73c5da19, 0x73c60d01));
}

void TcpTest::sack_blocks_that_fit_data() {
  QTest::addColumn<bool>("timestamps");
  QTest::addColumn<bool>("syn_options");
  QTest::addColumn<int>("offered");
  QTest::addColumn<int>("emitted");
  QTest::addColumn<int>("size");
  QTest::newRow("one") << false << false << 1 << 1 << 32;
  QTest::newRow("four") << false << false << 4 << 4 << 56;
  QTest::newRow("three beside timestamps") << true << false << 3 << 3 << 60;
  QTest::newRow("four beside timestamps") << true << false << 4 << 3 << 60;
  QTest::newRow("two beside all of a SYN's") << true << true << 2 << 2 << 60;
  QTest::newRow("three beside all of a SYN's") << true << true << 3 << 2 << 60;
}
void TcpTest::sack_blocks_that_fit() {
  QFETCH(const bool, timestamps);
  QFETCH(const bool, syn_options);
  QFETCH(const int, offered);
  TcpHeader header;
  if (timestamps) header.options.timestamps = TcpTimestamps{1, 2};
  if (syn_options) {
    header.options.mss = 1460;
    header.options.window_scale = 7;
  }
  for (unsigned i = 0; i < static_cast<unsigned>(offered); ++i) {
    header.options.sack.push_back(block(10 * i, 10 * i + 5));
  }
  const Buffer bytes = bytes_of(header);
  QTEST(static_cast<int>(bytes.size()), "size");
  const auto parsed = parse_tcp(bytes, Completeness::Complete).value().header.options.sack;
  QTEST(static_cast<int>(parsed.size()), "emitted");
  for (std::size_t i = 0; i < parsed.size(); ++i) QVERIFY(parsed[i] == header.options.sack[i]);
}

void TcpTest::lays_out_options_as_freebsd_does_data() {
  QTest::addColumn<bool>("scale");
  QTest::addColumn<bool>("sack");
  QTest::addColumn<bool>("timestamps");
  QTest::addColumn<QString>("hex");
  QTest::newRow("all") << true << true << true << "020405b4010303060402080a0000000100000002";
  QTest::newRow("sack alone") << false << true << false << "020405b404020000";
  QTest::newRow("scale alone") << true << false << false << "020405b401030306";
  QTest::newRow("timestamps alone") << false << false << true << "020405b40101080a0000000100000002";
  QTest::newRow("scale, sack") << true << true << false << "020405b40103030604020000";
}
void TcpTest::lays_out_options_as_freebsd_does() {
  QFETCH(const bool, scale);
  QFETCH(const bool, sack);
  QFETCH(const bool, timestamps);
  QFETCH(const QString, hex);
  TcpHeader header;
  header.options.order = OptionOrder::FreeBsd;
  header.options.mss = 1460;
  if (scale) header.options.window_scale = 6;
  header.options.sack_permitted = sack;
  if (timestamps) header.options.timestamps = TcpTimestamps{1, 2};
  const Buffer bytes = bytes_of(header);
  QCOMPARE(Buffer(bytes.begin() + 20, bytes.end()), testing::from_hex(hex.toStdString()));
  TcpOptions read = parse_tcp(bytes, Completeness::Complete).value().header.options;
  read.order = OptionOrder::FreeBsd;
  QVERIFY(read == header.options);
}

void TcpTest::odd_options_data() {
  QTest::addColumn<QString>("hex");
  QTest::addColumn<int>("mss");
  QTest::addColumn<int>("blocks");
  const auto row = [](const char* name, const char* hex, int mss, int blocks = 0) {
    QTest::newRow(name) << QString(hex) << mss << blocks;
  };
  constexpr int kNone = -1;
  row("none", "", kNone);
  row("end first", "00 02040100", kNone);
  row("behind no-operations", "010101 02040100", 256);
  row("behind an unknown option", "fd06 00000000 02040100", 256);
  row("behind an unknown empty option", "fd02 02040100", 256);
  row("MSS of the wrong length", "0203 01 02040100", 256);
  row("length 0", "fd00 02040100", kNone);
  row("length 1", "fd01 02040100", kNone);
  row("length to the end exactly", "02040100 fd04 0000", 256);
  row("length past the end", "02040100 fd05 0000", 256);
  row("kind without a length", "02040100 010101 05", 256);
  row("SACK of a broken size", "0509 00000001 000000 02040100 ", 256);
  row("SACK of no blocks", "0502 02040100", 256, 0);
  row("SACK of two blocks", "0512 00000001 00000002 00000003 00000004 02040100", 256, 2);
  row("the last of two MSS counts", "02040100 02040200", 512);
}
void TcpTest::odd_options() {
  QFETCH(const QString, hex);
  QFETCH(const int, mss);
  const Buffer segment = with_options(testing::from_hex(hex.toStdString()));
  const auto view = parse_tcp(segment, Completeness::Complete);
  QVERIFY(view);
  const auto& options = view->header.options;
  QCOMPARE(options.mss ? int{*options.mss} : -1, mss);
  QTEST(static_cast<int>(options.sack.size()), "blocks");
  QVERIFY(!options.window_scale && !options.timestamps && !options.sack_permitted);
}

void TcpTest::refuses_bad_lengths() {
  Buffer segment(24);
  const auto with_offset = [&](unsigned words, Completeness completeness) {
    segment[12] = static_cast<std::uint8_t>(words << 4);
    return parse_tcp(segment, completeness);
  };
  for (const auto completeness : {Completeness::Complete, Completeness::MayBeCut}) {
    QCOMPARE(with_offset(0, completeness).error(), ParseError::BadLength);
    QCOMPARE(with_offset(4, completeness).error(), ParseError::BadLength);
    QCOMPARE(with_offset(5, completeness).value().payload.size(), 4U);
    QCOMPARE(with_offset(6, completeness).value().payload.size(), 0U);
  }
  QCOMPARE(with_offset(7, Completeness::Complete).error(), ParseError::BadLength);
  const auto cut = with_offset(7, Completeness::MayBeCut).value();
  QVERIFY(cut.options_cut);
  QCOMPARE(cut.header_size, 28U);
}

void TcpTest::every_truncation() {
  const Buffer packet = testing::from_hex(samples::kV4Syn);
  const Bytes segment = Bytes(packet).subspan(20);
  for (std::size_t size = 0; size <= segment.size(); ++size) {
    const auto complete = parse_tcp(segment.first(size), Completeness::Complete);
    QCOMPARE(complete.has_value(), size == segment.size());
    const auto view = parse_tcp(segment.first(size), Completeness::MayBeCut);
    QCOMPARE(view.has_value(), size >= 20);
    if (!view) continue;
    QCOMPARE(view->options_cut, size < segment.size());
    QCOMPARE(view->header.options.mss.has_value(), size >= 24);
    QCOMPARE(view->header.options.timestamps.has_value(), size >= 36);
    QCOMPARE(view->header.options.window_scale.has_value(), size >= 40);
    QVERIFY(view->payload.empty());
  }
}

// RFC 7413 §4.1.1 and appendix B.
void TcpTest::fast_open_data() {
  QTest::addColumn<QString>("options");
  // Nothing: not understood.
  QTest::addColumn<QString>("cookie");
  QTest::addColumn<bool>("experimental");
  const auto row = [](const char* name, const char* options, const char* cookie,
                      bool experimental) {
    QTest::newRow(name) << options << cookie << experimental;
  };
  row("request", "2202 0101", "", false);
  row("shortest", "2206 01020304 0101", "01020304", false);
  row("eight bytes", "220a 0102030405060708 0101", "0102030405060708", false);
  row("longest", "2212 000102030405060708090a0b0c0d0e0f 0101", "000102030405060708090a0b0c0d0e0f",
      false);
  row("experimental request", "fe04 f989", "", true);
  row("experimental", "fe0c f989 0102030405060708", "0102030405060708", true);
  row("odd", "2207 0102030405 01", "-", false);
  row("too short", "2204 0102", "-", false);
  row("too long", "2214 000102030405060708090a0b0c0d0e0f1011", "-", false);
  row("another experiment", "fe0c f98a 0102030405060708", "-", false);
  row("no experiment", "fe02 0101", "-", false);
}
void TcpTest::fast_open() {
  QFETCH(const QString, options);
  QFETCH(const QString, cookie);
  QFETCH(const bool, experimental);
  const Buffer bytes = testing::from_hex(options.toStdString());
  const Buffer segment = with_options(bytes);
  const auto view = parse_tcp(segment, Completeness::Complete).value();
  const auto& understood = view.header.options.fast_open;
  QCOMPARE(understood.has_value(), cookie != "-");
  if (!understood) return;
  const Bytes read = understood->bytes();
  QCOMPARE(Buffer(read.begin(), read.end()), testing::from_hex(cookie.toStdString()));
  QCOMPARE(understood->experimental, experimental);
  // Said as it was heard, at the end of all that a SYN says, in either order.
  QCOMPARE(bytes_of(view.header), segment);
  TcpHeader full = view.header;
  full.options.mss = 1460;
  full.options.sack_permitted = true;
  full.options.timestamps = TcpTimestamps{1, 2};
  full.options.window_scale = 7;
  for (const OptionOrder order : {OptionOrder::Linux, OptionOrder::FreeBsd}) {
    full.options.order = order;
    const Buffer said = bytes_of(full);
    QVERIFY(said.size() <= 60);
    auto again = parse_tcp(said, Completeness::Complete).value().header;
    again.options.order = order;
    QVERIFY(again == full);
  }
}

void TcpTest::sets_a_checksum_that_verifies() {
  Random random(2);
  for (const char* address : {"10.66.0.1", "fd69:6e66::1"}) {
    const IpAddress source = parse_address(address).value();
    for (std::size_t payload = 0; payload < 50; ++payload) {
      TcpHeader header;
      header.options = random_options(random);
      Buffer segment = bytes_of(header);
      const std::size_t header_size = segment.size();
      segment.resize(header_size + payload);
      random.fill(MutableBytes(segment).subspan(header_size));
      set_tcp_checksum(source, source, segment);
      QCOMPARE(transport_checksum(source, source, ip_protocol::kTcp, segment), 0);
    }
  }
}

void TcpTest::random_options_are_survived() {
  Random random(3);
  for (int i = 0; i < 50'000; ++i) {
    Buffer options(random.below(41));
    random.fill(options);
    for (auto& byte : options) {
      if (random.chance(0.7)) byte = static_cast<std::uint8_t>(byte % 12);
    }
    const Buffer segment = with_options(options);
    const auto view = parse_tcp(segment, Completeness::Complete);
    QVERIFY(view && view->payload.empty());
    // What was understood can be said again, and is understood the same.
    const Buffer again = bytes_of(view->header);
    const auto second = parse_tcp(again, Completeness::Complete).value();
    QVERIFY(second.header.options.sack.size() <= view->header.options.sack.size());
    QVERIFY(second.header.options.mss == view->header.options.mss);
    QVERIFY(second.header.options.timestamps == view->header.options.timestamps);
  }
}

namespace {
const testing::Register<TcpTest> registered;
}

}  // namespace inflight::wire

#include "tcp_test.moc"
