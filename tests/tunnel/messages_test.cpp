// Parsing and emitting the four messages: there and back, every wrong size, every wrong type.
#include "tunnel/messages.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"
#include "vectors.h"

namespace inflight::testing {

using namespace tunnel;

class MessagesTest : public QObject {
  Q_OBJECT

 private slots:
  void there_and_back() {
    const Buffer initiation = hex(vectors::kInitiation);
    const auto parsed = parse_message(initiation);
    QVERIFY(parsed.has_value());
    const auto& message = std::get<Initiation>(*parsed);
    QCOMPARE(message.sender, vectors::kInitiatorIndex);
    Buffer out(kInitiationSize);
    emit_initiation(message, out);
    QVERIFY(out == initiation);

    const Buffer response = hex(vectors::kResponse);
    const auto parsed_response = parse_message(response);
    const auto& answer = std::get<Response>(*parsed_response);
    QCOMPARE(answer.sender, vectors::kResponderIndex);
    QCOMPARE(answer.receiver, vectors::kInitiatorIndex);
    out.resize(kResponseSize);
    emit_response(answer, out);
    QVERIFY(out == response);

    CookieReply cookie{.receiver = 7};
    cookie.nonce.fill(1);
    cookie.sealed_cookie.fill(2);
    out.resize(kCookieReplySize);
    emit_cookie_reply(cookie, out);
    QVERIFY(std::get<CookieReply>(*parse_message(out)) == cookie);

    const auto transport = parse_message(hex(vectors::kTransport));
    QCOMPARE(std::get<TransportHeader>(*transport).receiver, vectors::kResponderIndex);
    const TransportHeader header{.receiver = 9, .counter = 0x1122334455667788};
    out.assign(kTransportOverhead, 0);
    emit_transport_header(header, MutableBytes(out).first(kTransportHeaderSize));
    QVERIFY(std::get<TransportHeader>(*parse_message(out)) == header);
  }

  void sizes_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("smallest");
    QTest::addColumn<int>("largest");
    QTest::newRow("initiation") << 1 << 148 << 148;
    QTest::newRow("response") << 2 << 92 << 92;
    QTest::newRow("cookie reply") << 3 << 64 << 64;
    QTest::newRow("transport") << 4 << 32 << 2000;
    QTest::newRow("type 0") << 0 << 2001 << 0;
    QTest::newRow("type 5") << 5 << 2001 << 0;
    QTest::newRow("type 255") << 255 << 2001 << 0;
  }
  void sizes() {
    QFETCH(int, type);
    QFETCH(int, smallest);
    QFETCH(int, largest);
    for (int size = 0; size <= 2000; ++size) {
      Buffer datagram(static_cast<std::size_t>(size));
      if (size > 0) datagram[0] = static_cast<std::uint8_t>(type);
      const bool fits = size >= smallest && size <= largest;
      QCOMPARE(parse_message(datagram).has_value(), fits);
    }
  }

  void reserved_bytes_are_zero() {
    for (const std::size_t place : {1U, 2U, 3U}) {
      Buffer datagram = hex(vectors::kInitiation);
      datagram[place] = 1;
      QVERIFY(parse_message(datagram).error() == MessageError::BadType);
    }
  }
};

namespace {
const Register<MessagesTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "messages_test.moc"
