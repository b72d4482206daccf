// Requests as typed: what is refused, with which sentence about which field, and what becomes of
// the others.
#include "ui/bridge/live_plan.h"

#include <QTest>

#include "support/registry.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

const QString kKey = QStringLiteral("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

LiveRequest requestOf(const QString& target, const QString& key = kKey) {
  LiveRequest request;
  request.target = target;
  request.key = key;
  return request;
}

}  // namespace

class LivePlanTest : public QObject {
  Q_OBJECT

 private slots:
  void refuses_with_a_sentence_about_the_field_data() {
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("time");
    QTest::addColumn<int>("field");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const QString& target, const QString& key,
                        const QString& time, LiveRefusal::Field field, const char* says) {
      QTest::newRow(name) << target << key << time << static_cast<int>(field) << QString(says);
    };
    using Field = LiveRefusal::Field;
    row("nothing", "", "", "5s", Field::Target, "inflight-cli serve");
    row("blanks", "  ", kKey, "5s", Field::Target, "inflight-cli serve");
    row("no host", "inflight://:51820", kKey, "5s", Field::Target, "HOST:PORT");
    row("port of letters", "a:port", kKey, "5s", Field::Target, "a port from 1 to 65535");
    row("port too large", "a:65536", kKey, "5s", Field::Target, "a port from 1 to 65535");
    row("port 0", "a:0", kKey, "5s", Field::Target, "a port from 1 to 65535");
    row("open bracket", "[::1", kKey, "5s", Field::Target, "a ] behind");
    row("no key", "a:1", "", "5s", Field::Key, "public key is missing");
    row("key of words", "a:1", "not a key", "5s", Field::Key, "not a key");
    row("key cut short", "a:1", kKey.left(40), "5s", Field::Key, "44 characters");
    row("key in the URL is none", "inflight://a:1#nonsense", "", "5s", Field::Target, "base64");
    row("no time", "a:1", kKey, "0s", Field::Time, "60 s");
    row("too long", "a:1", kKey, "61s", Field::Time, "60 s");
    row("time without unit", "a:1", kKey, "5", Field::Time, "such as 5s");
    row("time of words", "a:1", kKey, "soon", Field::Time, "soon");
  }

  void refuses_with_a_sentence_about_the_field() {
    QFETCH(const QString, target);
    QFETCH(const QString, key);
    QFETCH(const QString, time);
    QFETCH(const int, field);
    QFETCH(const QString, says);
    LiveRequest request = requestOf(target, key);
    request.time = time;
    const auto plan = planLive(request);
    QVERIFY(!plan);
    QCOMPARE(static_cast<int>(plan.error().field), field);
    QVERIFY2(plan.error().sentence.contains(says), qPrintable(plan.error().sentence));
  }

  void targets_are_taken_in_every_form_data() {
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("server");
    QTest::newRow("URL") << "inflight://a.example:4000#" + kKey << "" << "a.example:4000";
    QTest::newRow("URL with blanks") << " inflight://a:4000#" + kKey + " \n" << "" << "a:4000";
    QTest::newRow("host and port") << "a:4000" << kKey << "a:4000";
    QTest::newRow("host alone") << "a" << kKey << "a:51820";
    QTest::newRow("IPv6") << "[fd00::1]:4000" << kKey << "[fd00::1]:4000";
    QTest::newRow("the key beside it decides")
        << "inflight://a:4000#BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" << kKey << "a:4000";
  }

  void targets_are_taken_in_every_form() {
    QFETCH(const QString, target);
    QFETCH(const QString, key);
    QFETCH(const QString, server);
    const auto plan = planLive(requestOf(target, key));
    QVERIFY2(plan, plan ? "" : qPrintable(plan.error().sentence));
    QCOMPARE(plan->server, server);
    QCOMPARE(plan->url, "inflight://" + server + "#" + kKey);
    QCOMPARE(plan->duration, Duration{5s});
  }

  void both_is_down_then_up() {
    LiveRequest request = requestOf("a:1");
    request.direction = LiveDirection::Both;
    const auto plan = planLive(request);
    QVERIFY(plan.has_value());
    QCOMPARE(plan->legs.size(), std::size_t{2});
    QCOMPARE(plan->legs[0].direction, LiveDirection::Down);
    QCOMPARE(plan->legs[1].direction, LiveDirection::Up);
    QVERIFY(plan->legs[0].packets != plan->legs[1].packets);
  }

  void settings_have_defaults_and_bounds_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("good");
    QTest::addColumn<QString>("bad");
    QTest::newRow("algorithm") << "sender.congestion" << "cubic" << "newreno" << "vegas";
    QTest::newRow("HyStart") << "sender.hystart" << "linux" << "plusplus" << "maybe";
    QTest::newRow("send buffer") << "sender.send_buffer" << "4MiB" << "256KiB" << "1GiB";
    QTest::newRow("receive buffer") << "receiver.receive_buffer" << "4MiB" << "64MiB" << "1";
    QTest::newRow("initial window") << "sender.initial_window" << "10pkt" << "2pkt" << "0pkt";
    QTest::newRow("recovery") << "sender.recovery" << "rack" << "sack" << "fack";
    QTest::newRow("rate reduction") << "sender.rate_reduction" << "on" << "off" << "yes";
    QTest::newRow("forward RTO") << "sender.forward_rto" << "on" << "off" << "";
    QTest::newRow("undo") << "sender.undo" << "on" << "off" << "1";
    QTest::newRow("pacing") << "sender.pacing" << "off" << "on" << "2";
    QTest::newRow("ECN") << "tcp.ecn" << "off" << "on" << "passive";
    QTest::newRow("delayed ACK") << "receiver.delayed_ack" << "on" << "off" << "1";
    QTest::newRow("MTU") << "tunnel.mtu" << "1280B" << "1420B" << "1421B";
    QTest::newRow("time") << "duration" << "5s" << "60s" << "61s";
  }

  void settings_have_defaults_and_bounds() {
    QFETCH(const QString, key);
    QFETCH(const QString, preset);
    QFETCH(const QString, good);
    QFETCH(const QString, bad);
    const std::string name = key.toStdString();
    QCOMPARE(liveDefault(name), preset);
    QCOMPARE(refuseLiveSetting(name, preset), QString());
    QCOMPARE(refuseLiveSetting(name, good), QString());
    const QString refused = refuseLiveSetting(name, bad);
    QVERIFY2(refused.contains(key), qPrintable(refused));
    LiveRequest request = requestOf("a:1");
    request.settings[name] = bad;
    const auto plan = planLive(request);
    QVERIFY(!plan);
    QCOMPARE(plan.error().field, LiveRefusal::Field::Setting);
  }

  void only_our_own_end_changes_during_a_run() {
    QVERIFY(canChangeLive(LiveDirection::Up, "sender.congestion"));
    QVERIFY(!canChangeLive(LiveDirection::Up, "receiver.receive_buffer"));
    QVERIFY(canChangeLive(LiveDirection::Up, "sender.pacing"));
    QVERIFY(!canChangeLive(LiveDirection::Up, "sender.initial_window"));
    QVERIFY(!canChangeLive(LiveDirection::Up, "sender.recovery"));
    QVERIFY(!canChangeLive(LiveDirection::Up, "tcp.ecn"));
    QVERIFY(canChangeLive(LiveDirection::Down, "receiver.receive_buffer"));
    QVERIFY(!canChangeLive(LiveDirection::Down, "sender.congestion"));
    QVERIFY(!canChangeLive(LiveDirection::Down, "tunnel.mtu"));
  }
};

namespace {
const inflight::testing::Register<LivePlanTest> registered;
}
#include "live_plan_test.moc"
