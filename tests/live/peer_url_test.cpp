// Naming a server: forms that are understood, and those that are not.
#include "live/peer_url.h"

#include <QTest>

#include "support/registry.h"

namespace inflight::live {

class PeerUrlTest : public QObject {
  Q_OBJECT

 private slots:
  void parses_data();
  void parses();
  void prints_what_it_parses();
};

void PeerUrlTest::parses_data() {
  const char* const key = "ew+Gm0//vpcJhf+I7v37OOi46Sls4jGEsGvWWqAAAAA=";
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("host");  // empty: refused
  QTest::addColumn<int>("port");
  QTest::addColumn<bool>("has_key");
  QTest::newRow("whole") << QString("inflight://example.org:1234#%1").arg(key) << "example.org"
                         << 1234 << true;
  QTest::newRow("no scheme") << QString("10.0.0.1:99#%1").arg(key) << "10.0.0.1" << 99 << true;
  QTest::newRow("no key") << "10.0.0.1:99" << "10.0.0.1" << 99 << false;
  QTest::newRow("no port") << "example.org" << "example.org" << 51820 << false;
  QTest::newRow("IPv6") << "[2001:db8::1]:7" << "2001:db8::1" << 7 << false;
  QTest::newRow("IPv6, no port") << "inflight://[::1]" << "::1" << 51820 << false;
  QTest::newRow("bare IPv6") << "::1" << "::1" << 51820 << false;
  QTest::newRow("empty") << "" << "" << 0 << false;
  QTest::newRow("no host") << ":99" << "" << 0 << false;
  QTest::newRow("port 0") << "a:0" << "" << 0 << false;
  QTest::newRow("port too large") << "a:65536" << "" << 0 << false;
  QTest::newRow("no number") << "a:b" << "" << 0 << false;
  QTest::newRow("unclosed") << "[::1:7" << "" << 0 << false;
  QTest::newRow("a name in brackets") << "[a]:7" << "" << 0 << false;
  QTest::newRow("a short key") << "a:7#AAAA" << "" << 0 << false;
  QTest::newRow("no base64") << "a:7#!w+Gm0//vpcJhf+I7v37OOi46Sls4jGEsGvWWqAAAAA=" << "" << 0
                             << false;
}
void PeerUrlTest::parses() {
  QFETCH(const QString, text);
  QFETCH(const QString, host);
  const auto target = parse_target(text.toStdString());
  QCOMPARE(target.has_value(), !host.isEmpty());
  if (!target) {
    QVERIFY(target.error().text.find("expected") != std::string::npos);
    return;
  }
  QCOMPARE(QString::fromStdString(target->host), host);
  QTEST(static_cast<int>(target->port), "port");
  QTEST(target->key.has_value(), "has_key");
}

void PeerUrlTest::prints_what_it_parses() {
  const std::string text =
      "inflight://[2001:db8::1]:7#ew+Gm0//vpcJhf+I7v37OOi46Sls4jGEsGvWWqAAAAA=";
  const auto target = parse_target(text);
  QVERIFY(target);
  QCOMPARE(to_url(*target), text);
}

namespace {
const testing::Register<PeerUrlTest> registered;
}

}  // namespace inflight::live

#include "peer_url_test.moc"
