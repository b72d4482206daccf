// The table of settings: every key can be read, written and read back, each kind of mistake is
// refused with a sentence, and every bound holds on both sides.
#include "lab/settings.h"

#include <QTest>
#include <set>

#include "lab/scenario.h"
#include "support/registry.h"

using namespace inflight;
using namespace inflight::lab;

namespace {

QString q(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

void add_every_setting() {
  QTest::addColumn<QString>("key");
  for (const SettingInfo& setting : all_settings()) {
    QTest::newRow(std::string(setting.key).c_str()) << q(setting.key);
  }
}

// What a setting of this kind may be set to, other than the defaults.
std::vector<std::string> examples(const SettingInfo& setting) {
  std::vector<std::string> result;
  for (const auto bound : {setting.minimum, setting.maximum, setting.none}) {
    if (!bound.empty()) result.emplace_back(bound);
  }
  for (const auto choice : setting.choices) result.emplace_back(choice);
  if (setting.kind == SettingKind::Switch) result.insert(result.end(), {"on", "off"});
  if (setting.kind == SettingKind::Burst) result.insert(result.end(), {"1%x8pkt", "0.05%x1pkt"});
  if (setting.kind == SettingKind::Timetable) {
    result.insert(result.end(), {"5s:rate=20Mbit", "0s:loss=1%,100ms:loss_burst=1%x8pkt"});
  }
  if (setting.kind == SettingKind::Count && setting.maximum.empty()) result.emplace_back("77");
  return result;
}

std::string error_of(std::string_view key, std::string_view value) {
  Scenario scenario;
  const std::string before = to_json(scenario);
  const auto outcome = set(scenario, key, value);
  if (outcome) return "accepted";
  return to_json(scenario) == before ? outcome.error().text : "the scenario was changed";
}

}  // namespace

class SettingsTest : public QObject {
  Q_OBJECT

 private slots:
  void every_promised_key_exists() {
    for (const auto key : {"path.rate",
                           "path.rate_back",
                           "path.rtt",
                           "path.distance",
                           "path.queue",
                           "path.loss",
                           "path.loss_burst",
                           "path.jitter",
                           "path.reorder",
                           "path.mtu",
                           "sender.send_buffer",
                           "sender.congestion",
                           "sender.hystart",
                           "sender.recovery",
                           "sender.initial_window",
                           "sender.slow_start_limit",
                           "receiver.receive_buffer",
                           "receiver.window_share",
                           "receiver.delayed_ack",
                           "outbound_queue.length",
                           "outbound_queue.policy",
                           "tunnel.enabled",
                           "tunnel.rate",
                           "tunnel.mtu",
                           "tcp.window_scaling",
                           "tcp.mss",
                           "tcp.min_rto",
                           "workload.kind",
                           "workload.bytes",
                           "duration",
                           "seed"}) {
      QVERIFY2(find_setting(key) != nullptr, key);
    }
  }

  void is_described_data() { add_every_setting(); }
  void is_described() {
    QFETCH(QString, key);
    const SettingInfo& setting = *find_setting(key.toStdString());
    QVERIFY(!setting.label.empty() && !setting.group.empty());
    QVERIFY(setting.help.size() > 40 && setting.help.ends_with('.'));
    QVERIFY(setting.group == "run" || setting.key.starts_with(std::string(setting.group) + "."));
    QCOMPARE(setting.kind == SettingKind::Choice, !setting.choices.empty());
    QVERIFY(!display(Scenario{}, setting.key).empty());
  }

  void keys_are_unique() {
    std::set<std::string_view> keys;
    for (const SettingInfo& setting : all_settings()) QVERIFY(keys.insert(setting.key).second);
  }

  void reads_back_what_was_set_data() { add_every_setting(); }
  void reads_back_what_was_set() {
    QFETCH(QString, key);
    const std::string name = key.toStdString();
    // The default itself is acceptable and stands for itself.
    Scenario scenario;
    QVERIFY(set(scenario, name, get(Scenario{}, name)).has_value());
    QCOMPARE(q(to_json(scenario)), q(to_json(Scenario{})));
    for (const std::string& example : examples(*find_setting(name))) {
      const auto outcome = set(scenario, name, example);
      QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().text.c_str());
      const std::string text = get(scenario, name);
      Scenario again;
      QVERIFY(set(again, name, text).has_value());
      QCOMPARE(q(get(again, name)), q(text));
    }
  }

  void changes_only_its_own_value_data() { add_every_setting(); }
  void changes_only_its_own_value() {
    QFETCH(QString, key);
    const std::string name = key.toStdString();
    for (const std::string& example : examples(*find_setting(name))) {
      Scenario scenario;
      QVERIFY(set(scenario, name, example).has_value());
      for (const SettingInfo& other : all_settings()) {
        const bool same_value = (name == "path.distance" && other.key == "path.rtt") ||
                                (name == "path.rtt" && other.key == "path.distance");
        if (other.key == name || same_value) continue;
        QCOMPARE(q(get(scenario, other.key)), q(get(Scenario{}, other.key)));
      }
    }
  }

  void bounds_hold_on_both_sides_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("inside");
    QTest::addColumn<QString>("outside");
    const auto row = [](const char* key, const char* inside, const char* outside) {
      QTest::addRow("%s=%s", key, outside) << key << inside << outside;
    };
    for (const char* rate : {"path.rate", "path.rate_back", "receiver.read_rate", "tunnel.rate"}) {
      row(rate, "1kbit", "999bit");
      row(rate, "100Gbit", "100.001Gbit");
    }
    row("path.rtt", "10s", "10.001s");
    row("path.distance", "1000000km", "1000001km");
    row("path.queue", "1GiB", "1073741825B");
    for (const char* share : {"path.loss", "path.reorder", "path.duplicate"}) {
      row(share, "0%", "-0.1%");
      row(share, "100%", "100.1%");
    }
    row("path.loss_burst", "1%x1pkt", "1%x0pkt");
    row("path.loss_burst", "1%x10000pkt", "1%x10001pkt");
    row("path.jitter", "1s", "1001ms");
    row("path.reorder_delay", "1s", "1001ms");
    row("path.mtu", "576B", "575B");
    row("path.mtu", "9000B", "9001B");
    for (const char* buffer : {"sender.send_buffer", "receiver.receive_buffer"}) {
      row(buffer, "4KiB", "4095B");
      row(buffer, "1GiB", "1073741825B");
    }
    for (const char* window : {"sender.initial_window", "sender.slow_start_limit"}) {
      row(window, "1pkt", "0pkt");
      row(window, "1000pkt", "1001pkt");
    }
    row("receiver.window_share", "1%", "0.99%");
    row("path.codel_target", "100us", "99us");
    row("path.codel_interval", "1ms", "999us");
    row("path.mark_threshold", "0B", "-1B");
    row("path.policer", "1kbit", "999bit");
    row("path.policer_burst", "1500B", "1499B");
    row("path.policer_burst", "512MiB", "536870913B");
    row("path.outage", "60min", "3601s");
    row("path.outage_length", "1ms", "999us");
    row("cross.flows", "16", "17");
    row("cross.flows", "0", "-1");
    row("cross.start", "60min", "3601s");
    row("cross.stop", "1ms", "999us");
    row("cross.stagger", "60min", "3601s");
    row("cross.extra_rtt", "10s", "10.001s");
    row("outbound_queue.length", "1pkt", "0pkt");
    row("outbound_queue.length", "65536pkt", "65537pkt");
    row("tunnel.mtu", "576B", "575B");
    row("tunnel.mtu", "8940B", "8941B");
    row("tcp.mss", "88B", "87B");
    row("tcp.mss", "8960B", "8961B");
    row("tcp.min_rto", "1ms", "999us");
    row("tcp.min_rto", "60s", "60.001s");
    row("workload.bytes", "1B", "0B");
    row("workload.bytes", "100GB", "100000000001B");
    row("workload.request", "1B", "0B");
    row("workload.request", "1GB", "1000000001B");
    row("workload.turns", "1", "0");
    row("workload.turns", "1000000", "1000001");
    row("workload.pause", "60s", "60.001s");
    row("duration", "10ms", "9ms");
    row("duration", "60min", "3601s");
    row("seed", "18446744073709551615", "18446744073709551616");
  }
  void bounds_hold_on_both_sides() {
    QFETCH(QString, key);
    QFETCH(QString, inside);
    QFETCH(QString, outside);
    Scenario scenario;
    QVERIFY(set(scenario, key.toStdString(), inside.toStdString()).has_value());
    const std::string text = error_of(key.toStdString(), outside.toStdString());
    QVERIFY2(text.starts_with(key.toStdString() + ": expected "), text.c_str());
    QVERIFY2(text.ends_with("got '" + outside.toStdString() + "'"), text.c_str());
  }

  void says_what_was_expected_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* key, const char* value, const char* text) {
      QTest::addRow("%s=%s", key, value) << key << value << text;
    };
    row("path.rtt", "76", "path.rtt: expected a duration such as 76ms or 1.5s, got '76'");
    row("path.rtt", "", "path.rtt: expected a duration such as 76ms or 1.5s, got ''");
    row("path.rate", "205MiB",
        "path.rate: expected a rate such as 205Mbit or 10Gbit, got '205MiB'");
    row("tunnel.rate", "fast",
        "tunnel.rate: expected a rate such as 205Mbit or 10Gbit, or unlimited, got 'fast'");
    row("path.distance", "4150", "path.distance: expected a distance such as 4150km, got '4150'");
    row("path.queue", "64pkt", "path.queue: expected a size such as 512KiB or 2MB, got '64pkt'");
    row("path.loss", "0.01", "path.loss: expected a share from 0% to 100%, got '0.01'");
    row("path.loss_burst", "1%",
        "path.loss_burst: expected a share of 0% to 100% and a mean length of 1pkt to 10000pkt "
        "such as 1%x8pkt, or none, got '1%'");
    row("outbound_queue.length", "64",
        "outbound_queue.length: expected a number of packets such as 64pkt, got '64'");
    row("outbound_queue.length", "0pkt",
        "outbound_queue.length: expected 1pkt to 65536pkt, got '0pkt'");
    row("sender.hystart", "on",
        "sender.hystart: expected one of off, linux, gvisor, plusplus, got 'on'");
    row("tunnel.enabled", "yes", "tunnel.enabled: expected on or off, got 'yes'");
    row("seed", "-1", "seed: expected a whole number such as 10, got '-1'");
    row("workload.turns", "1e3", "workload.turns: expected a whole number such as 10, got '1e3'");
    row("tunnel.speed", "1",
        "unknown key 'tunnel.speed': expected one of tunnel.enabled, tunnel.rate, tunnel.mtu");
    row("rtt", "1ms",
        "unknown key 'rtt': expected duration, seed or a key of path, cross, sender, receiver, "
        "outbound_queue, tunnel, tcp or workload such as path.rtt");
    row("path.discipline", "red",
        "path.discipline: expected one of droptail, codel, fq_codel, got 'red'");
    const std::string changes =
        "path.schedule: expected changes such as 5s:rate=20Mbit,8s:rtt=120ms";
    const auto schedule = [&](const char* value, const std::string& why) {
      row("path.schedule", value,
          (changes + (why.empty() ? "" : " (" + why + ")") + ", or none, got '" + value + "'")
              .c_str());
    };
    schedule("", "");
    schedule("20Mbit", "");
    schedule("5s:rate", "");
    schedule("5s:rate=20Mbit,", "");
    schedule("5:rate=20Mbit", "the time is a duration such as 76ms or 1.5s");
    schedule("5s:speed=20Mbit", "there is no path.speed");
    schedule("5s:outage=1s", "path.outage cannot change in a run");
    schedule("5s:schedule=none", "path.schedule cannot change in a run");
    schedule("5s:rate=20", "path.rate: expected a rate such as 205Mbit or 10Gbit, got '20'");
    schedule("5s:loss=101%", "path.loss: expected a share from 0% to 100%, got '101%'");
  }
  void says_what_was_expected() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, text);
    QCOMPARE(q(error_of(key.toStdString(), value.toStdString())), text);
  }

  void quotes_only_the_start_of_long_rubbish() {
    const std::string text = error_of("path.rtt", std::string(100'000, 'x'));
    QVERIFY(text.size() < 200);
    // A character of two bytes astride the cut is left out whole.
    const std::string umlauts = error_of("path.rtt", std::string(59, 'x') + "\u00e4\u00e4\u00e4");
    QVERIFY(q(umlauts).endsWith(QString(59, 'x') + u'\u2026' + "'"));
  }

  void distance_is_the_round_trip_seen_as_fibre() {
    Scenario scenario;
    QVERIFY(set(scenario, "path.distance", "4150km").has_value());
    QCOMPARE(scenario.path.rtt, Duration{41'500us});
    QVERIFY(set(scenario, "path.rtt", "60ms").has_value());
    QCOMPARE(q(get(scenario, "path.distance")), QString("6000km"));
    QCOMPARE(fibre_kilometres(41'500us), 4150.0);
  }

  void values_reach_their_place() {
    Scenario s;
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"sender.congestion", "newreno"},
             {"sender.hystart", "plusplus"},
             {"sender.recovery", "newreno"},
             {"outbound_queue.policy", "drop"},
             {"workload.kind", "idle_burst"},
             {"sender.slow_start_limit", "unlimited"},
             {"path.loss_burst", "1%x8pkt"},
             {"tcp.mss", "1000B"},
             {"path.rate_back", "1Mbit"}}) {
      QVERIFY2(set(s, key, value).has_value(), key);
    }
    QVERIFY(s.sender.congestion == congestion::Algorithm::NewReno);
    QVERIFY(s.sender.hystart == congestion::HystartKind::PlusPlus);
    QVERIFY(s.sender.recovery == tcp::Recovery::NewReno && !s.outbound_queue.backpressure);
    QVERIFY(s.workload.kind == WorkloadKind::IdleBurst);
    QCOMPARE(s.sender.slow_start_limit, std::int64_t{0});
    QCOMPARE(s.path.loss_burst, (BurstLoss{.share = 0.01, .mean_packets = 8}));
    QVERIFY(s.tcp.mss == 1000 && s.path.rate_back == 1_Mbit);
    QVERIFY(set(s, "tcp.mss", "auto").has_value() && !s.tcp.mss);
    QVERIFY(set(s, "path.rate_back", "same").has_value() && !s.path.rate_back);
    QVERIFY(set(s, "path.loss_burst", "none").has_value());
    QCOMPARE(s.path.loss_burst, BurstLoss{});
  }

  // By time, whatever the order in which they are given; values as they are read back.
  void a_schedule_is_kept_in_order() {
    Scenario s;
    QVERIFY(set(s, "path.schedule", "8s:rtt=120ms,1500ms:rate=20000kbit,8s:loss=1%").has_value());
    QCOMPARE(q(get(s, "path.schedule")), QString("1.5s:rate=20Mbit,8s:rtt=120ms,8s:loss=1%"));
    QCOMPARE(s.path.schedule.size(), std::size_t{3});
    QCOMPARE(s.path.schedule.front(), (ScheduledChange{1500ms, "path.rate", "20Mbit"}));
    std::string many;
    for (std::size_t i = 0; i < kMostChanges; ++i)
      many += (i > 0 ? "," : "") + std::string("1s:loss=1%");
    QVERIFY(set(s, "path.schedule", many).has_value());
    QVERIFY(!set(s, "path.schedule", many + ",1s:loss=1%").has_value());
    QVERIFY(set(s, "path.schedule", "none").has_value() && s.path.schedule.empty());
  }

  void displays_for_people_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("shown");
    QTest::newRow("rate") << "path.rate" << "205Mbit" << "205 Mbit/s";
    QTest::newRow("unlimited") << "tunnel.rate" << "unlimited" << "unlimited";
    QTest::newRow("duration") << "path.rtt" << "76ms" << "76 ms";
    QTest::newRow("bytes") << "sender.send_buffer" << "4MiB" << "4 MiB";
    QTest::newRow("mtu") << "path.mtu" << "1500B" << "1500 B";
    QTest::newRow("one packet") << "sender.initial_window" << "1pkt" << "1 packet";
    QTest::newRow("packets") << "sender.initial_window" << "10pkt" << "10 packets";
    QTest::newRow("share") << "path.loss" << "0.5%" << "0.5 %";
    QTest::newRow("burst") << "path.loss_burst" << "1%x8pkt" << "bursts at 1 %, 8 packets each";
    QTest::newRow("switch") << "tcp.ipv6" << "on" << "on";
    QTest::newRow("choice") << "sender.hystart" << "gvisor" << "gvisor";
    QTest::newRow("count") << "seed" << "42" << "42";
  }
  void displays_for_people() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    Scenario scenario;
    QVERIFY(set(scenario, key.toStdString(), value.toStdString()).has_value());
    QTEST(q(display(scenario, key.toStdString())), "shown");
  }

  void says_what_acts_while_running() {
    std::set<std::string_view> live;
    for (const SettingInfo& setting : all_settings()) {
      if (setting.effect == Effect::WhileRunning && setting.group != "path") {
        live.insert(setting.key);
      }
      // But for what has times of its own.
      const bool timed = setting.key.starts_with("path.outage") || setting.key == "path.schedule";
      if (setting.group == "path") QCOMPARE(setting.effect == Effect::WhileRunning, !timed);
    }
    const std::set<std::string_view> expected{
        "outbound_queue.length", "outbound_queue.policy",   "tunnel.rate",   "sender.send_buffer",
        "sender.congestion",     "sender.hystart",          "sender.pacing", "receiver.delayed_ack",
        "receiver.read_rate",    "receiver.receive_buffer", "tcp.min_rto"};
    QVERIFY(live == expected);
  }
};

namespace {
const inflight::testing::Register<SettingsTest> registered;
}
#include "settings_test.moc"
