// Addresses with their network as people write them, and the one interface that every machine has.
#include "io/network_interface.h"

#include <QTest>

#include "support/registry.h"

namespace inflight::io {

class NetworkInterfaceTest : public QObject {
  Q_OBJECT

 private slots:
  void host_bits_stay() {
    const auto v4 = parse_interface_address("10.77.0.2/24");
    QVERIFY(v4.has_value());
    QCOMPARE(to_string(*v4), std::string("10.77.0.2/24"));
    const auto v6 = parse_interface_address("fd77::2/64");
    QVERIFY(v6.has_value());
    QCOMPARE(to_string(*v6), std::string("fd77::2/64"));
    const auto alone = parse_interface_address("10.77.0.2");
    QVERIFY(alone.has_value());
    QCOMPARE(alone->prefix_length, 32U);
  }

  void what_is_no_address_is_refused() {
    for (const char* text : {"", "10.77.0", "10.77.0.2/33", "10.77.0.2/", "fd77::2/129", "tun0"}) {
      QVERIFY2(!parse_interface_address(text), text);
    }
  }

  void what_is_as_wanted_needs_no_privilege() {
    NetworkInterface loopback("lo");
    const auto mtu = loopback.mtu();
    QVERIFY(mtu.has_value());
    QVERIFY(loopback.set_mtu(*mtu).has_value());
  }

  void an_interface_that_is_not_there() {
    for (const char* name : {"none0", "a-name-of-16-chrs"}) {
      NetworkInterface none(name);
      QVERIFY(!none.mtu());
      QCOMPARE(QString::fromStdString(none.bring_up().error().reason), QString("No such device"));
      const auto address = parse_interface_address("10.77.0.2/24");
      QVERIFY(!none.add_address(*address));
    }
  }
};

namespace {
const testing::Register<NetworkInterfaceTest> registered;
}

}  // namespace inflight::io

#include "network_interface_test.moc"
