// Fast Open (RFC 7413) between two stacks: the round trip that it saves, cookies and their keys,
// and every way in which it falls back to an ordinary handshake.
#include "stack/fast_open.h"

#include <QTest>

#include "stack/net.h"
#include "support/registry.h"

using namespace inflight;
using namespace inflight::stack;
using namespace inflight::testing;

namespace {

tcp::Config with_fast_open(bool on = true) {
  tcp::Config config;
  config.fast_open = on;
  return config;
}

// A server that echoes nothing but is asked again and again, and what passes between.
struct Talk {
  Net net;

  explicit Talk(bool server = true, Config config = with_addresses({kServer, kServer6}))
      : net(std::move(config)) {
    net.server.listen(80, with_fast_open(server));
  }
  // A connection that has written its request; nothing was sent yet.
  Handle ask(const char* words, bool fast_open = true) {
    const Handle handle =
        net.client.connect(with_fast_open(fast_open), {kServer, 80}, net.now).value();
    net.client.find(handle)->write(text(words));
    return handle;
  }
  // The packet that comes next from the client.
  wire::Packet next() { return std::move(net.client.poll_packet(net.now)->packet); }
  void to_server(const wire::Packet& packet) { net.server.handle_packet(packet, net.now); }
  // An ordinary connection, after which the client has a cookie.
  void learn() {
    const Handle handle = ask("first");
    // Until the last delayed ACK is there.
    net.run_until(net.now + 1s);
    QCOMPARE(net.client.find(handle)->fast_open().use, tcp::FastOpenUse::CookieAsked);
    QVERIFY(net.server.accept());
  }
  tcp::FastOpenUse use(Handle handle) const {
    return std::as_const(net.client).find(handle)->fast_open().use;
  }
};

}  // namespace

class FastOpenTest : public QObject {
  Q_OBJECT

 private slots:
  void the_first_connection_asks_for_a_cookie() {
    Talk talk;
    talk.ask("hello");
    const wire::Packet syn = talk.next();
    QVERIFY(view(syn).header.options.fast_open->is_request());
    QVERIFY(view(syn).payload.empty());
    talk.to_server(syn);
    const auto answer = talk.net.server.poll_packet(talk.net.now);
    QCOMPARE(view(answer->packet).header.options.fast_open->bytes().size(), std::size_t{8});
    QCOMPARE(talk.net.server.counters().fast_open_cookies, 1);
    QVERIFY(!talk.net.server.accept());
  }

  // The request is read, and its answer on the way, before the handshake is over.
  void the_second_one_carries_its_request() {
    Talk talk;
    talk.learn();
    const Handle handle = talk.ask("request");
    const wire::Packet syn = talk.next();
    QVERIFY(view(syn).header.flags.syn);
    QCOMPARE(view(syn).payload.size(), std::size_t{7});
    talk.to_server(syn);
    const auto accepted = talk.net.server.accept();
    QVERIFY(accepted.has_value());
    tcp::Connection& peer = *talk.net.server.find(*accepted);
    QVERIFY(peer.state() == tcp::State::SynReceived);
    QCOMPARE(read_all(peer), std::string("request"));
    peer.write(text("answer"));
    const auto syn_ack = talk.net.server.poll_packet(talk.net.now);
    QCOMPARE(view(syn_ack->packet).header.ack - view(syn).header.seq, 8);
    const auto answer = talk.net.server.poll_packet(talk.net.now);
    QCOMPARE(view(answer->packet).payload.size(), std::size_t{6});
    QVERIFY(!view(answer->packet).header.flags.syn);
    talk.net.client.handle_packet(syn_ack->packet, talk.net.now);
    talk.net.client.handle_packet(answer->packet, talk.net.now);
    QCOMPARE(talk.use(handle), tcp::FastOpenUse::DataTaken);
    QCOMPARE(read_all(*talk.net.client.find(handle)), std::string("answer"));
    talk.net.settle();
    QVERIFY(peer.state() == tcp::State::Established);
    QVERIFY(peer.is_consistent() && talk.net.client.find(handle)->is_consistent());
    QCOMPARE(talk.net.client.find(handle)->snapshot().counters.retransmits, 0);
    QCOMPARE(talk.net.server.counters().fast_open_taken, 1);
    // It was offered to accept() once.
    QVERIFY(!talk.net.server.accept());
  }

  // More than one segment, both ways: what the SYN cannot take follows, nothing twice.
  void long_messages_arrive_whole() {
    Talk talk;
    talk.learn();
    const std::string request(50'000, 'q');
    const std::string response(70'000, 'r');
    const Handle handle = talk.ask(request.c_str());
    const wire::Packet syn = talk.next();
    QVERIFY(syn.size() <= 1500 && view(syn).payload.size() > 1300);
    talk.to_server(syn);
    const Handle peer = *talk.net.server.accept();
    talk.net.server.find(peer)->write(text(response.c_str()));
    talk.net.settle();
    QCOMPARE(read_all(*talk.net.server.find(peer)), request);
    QCOMPARE(read_all(*talk.net.client.find(handle)), response);
    QCOMPARE(talk.net.client.find(handle)->snapshot().counters.retransmits, 0);
    QCOMPARE(talk.net.server.find(peer)->snapshot().counters.retransmits, 0);
  }

  // RFC 7413 §4.2.1: the SYN alone is acknowledged; the data goes again at once.
  void data_that_is_not_taken_is_sent_again_data() {
    QTest::addColumn<int>("why");
    QTest::newRow("the server forgot its keys") << 0;
    QTest::newRow("the listener does not know Fast Open any more") << 1;
    QTest::newRow("too many at once") << 2;
  }
  void data_that_is_not_taken_is_sent_again() {
    QFETCH(int, why);
    Config config = with_addresses({kServer, kServer6});
    if (why == 2) config.max_fast_opens = 0;
    Talk talk(true, config);
    talk.learn();
    if (why == 0) {
      talk.net.now += 3 * FastOpenKeys::kKeyLifetime;
    } else if (why == 1) {
      talk.net.server.listen(80, with_fast_open(false));
    }
    const Handle handle = talk.ask("request");
    const wire::Packet syn = talk.next();
    QCOMPARE(view(syn).payload.size(), std::size_t{7});
    talk.to_server(syn);
    QVERIFY(!talk.net.server.accept());
    const Instant before = talk.net.now;
    talk.net.settle();
    QVERIFY(talk.net.now == before);
    QCOMPARE(talk.use(handle), tcp::FastOpenUse::DataRefused);
    QCOMPARE(read_all(*talk.net.server.find(*talk.net.server.accept())), std::string("request"));
    QCOMPARE(talk.net.client.find(handle)->snapshot().counters.rtos, 0);
    QCOMPARE(talk.net.server.counters().fast_open_refused, why == 1 ? 0 : 1);
    // With new keys came a new cookie, which is good.
    if (why != 0) return;
    const Handle again = talk.ask("once more");
    talk.net.settle();
    QCOMPARE(talk.use(again), tcp::FastOpenUse::DataTaken);
  }

  // RFC 7413 §4.1.3.1: a SYN that gets no answer comes again without option and data, and the
  // server is spared for a while.
  void a_lost_syn_comes_again_plainly() {
    Talk talk;
    talk.learn();
    const Handle handle = talk.ask("request");
    while (talk.net.client.poll_packet(talk.net.now)) {
    }
    talk.net.now += 1s;
    talk.net.client.handle_timeout(talk.net.now);
    const wire::Packet syn = talk.next();
    QVERIFY(view(syn).header.flags.syn);
    QCOMPARE(view(syn).payload.size(), std::size_t{0});
    QVERIFY(!view(syn).header.options.fast_open);
    QCOMPARE(talk.use(handle), tcp::FastOpenUse::TimedOut);
    talk.to_server(syn);
    talk.net.settle();
    QCOMPARE(read_all(*talk.net.server.find(*talk.net.server.accept())), std::string("request"));
    QVERIFY(talk.net.client.find(handle)->is_consistent());
    const Handle next = talk.ask("next");
    QVERIFY(!view(talk.next()).header.options.fast_open);
    QCOMPARE(talk.use(next), tcp::FastOpenUse::None);
    talk.net.now += 1h;
    static_cast<void>(talk.ask("later"));
    for (;;) {
      const auto packet = talk.net.client.poll_packet(talk.net.now);
      QVERIFY(packet.has_value());
      const auto fast_open = view(packet->packet).header.options.fast_open;
      if (fast_open) break;
    }
  }

  // A SYN and ACK that is lost comes again, and so does what followed it.
  void a_lost_answer_comes_again() {
    Talk talk;
    talk.learn();
    const Handle handle = talk.ask("request");
    talk.to_server(talk.next());
    const Handle peer = *talk.net.server.accept();
    talk.net.server.find(peer)->write(text("answer"));
    while (talk.net.server.poll_packet(talk.net.now)) {
    }
    talk.net.run_until(talk.net.now + 10s);
    QCOMPARE(read_all(*talk.net.client.find(handle)), std::string("answer"));
    QCOMPARE(read_all(*talk.net.server.find(peer)), std::string("request"));
    QVERIFY(talk.net.server.find(peer)->state() == tcp::State::Established);
    QVERIFY(talk.net.server.find(peer)->is_consistent());
  }

  // RFC 7413 §5.1: connections that are used early are bounded, and give their places back.
  void early_connections_are_bounded() {
    Config config = with_addresses({kServer, kServer6});
    config.max_fast_opens = 2;
    Talk talk(true, config);
    talk.learn();
    std::vector<wire::Packet> syns;
    for (int i = 0; i < 4; ++i) {
      talk.ask("request");
      syns.push_back(talk.next());
    }
    for (const wire::Packet& syn : syns) talk.to_server(syn);
    QCOMPARE(talk.net.server.counters().fast_open_taken, 2);
    QCOMPARE(talk.net.server.counters().fast_open_refused, 2);
    talk.net.settle();
    for (int i = 0; i < 4; ++i) {
      QCOMPARE(read_all(*talk.net.server.find(*talk.net.server.accept())), std::string("request"));
    }
    // The client spares a server that refused it.
    talk.net.run_until(talk.net.now + 1h);
    talk.learn();
    for (int i = 0; i < 4; ++i) {
      talk.ask("more");
      talk.net.settle();
    }
    QCOMPARE(talk.net.server.counters().fast_open_taken, 6);
    // One that ends before its handshake does gives it back as well.
    for (int i = 0; i < 4; ++i) {
      const Handle handle = talk.ask("gone");
      talk.to_server(talk.next());
      while (talk.net.server.poll_packet(talk.net.now)) {
      }
      // The last of those that wait to be accepted.
      auto peer = talk.net.server.accept();
      for (auto later = peer; later; later = talk.net.server.accept()) peer = later;
      talk.net.server.find(*peer)->abort();
      talk.net.server.release(*peer);
      while (talk.net.server.poll_packet(talk.net.now)) {
      }
      talk.net.client.find(handle)->abort();
      talk.net.client.release(handle);
      while (talk.net.client.poll_packet(talk.net.now)) {
      }
    }
    QCOMPARE(talk.net.server.counters().fast_open_taken, 10);
  }

  void nobody_asks_who_does_not_want_it() {
    Talk talk;
    talk.learn();
    static_cast<void>(talk.ask("plain", false));
    const wire::Packet syn = talk.next();
    QVERIFY(!view(syn).header.options.fast_open && view(syn).payload.empty());
  }

  // The experimental option of RFC 7413 appendix B is answered in kind.
  void the_experimental_option() {
    Talk talk;
    wire::TcpHeader syn = syn_from(5000);
    syn.options.fast_open = wire::FastOpenCookie{};
    syn.options.fast_open->experimental = true;
    talk.net.server.handle_packet(segment(talk.net.pool, syn), talk.net.now);
    const auto answer = view(talk.net.server.poll_packet(talk.net.now)->packet).header;
    QVERIFY(answer.options.fast_open->experimental);
    QCOMPARE(answer.options.fast_open->bytes().size(), std::size_t{8});
  }

  void cookies_and_their_keys() {
    const FastOpenKeys keys{Random(1)};
    const FastOpenKeys others{Random(2)};
    using enum FastOpenKeys::Verdict;
    const Instant start = Instant{} + 10 * FastOpenKeys::kKeyLifetime;
    const auto cookie = keys.make(kClient, start);
    QVERIFY(keys.check(cookie, kClient, start) == Good);
    QVERIFY(keys.check(cookie, kServer, start) == Unknown);
    QVERIFY(keys.check(cookie, kClient6, start) == Unknown);
    QVERIFY(others.check(cookie, kClient, start) == Unknown);
    QVERIFY(keys.check({}, kClient, start) == Unknown);
    QVERIFY(keys.check(cookie, kClient, start + FastOpenKeys::kKeyLifetime - 1ns) == Good);
    QVERIFY(keys.check(cookie, kClient, start + FastOpenKeys::kKeyLifetime) == Outdated);
    QVERIFY(keys.check(cookie, kClient, start + 2 * FastOpenKeys::kKeyLifetime) == Unknown);
  }

  void the_memory_of_cookies_has_a_bound() {
    FastOpenCache cache(2);
    const FastOpenKeys keys{Random(1)};
    const auto address = [](int i) {
      return wire::IpAddress::v4(10, 0, 1, static_cast<std::uint8_t>(i));
    };
    const Instant start = Instant{} + 1h;
    for (int i = 0; i < 3; ++i) {
      cache.learn(address(i), keys.make(address(i), start), ByteCount{1000 + i}, start + i * 1s);
    }
    QVERIFY(cache.offer(address(0), start)->cookie.is_request());
    QVERIFY(!cache.offer(address(0), start)->mss);
    QCOMPARE(cache.offer(address(2), start)->mss, ByteCount{1002});
    QVERIFY(!cache.offer(address(2), start)->cookie.is_request());
    cache.fail(address(2), start + 5s);
    QVERIFY(!cache.offer(address(2), start + 1h));
    QVERIFY(cache.offer(address(2), start + 1h + 5s)->cookie.is_request());
    QVERIFY(!cache.offer(address(1), start)->cookie.is_request());
  }
};

namespace {
const inflight::testing::Register<FastOpenTest> registered;
}
#include "fast_open_test.moc"
