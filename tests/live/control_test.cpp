// The control connection against a client that does not keep to the protocol: the server answers
// with what is wrong and closes, within limits of size and time, and goes on serving others.
#include <QTest>

#include "live/address_plan.h"
#include "live/message.h"
#include "live/raw_client.h"
#include "live/running_server.h"
#include "support/registry.h"

namespace inflight::live {

class ControlTest : public QObject {
  Q_OBJECT

 private slots:
  void hostile_lines_are_refused_data();
  void hostile_lines_are_refused();
  void silence_is_closed();
  void strangers_on_the_data_port_are_sent_away();
  void a_whole_conversation();
};

namespace {

const std::string kHello = R"({"type":"hello","version":1,"program":"test"})";

template <class T>
std::optional<T> receive(RawClient& client) {
  const auto line = client.receive();
  if (!line) return std::nullopt;
  const auto message = parse_line(*line);
  if (!message || !std::holds_alternative<T>(*message)) return std::nullopt;
  return std::get<T>(*message);
}

}  // namespace

void ControlTest::hostile_lines_are_refused_data() {
  QTest::addColumn<QString>("first");
  QTest::addColumn<QString>("second");
  QTest::addColumn<int>("code");
  const auto row = [](const char* name, const QString& first, const QString& second, Refusal code) {
    QTest::newRow(name) << first << second << static_cast<int>(code);
  };
  const QString hello = QString::fromStdString(kHello);
  row("no JSON", "GET / HTTP/1.1", "", Refusal::Malformed);
  row("a list", "[1,2]", "", Refusal::Malformed);
  row("no type", "{}", "", Refusal::Malformed);
  row("deep", QString(5000, '['), "", Refusal::Malformed);
  row("no hello first", R"({"type":"ping","sent":1})", "", Refusal::Malformed);
  row("another version", R"({"type":"hello","version":2,"program":"x"})", "", Refusal::Version);
  row("a version that is no number", R"({"type":"hello","version":"1"})", "", Refusal::Malformed);
  row("longer than 64 KiB", QString(70'000, 'x'), "", Refusal::Malformed);
  row("a server's message", hello, R"({"type":"error","code":"busy","text":""})",
      Refusal::Malformed);
  row("an id of another form", hello, R"({"type":"start","id":"x","settings":{}})",
      Refusal::Malformed);
  row("an hour", hello,
      R"({"type":"start","id":"0123456789abcdef","settings":{"duration":"3600s"}})",
      Refusal::Malformed);
  row("a buffer of a gigabyte", hello,
      R"({"type":"start","id":"0123456789abcdef","settings":{"sender":{"send_buffer":"1GiB"}}})",
      Refusal::Malformed);
  row("settings that are no group", hello,
      R"({"type":"start","id":"0123456789abcdef","settings":{"sender":"x"}})", Refusal::Malformed);
  row("an MTU of 1", hello,
      R"({"type":"start","id":"0123456789abcdef","settings":{"tunnel":{"mtu":"1B"}}})",
      Refusal::Malformed);
}
void ControlTest::hostile_lines_are_refused() {
  QFETCH(const QString, first);
  QFETCH(const QString, second);
  QFETCH(const int, code);
  const RunningServer server;
  RawClient client(server.target(), kControlPort);
  client.send(first.toStdString());
  if (!second.isEmpty()) {
    QVERIFY(receive<Hello>(client));
    client.send(second.toStdString());
  }
  const auto error = receive<Error>(client);
  QVERIFY(error);
  QCOMPARE(static_cast<int>(error->code), code);
  QVERIFY(!error->text.empty());
  QVERIFY(client.ends());
}

void ControlTest::silence_is_closed() {
  ServerConfig config;
  config.idle_limit = 100ms;
  const RunningServer server(config);
  RawClient client(server.target(), kControlPort);
  client.send(kHello);
  QVERIFY(receive<Hello>(client));
  QVERIFY(client.ends());
}

void ControlTest::strangers_on_the_data_port_are_sent_away() {
  const RunningServer server;
  RawClient control(server.target(), kControlPort);
  control.send(kHello);
  QVERIFY(receive<Hello>(control));
  control.send(R"({"type":"start","id":"0123456789abcdef","settings":{}})");
  QVERIFY(receive<Ready>(control));
  RawClient data(server.target(), kDataPort);
  data.send("fedcba9876543210");
  QVERIFY(data.ends());
}

void ControlTest::a_whole_conversation() {
  const RunningServer server;
  RawClient control(server.target(), kControlPort);
  control.send(kHello);
  const auto hello = receive<Hello>(control);
  QVERIFY(hello && hello->version == kProtocolVersion);
  control.send(R"({"type":"ping","sent":12})");
  const auto pong = receive<Pong>(control);
  QVERIFY(pong && pong->sent == Instant{12ns} && pong->time > Instant{});
  control.send(R"({"type":"start","id":"0123456789abcdef","settings":{"direction":"up"}})");
  const auto ready = receive<Ready>(control);
  QVERIFY(ready && ready->id == "0123456789abcdef" && ready->data_port == kDataPort);
  // A second one on the same connection, while the first waits.
  control.send(R"({"type":"start","id":"0123456789abcde0","settings":{"direction":"up"}})");
  const auto busy = receive<Error>(control);
  QVERIFY(busy && busy->code == Refusal::Busy);
}

namespace {
const testing::Register<ControlTest> registered;
}

}  // namespace inflight::live

#include "control_test.moc"
