// The state machine's times, in virtual time, between two tunnels: when a session is renewed, by
// whom, when it dies, who sends keepalives, how long a handshake is tried.
#include <QTest>

#include "pair.h"
#include "support/registry.h"

namespace inflight::testing {

using namespace tunnel;

class TimersTest : public QObject {
  Q_OBJECT

 private slots:
  void first_packet_brings_up_the_session() {
    Pair pair;
    QVERIFY(pair.send(pair.a).staged());
    QCOMPARE(pair.b.received.size(), 1U);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 1U);
    QCOMPARE(pair.sent('b', MessageType::Response).size(), 1U);
    // The staged packet itself confirms the keys: no keepalive.
    QCOMPARE(pair.sent('a', MessageType::Transport).size(), 1U);
    QVERIFY(!pair.send(pair.b).staged());
    QCOMPARE(pair.a.received.size(), 1U);
  }

  // Paper §5.4.6: without a packet the initiator sends a keepalive, else the responder stays mute.
  void connect_confirms_with_a_keepalive() {
    Pair pair;
    const PeerId peer{0};
    QVERIFY(!pair.a.tunnel->is_ready(peer, pair.now));
    pair.a.tunnel->connect(peer, pair.now);
    pair.settle();
    QVERIFY(pair.a.tunnel->is_ready(peer, pair.now));
    QVERIFY(pair.b.tunnel->is_ready(peer, pair.now));
    QCOMPARE(pair.b.tunnel->counters().keepalives_received, 1U);
    QCOMPARE(pair.a.count<SessionReady>(), 1U);
  }

  void initiator_renews_at_120_s() {
    Pair pair;
    pair.send(pair.a);
    pair.now += 120s - 1ns;
    pair.send(pair.a);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 1U);
    pair.now += 1ns;
    // The packet still goes out on the old session.
    QVERIFY(pair.send(pair.a).datagram.has_value());
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 2U);
    QCOMPARE(pair.a.tunnel->counters().rekeys, 1U);
    QCOMPARE(pair.b.tunnel->counters().rekeys, 1U);
    QCOMPARE(pair.b.received.size(), 3U);
    QCOMPARE(pair.a.tunnel->snapshot(pair.now).front().session->age, Duration::zero());
  }

  void responder_never_renews_by_time() {
    Pair pair;
    pair.send(pair.a);
    pair.now += 150s;
    QVERIFY(pair.send(pair.b).datagram.has_value());
    QCOMPARE(pair.sent('b', MessageType::Initiation).size(), 0U);
  }

  void session_is_not_used_from_180_s_on() {
    Pair pair;
    pair.send(pair.a);
    // Else the receiving initiator would renew.
    pair.cut = true;
    pair.now += 180s - 1ns;
    QVERIFY(pair.send(pair.b).datagram.has_value());
    pair.now += 1ns;
    QVERIFY(pair.send(pair.b).staged());
    QCOMPARE(pair.sent('b', MessageType::Initiation).size(), 1U);
  }

  void message_on_a_session_of_180_s_is_refused() {
    Pair pair;
    pair.send(pair.a);
    pair.now += 179s;
    auto sealed = pair.b.tunnel->handle_packet(pair.pool.copy(inner_packet(2, 1, 100)), pair.now);
    pair.now += 1s;
    const auto result = pair.a.tunnel->handle_datagram(std::move(sealed.datagram->payload),
                                                       pair.b.endpoint, pair.now);
    QVERIFY(result.dropped == DropReason::SessionExpired);
  }

  // The initiator that only receives renews at 165 s, once.
  void receiving_initiator_renews_at_165_s() {
    Pair pair;
    pair.send(pair.a);
    pair.now += 165s - 1ns;
    pair.send(pair.b);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 1U);
    pair.cut_a = true;
    pair.now += 1ns;
    pair.send(pair.b);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 2U);
    pair.now += 5s;
    pair.send(pair.b);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 2U);
    QVERIFY(pair.a.tunnel->next_timeout().at <= pair.now + 333ms);
  }

  void retries_every_5_s_and_gives_up_after_90_s() {
    Pair pair;
    pair.cut = true;
    pair.send(pair.a);
    pair.send(pair.a);
    pair.advance(90s - 1ns);
    const auto initiations = pair.sent('a', MessageType::Initiation);
    QVERIFY(initiations.size() >= 17 && initiations.size() <= 18);
    for (std::size_t i = 1; i < initiations.size(); ++i) {
      const Duration gap = initiations[i].at - initiations[i - 1].at;
      QVERIFY(gap >= 5s && gap <= 5s + 333ms);
    }
    QCOMPARE(pair.a.count<HandshakeGaveUp>(), 0U);
    pair.advance(1ns);
    QCOMPARE(pair.a.count<HandshakeGaveUp>(), 1U);
    QCOMPARE(pair.a.tunnel->counters().dropped(DropReason::HandshakeGaveUp), 2U);
    pair.advance(400s);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), initiations.size());
    // A new packet begins a new attempt.
    pair.cut = false;
    pair.send(pair.a);
    QCOMPARE(pair.b.received.size(), 1U);
  }

  void passive_keepalive_after_10_s() {
    Pair pair;
    pair.send(pair.a);
    pair.advance(10s - 1ns);
    QCOMPARE(pair.b.tunnel->counters().keepalives_sent, 0U);
    pair.advance(1ns);
    QCOMPARE(pair.b.tunnel->counters().keepalives_sent, 1U);
    // A keepalive is not answered with one, and nothing renews.
    pair.advance(60s);
    QCOMPARE(pair.b.tunnel->counters().keepalives_sent, 1U);
    QCOMPARE(pair.a.tunnel->counters().keepalives_sent, 0U);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 1U);
  }

  void more_packets_meanwhile_bring_another_keepalive() {
    Pair pair;
    pair.send(pair.a);
    pair.advance(4s);
    pair.send(pair.a);
    pair.advance(6s);
    QCOMPARE(pair.b.tunnel->counters().keepalives_sent, 1U);
    pair.advance(10s);
    QCOMPARE(pair.b.tunnel->counters().keepalives_sent, 2U);
    pair.advance(60s);
    QCOMPARE(pair.b.tunnel->counters().keepalives_sent, 2U);
  }

  void an_answer_makes_the_keepalive_unnecessary() {
    Pair pair;
    pair.send(pair.a);
    pair.advance(5s);
    pair.send(pair.b);
    pair.advance(9s);
    QCOMPARE(pair.b.tunnel->counters().keepalives_sent, 0U);
  }

  // Sent, and nothing heard for 15 s: the peer may have lost its keys.
  void silence_after_sending_brings_a_new_handshake() {
    Pair pair;
    pair.send(pair.a);
    pair.send(pair.b);
    pair.advance(30s);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 1U);
    pair.cut = true;
    pair.send(pair.a);
    const Instant sent = pair.now;
    pair.advance(15s - 1ns);
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 1U);
    pair.advance(334ms);
    const auto initiations = pair.sent('a', MessageType::Initiation);
    QCOMPARE(initiations.size(), 2U);
    QVERIFY(initiations.back().at - sent >= 15s);
  }

  void persistent_keepalive() {
    Pair pair({.keepalive_a = 25s});
    pair.advance(0s);
    // It also brings up the session.
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 1U);
    QCOMPARE(pair.a.tunnel->counters().keepalives_sent, 1U);
    pair.advance(100s);
    QCOMPARE(pair.a.tunnel->counters().keepalives_sent, 5U);
    // Traffic in either direction puts it off.
    pair.advance(20s);
    pair.send(pair.b);
    const auto before = pair.a.tunnel->counters().keepalives_sent;
    pair.advance(9s);
    QCOMPARE(pair.a.tunnel->counters().keepalives_sent, before);
  }

  void persistent_keepalive_outlives_a_dead_peer() {
    Pair pair({.keepalive_a = 25s});
    pair.cut = true;
    pair.advance(300s);
    pair.cut = false;
    pair.advance(60s);
    QVERIFY(pair.a.tunnel->is_ready(PeerId{0}, pair.now));
  }

  void keys_are_erased_after_540_s() {
    Pair pair;
    pair.send(pair.a);
    pair.advance(540s - 1ns);
    QVERIFY(pair.a.tunnel->snapshot(pair.now).front().session.has_value());
    QCOMPARE(pair.a.count<KeysErased>(), 0U);
    pair.advance(1ns);
    QVERIFY(!pair.a.tunnel->snapshot(pair.now).front().session.has_value());
    QCOMPARE(pair.a.count<KeysErased>(), 1U);
    QCOMPARE(pair.b.count<KeysErased>(), 1U);
    QVERIFY(pair.a.tunnel->next_timeout().at == kNever);
  }

  void no_second_initiation_within_5_s() {
    Pair pair;
    pair.cut = true;
    for (int i = 0; i < 40; ++i) {
      pair.send(pair.a);
      pair.now += 100ms;
    }
    QCOMPARE(pair.sent('a', MessageType::Initiation).size(), 1U);
  }

  // A responder may not send on unconfirmed keys, nor initiate right behind its own response; what
  // it wants to say is not forgotten.
  void responder_waits_for_confirmation() {
    Pair pair;
    pair.a.tunnel->connect(PeerId{0}, pair.now);
    auto initiation = pair.a.tunnel->poll_datagram(pair.now);
    pair.b.tunnel->handle_datagram(std::move(initiation->payload), pair.a.endpoint, pair.now);
    auto lost = pair.b.tunnel->poll_datagram(pair.now);
    QVERIFY(lost->type == MessageType::Response);
    QVERIFY(
        pair.b.tunnel->handle_packet(pair.pool.copy(inner_packet(2, 1, 50)), pair.now).staged());
    QVERIFY(!pair.b.tunnel->poll_datagram(pair.now).has_value());
    pair.advance(5s);
    QCOMPARE(pair.a.received.size(), 1U);
  }

  void both_initiate_at_once() {
    Pair pair;
    const Instant now = pair.now;
    pair.a.tunnel->connect(PeerId{0}, now);
    pair.b.tunnel->connect(PeerId{0}, now);
    pair.settle();
    QVERIFY(pair.a.tunnel->is_ready(PeerId{0}, now) && pair.b.tunnel->is_ready(PeerId{0}, now));
    pair.send(pair.a);
    pair.send(pair.b);
    pair.send(pair.a);
    QCOMPARE(pair.b.received.size(), 2U);
    QCOMPARE(pair.a.received.size(), 1U);
    // One session, with one initiator.
    QCOMPARE(pair.a.tunnel->counters().sessions, 1U);
    QCOMPARE(pair.b.tunnel->counters().sessions, 1U);
    QVERIFY(pair.a.tunnel->snapshot(now).front().session->role !=
            pair.b.tunnel->snapshot(now).front().session->role);
  }
};

namespace {
const Register<TimersTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "timers_test.moc"
