// Scenarios as files: all built-in ones survive a round trip, and each kind of bad file is refused
// with one sentence that names the file and the key.
#include "lab/scenario.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <set>

#include "support/registry.h"
#include "support/source_dir.h"

using namespace inflight;
using namespace inflight::lab;

namespace {

QString q(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString error_of(std::string_view json) {
  const auto scenario = parse_scenario(json, "x.json");
  return scenario ? QString("accepted") : q(scenario.error().text);
}

void write_file(const QString& path, const QByteArray& content) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  QCOMPARE(file.write(content), content.size());
}

}  // namespace

class ScenarioTest : public QObject {
  Q_OBJECT

 private slots:
  void built_in_ones_survive_a_round_trip_data() {
    QTest::addColumn<QString>("name");
    for (const Scenario& scenario : built_in_scenarios()) {
      QTest::newRow(scenario.name.c_str()) << q(scenario.name);
    }
  }
  void built_in_ones_survive_a_round_trip() {
    QFETCH(QString, name);
    const Scenario& scenario = *find_built_in(name.toStdString());
    QVERIFY(!scenario.title.empty() && scenario.title.size() <= 48);
    QVERIFY(scenario.story.size() > 80);
    QVERIFY2(scenario.story.contains("ours") || scenario.story.contains("Ours") ||
                 scenario.story.contains("textbook"),
             "the story says whose the figures are");
    const std::string json = to_json(scenario);
    const auto again = parse_scenario(json, "described");
    QVERIFY2(again.has_value(), again ? "" : again.error().text.c_str());
    QCOMPARE(q(to_json(*again)), q(json));
    for (const SettingInfo& setting : all_settings()) {
      QCOMPARE(q(get(*again, setting.key)), q(get(scenario, setting.key)));
    }
  }

  void every_file_is_built_in_under_its_name() {
    QDir folder(INFLIGHT_SOURCE_DIR "/resources/scenarios");
    std::set<std::string> names;
    for (const Scenario& scenario : built_in_scenarios()) names.insert(scenario.name);
    QCOMPARE(names.size(), built_in_scenarios().size());
    std::set<std::string> files;
    for (const QString& file : folder.entryList({"*.json"})) {
      const auto scenario = load_scenario(folder.filePath(file).toStdString());
      QVERIFY2(scenario.has_value(), scenario ? "" : scenario.error().text.c_str());
      QCOMPARE(q(scenario->name) + ".json", file);
      files.insert(scenario->name);
    }
    QVERIFY(names == files);
    QVERIFY(find_built_in("no-such") == nullptr);
  }

  void pairs_differ_in_what_they_compare() {
    const auto differences = [](const char* a, const char* b) {
      std::vector<std::string_view> keys;
      for (const SettingInfo& setting : all_settings()) {
        if (get(*find_built_in(a), setting.key) != get(*find_built_in(b), setting.key)) {
          keys.push_back(setting.key);
        }
      }
      return keys;
    };
    using Keys = std::vector<std::string_view>;
    QCOMPARE(differences("stutter", "stutter-hystart"), (Keys{"sender.hystart"}));
    QCOMPARE(differences("coder-2.10", "coder-2.12"),
             (Keys{"sender.hystart", "outbound_queue.policy"}));
    QCOMPARE(differences("lost-inside", "lost-inside-backpressure"),
             (Keys{"outbound_queue.policy"}));
    QCOMPARE(differences("bufferbloat", "bufferbloat-codel"), (Keys{"path.discipline"}));
    QCOMPARE(differences("bufferbloat", "bufferbloat-fq-codel"), (Keys{"path.discipline"}));
    QCOMPARE(differences("bufferbloat-codel", "ecn-marks"), (Keys{"tcp.ecn"}));
    QCOMPARE(differences("keystrokes-behind-download", "keystrokes-fq-codel"),
             (Keys{"path.discipline"}));
  }

  void textbook_figures_of_the_paths() {
    QCOMPARE(bandwidth_delay_product(*find_built_in("bdp-10g-30ms")), ByteCount{37'500'000});
    QCOMPARE(bandwidth_delay_product(*find_built_in("bdp-10m-100ms")), ByteCount{125'000});
    QCOMPARE(find_built_in("fibre-4150km")->path.rtt, Duration{41'500us});
    const PathSettings& stutter = find_built_in("stutter")->path;
    // "About half": what HyStart's exit leaves in flight must still fit.
    const ByteCount product = bandwidth_delay_product(*find_built_in("stutter"));
    QVERIFY(stutter.queue >= product / 2 && stutter.queue <= product * 6 / 10);
  }

  void describes_every_key() {
    const QString json = q(to_json(Scenario{}));
    for (const SettingInfo& setting : all_settings()) {
      const auto dot = setting.key.find('.');
      const auto key = dot == std::string_view::npos ? setting.key : setting.key.substr(dot + 1);
      QVERIFY2(json.contains("\"" + q(key) + "\": "), std::string(setting.key).c_str());
    }
  }

  void absent_keys_keep_their_defaults() {
    const auto scenario = parse_scenario(R"({"path":{"rtt":"5ms"},"seed":9})", "x.json");
    QVERIFY(scenario.has_value());
    Scenario expected;
    expected.path.rtt = 5ms;
    expected.seed = 9;
    QCOMPARE(q(to_json(*scenario)), q(to_json(expected)));
    QVERIFY(parse_scenario("{}", "x.json").has_value());
  }

  // --describe prints both; other keys may stand between them.
  void distance_and_rtt_may_agree() {
    QCOMPARE(error_of(R"({"path":{"distance":"4150km","loss":"1%","rtt":"60ms"}})"),
             QString("x.json: path.rtt: expected either path.rtt or path.distance, or both to say "
                     "the same"));
    for (const char* rtt : {"0s", "41.5ms", "76ms", "1ns", "123456789ns", "10s"}) {
      Scenario scenario;
      QVERIFY(set(scenario, "path.rtt", rtt).has_value());
      const auto again = parse_scenario(to_json(scenario), "described");
      QVERIFY2(again.has_value(), again ? "" : again.error().text.c_str());
      QVERIFY(again->path.rtt == scenario.path.rtt);
    }
  }

  void accepts_numbers_and_booleans_where_they_are_plain() {
    const auto scenario = parse_scenario(
        R"({"tcp":{"ipv6":true,"timestamps":false},"workload":{"turns":3},"seed":"12"})", "x");
    QVERIFY(scenario.has_value());
    QVERIFY(scenario->tcp.ipv6 && !scenario->tcp.timestamps);
    QCOMPARE(scenario->workload.turns, std::int64_t{3});
    QCOMPARE(scenario->seed, std::uint64_t{12});
  }

  void refuses_with_one_sentence_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const char* json, const char* text) {
      QTest::newRow(name) << QByteArray(json) << QString::fromUtf8(text);
    };
    row("missing unit", R"({"path":{"rtt":"76"}})",
        "x.json: path.rtt: expected a duration such as 76ms or 1.5s, got '76'");
    row("number without unit", R"({"path":{"rtt":76}})",
        "x.json: path.rtt: expected a duration such as 76ms or 1.5s, got '76'");
    row("fraction", R"({"workload":{"turns":1.5}})",
        "x.json: workload.turns: expected a whole number such as 10, got '1.5'");
    row("out of range", R"({"sender":{"initial_window":"0pkt"}})",
        "x.json: sender.initial_window: expected 1pkt to 1000pkt, got '0pkt'");
    row("boolean for a rate", R"({"tunnel":{"rate":true}})",
        "x.json: tunnel.rate: expected a rate such as 205Mbit or 10Gbit, or unlimited, got 'on'");
    row("null", R"({"path":{"rate":null}})",
        "x.json: path.rate: expected a rate such as 205Mbit or 10Gbit, got 'null'");
    row("unknown key of a group", R"({"tunnel":{"speed":"1Mbit"}})",
        "x.json: unknown key 'tunnel.speed': expected one of tunnel.enabled, tunnel.rate, "
        "tunnel.mtu");
    row("unknown key", R"({"sede":1})",
        "x.json: unknown key 'sede': expected name, title, story, duration, seed or one of the "
        "groups path, cross, sender, receiver, outbound_queue, tunnel, tcp, workload");
    row("unknown group", R"({"pathh":{"rtt":"1ms"}})",
        "x.json: unknown key 'pathh': expected name, title, story, duration, seed or one of the "
        "groups path, cross, sender, receiver, outbound_queue, tunnel, tcp, workload");
    row("dotted key", R"({"path.rtt":"1ms"})",
        "x.json: unknown key 'path.rtt': expected name, title, story, duration, seed or one of "
        "the groups path, cross, sender, receiver, outbound_queue, tunnel, tcp, workload");
    row("a group named run", R"({"run":{"seed":1}})",
        "x.json: unknown key 'run': expected name, title, story, duration, seed or one of the "
        "groups path, cross, sender, receiver, outbound_queue, tunnel, tcp, workload");
    row("twice", R"({"path":{"rtt":"1ms","rtt":"2ms"}})",
        "x.json: path.rtt: expected once, but it is there twice");
    row("group twice", R"({"path":{},"path":{}})",
        "x.json: path: expected once, but it is there twice");
    row("rtt and distance", R"({"path":{"rtt":"1ms","distance":"200km"}})",
        "x.json: path.distance: expected either path.rtt or path.distance, or both to say the "
        "same");
    row("list", R"({"path":{"rtt":["1ms"]}})",
        "x.json: path.rtt: expected a single value, got a list");
    row("object", R"({"path":{"rtt":{"ms":1}}})",
        "x.json: path.rtt: expected a single value, got an object");
    row("object for a value", R"({"seed":{}})",
        "x.json: seed: expected a single value, got an object");
    row("value for a group", R"({"path":"fast"})",
        "x.json: path: expected an object with the keys of path, got 'fast'");
    row("number for a name", R"({"name":1})", "x.json: name: expected text in quotes, got '1'");
    row("not an object", R"("coder")",
        "x.json: expected an object with the scenario's keys, got 'coder'");
    row("list of scenarios", R"([{}])", "x.json: expected a single value, got a list");
    row("cut off", "{\n  \"path\": {", "x.json: expected JSON, which ends at line 2, column 12");
    row("empty", "", "x.json: expected JSON, which ends at line 1, column 1");
    row("rubbish behind", "{} x", "x.json: expected JSON, which ends at line 1, column 4");
    row("bad name", R"({"name":"../x"})",
        "x.json: name: expected 1 to 64 letters, digits, dots, dashes or underscores, no dot "
        "first");
    row("tunnel too large", R"({"tunnel":{"mtu":"1441B"}})",
        "x.json: tunnel.mtu: expected at most 1500B (path.mtu) less 60B for the tunnel, got "
        "1441B");
    row("segment too large", R"({"tcp":{"mss":"1241B"}})",
        "x.json: tcp.mss: expected at most 1240B, what tunnel.mtu leaves after the headers, got "
        "1241B");
    row("segment too large for IPv6", R"({"tcp":{"mss":"1221B","ipv6":"on"}})",
        "x.json: tcp.mss: expected at most 1220B, what tunnel.mtu leaves after the headers, got "
        "1221B");
    row("IPv6 in a small MTU", R"({"tcp":{"ipv6":"on"},"tunnel":{"mtu":"1279B"}})",
        "x.json: tunnel.mtu: expected at least 1280B, which tcp.ipv6=on needs, got 1279B");
  }
  void refuses_with_one_sentence() {
    QFETCH(QByteArray, json);
    QTEST(error_of(std::string_view(json.constData(), static_cast<std::size_t>(json.size()))),
          "text");
  }

  void other_flows_start_before_they_stop() {
    QCOMPARE(error_of(R"({"cross":{"flows":3,"stagger":"2s","stop":"9s"}})"),
             QString("x.json: cross.stop: expected a time after the last of the flows has started, "
                     "got 9s"));
  }

  void accepts_the_other_side_of_each_whole_check() {
    for (const auto json :
         {R"({"cross":{"flows":3,"stagger":"2s","stop":"9001ms"}})", R"({"cross":{"stop":"1s"}})",
          R"({"tunnel":{"mtu":"1440B"}})", R"({"tcp":{"mss":"1240B"}})",
          R"({"tcp":{"mss":"1220B","ipv6":"on"}})",
          R"({"tunnel":{"enabled":"off","mtu":"8940B"},"tcp":{"mss":"1460B"}})"}) {
      QCOMPARE(error_of(json), QString("accepted"));
    }
  }

  void depth_and_size_are_bounded() {
    QVERIFY(error_of(std::string(100'000, '[')).startsWith("x.json: "));
    std::string deep = R"({"path":)";
    for (int i = 0; i < 100'000; ++i) deep += R"({"a":)";
    QVERIFY(error_of(deep).startsWith("x.json: path.a: "));
    const std::string limit = "{}" + std::string((1 << 20) - 2, ' ');
    QCOMPARE(error_of(limit), QString("accepted"));
    QCOMPARE(error_of(limit + " "), QString("x.json: expected a scenario of at most 1MiB"));
  }

  void survives_rubbish_and_cuts() {
    const std::string json = to_json(*find_built_in("coder-2.10"));
    for (std::size_t i = 0; i + 2 < json.size(); ++i) {
      QVERIFY(!parse_scenario(json.substr(0, i), "cut").has_value());
      std::string changed = json;
      changed[i] = static_cast<char>(0xc3);
      static_cast<void>(parse_scenario(changed, "changed"));
    }
  }

  void loads_files() {
    const QTemporaryDir folder;
    const QString good = folder.filePath("good.json");
    write_file(good, R"({"name":"mine","path":{"rtt":"5ms"}})");
    const auto scenario = load_scenario(good.toStdString());
    QVERIFY(scenario && scenario->name == "mine" && scenario->path.rtt == Duration{5ms});

    const QString bad = folder.filePath("bad.json");
    write_file(bad, R"({"path":{"rtt":"5"}})");
    QCOMPARE(q(load_scenario(bad.toStdString()).error().text),
             bad + ": path.rtt: expected a duration such as 76ms or 1.5s, got '5'");
    const QString none = folder.filePath("none.json");
    QCOMPARE(q(load_scenario(none.toStdString()).error().text),
             none + ": expected a scenario file, there is none");
    QCOMPARE(q(load_scenario(folder.path().toStdString()).error().text),
             folder.path() + ": expected a scenario file, got a directory");
    const QString large = folder.filePath("large.json");
    write_file(large, QByteArray(1 << 21, ' '));
    QCOMPARE(q(load_scenario(large.toStdString()).error().text),
             large + ": expected a scenario of at most 1MiB");
  }
};

namespace {
const inflight::testing::Register<ScenarioTest> registered;
}
#include "scenario_test.moc"
