// Longest prefix first, one owner per prefix, and the addresses that belong to public keys.
#include "tunnel/routes.h"

#include <QTest>

#include "support/registry.h"
#include "vectors.h"

namespace inflight::testing {

using namespace tunnel;

class RoutesTest : public QObject {
  Q_OBJECT

 private slots:
  void longest_prefix_wins() {
    Routes routes;
    const auto prefix = [](const char* text) { return wire::parse_prefix(text).value(); };
    const auto address = [](const char* text) { return wire::parse_address(text).value(); };
    QVERIFY(routes.assign(prefix("0.0.0.0/0"), PeerId{0}));
    QVERIFY(routes.assign(prefix("10.0.0.0/8"), PeerId{1}));
    QVERIFY(routes.assign(prefix("10.1.2.0/24"), PeerId{2}));
    QVERIFY(routes.assign(prefix("10.1.2.3/32"), PeerId{3}));
    QVERIFY(routes.find(address("10.1.2.3")) == PeerId{3});
    QVERIFY(routes.find(address("10.1.2.4")) == PeerId{2});
    QVERIFY(routes.find(address("10.9.9.9")) == PeerId{1});
    QVERIFY(routes.find(address("11.0.0.0")) == PeerId{0});
    QVERIFY(!routes.find(address("fd00::1")));
    // A prefix has one owner.
    QVERIFY(routes.assign(prefix("10.1.2.0/24"), PeerId{1}));
    QVERIFY(routes.find(address("10.1.2.4")) == PeerId{1});
    routes.remove(PeerId{1});
    QVERIFY(routes.find(address("10.1.2.4")) == PeerId{0});
  }

  void derived_addresses_keep_the_block() {
    const PublicKey key = public_hex(vectors::kInitiatorPublic);
    for (const char* text : {"10.66.0.0/16", "10.66.0.0/20", "10.66.0.7/32", "fd69:6e66::/64"}) {
      const wire::Prefix block = wire::parse_prefix(text).value();
      const wire::IpAddress address = derived_address(block, key);
      QVERIFY(block.contains(address));
      QVERIFY(address == derived_address(block, key));
      QVERIFY(block.length == 32 ? address == block.address : !(address == block.address));
    }
  }
};

namespace {
const Register<RoutesTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "routes_test.moc"
