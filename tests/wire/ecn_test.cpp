// The ECN field in place: it alone changes, the checksum stays right, and tunnels combine it by RFC
// 6040's table.
#include "wire/ecn.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"

namespace inflight::wire {

class EcnTest : public QObject {
  Q_OBJECT

 private slots:
  void changes_the_field_and_nothing_else();
  void what_is_no_ip_packet_is_left_alone();
  void outer_and_inner_combine_data();
  void outer_and_inner_combine();
};

namespace {

constexpr std::array kAll = {Ecn::NotEct, Ecn::Ect1, Ecn::Ect0, Ecn::Ce};

std::vector<std::uint8_t> packet_with(const IpHeader& header) {
  std::vector<std::uint8_t> packet(ip_header_size(header.source.version()) + 4, 0xab);
  emit_ip(header, 4, MutableBytes(packet).first(packet.size() - 4));
  return packet;
}

}  // namespace

void EcnTest::changes_the_field_and_nothing_else() {
  Random random(1);
  for (const char* address : {"10.1.2.3", "fd00::1"}) {
    for (int i = 0; i < 200; ++i) {
      IpHeader header{.source = parse_address(address).value(),
                      .destination = parse_address(address).value(),
                      .protocol = ip_protocol::kTcp,
                      .hop_limit = static_cast<std::uint8_t>(random.below(256)),
                      .dscp = static_cast<std::uint8_t>(random.below(64)),
                      .ecn = kAll[random.below(4)],
                      .identification = static_cast<std::uint16_t>(random.below(65536))};
      // The header with 0xFFFF as its sum, too, is met within the identifications drawn.
      auto packet = packet_with(header);
      header.ecn = kAll[random.below(4)];
      set_ecn(packet, header.ecn);
      QVERIFY(packet == packet_with(header));
      QVERIFY(ecn_of(packet) == header.ecn);
    }
  }
}

void EcnTest::what_is_no_ip_packet_is_left_alone() {
  const std::vector<std::vector<std::uint8_t>> packets = {{},
                                                          {0x45},
                                                          std::vector<std::uint8_t>(19, 0x45),
                                                          std::vector<std::uint8_t>(39, 0x60),
                                                          std::vector<std::uint8_t>(60, 0x50)};
  for (const auto& packet : packets) {
    auto changed = packet;
    set_ecn(changed, Ecn::Ce);
    QVERIFY(changed == packet);
    QVERIFY(ecn_of(packet) == Ecn::NotEct);
  }
}

void EcnTest::outer_and_inner_combine_data() {
  QTest::addColumn<Ecn>("inner");
  QTest::addColumn<Ecn>("outer");
  QTest::addColumn<std::optional<Ecn>>("expected");
  const std::optional<Ecn> dropped;
  QTest::newRow("plain") << Ecn::NotEct << Ecn::NotEct << std::optional(Ecn::NotEct);
  QTest::newRow("outer set by mistake") << Ecn::NotEct << Ecn::Ect0 << std::optional(Ecn::NotEct);
  QTest::newRow("a mark for who knows none") << Ecn::NotEct << Ecn::Ce << dropped;
  QTest::newRow("unmarked") << Ecn::Ect0 << Ecn::Ect0 << std::optional(Ecn::Ect0);
  QTest::newRow("cleared on the way") << Ecn::Ect0 << Ecn::NotEct << std::optional(Ecn::Ect0);
  QTest::newRow("marked") << Ecn::Ect0 << Ecn::Ce << std::optional(Ecn::Ce);
  QTest::newRow("less marked") << Ecn::Ect0 << Ecn::Ect1 << std::optional(Ecn::Ect1);
  QTest::newRow("ECT(1) stays") << Ecn::Ect1 << Ecn::Ect0 << std::optional(Ecn::Ect1);
  QTest::newRow("marked inside") << Ecn::Ce << Ecn::NotEct << std::optional(Ecn::Ce);
}

void EcnTest::outer_and_inner_combine() {
  QFETCH(Ecn, inner);
  QFETCH(Ecn, outer);
  QFETCH(std::optional<Ecn>, expected);
  QVERIFY(decapsulated_ecn(inner, outer) == expected);
}

}  // namespace inflight::wire

namespace {
const inflight::testing::Register<inflight::wire::EcnTest> registered;
}
#include "ecn_test.moc"
