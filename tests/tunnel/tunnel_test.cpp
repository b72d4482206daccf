// What a tunnel does with packets and datagrams, good and bad: routing, padding, staging, roaming,
// cookies under load, unknown initiators, and silence towards whatever is not authentic.
#include "tunnel/tunnel.h"

#include <QTest>

#include "pair.h"
#include "support/registry.h"

namespace inflight::testing {

using namespace tunnel;

namespace {

const wire::Endpoint kStranger{wire::IpAddress::v4(203, 0, 113, 9), 999};

Config valid_config() {
  Config config{.private_key = vectors::kInitiatorStatic};
  config.peers.push_back({.key = public_hex(vectors::kResponderPublic)});
  return config;
}

std::optional<ConfigError> error_of(Config config) {
  wire::PacketPool pool;
  auto made = make_tunnel(std::move(config), std::make_unique<SystemKeySource>(), pool, Instant{});
  return made ? std::nullopt : std::optional(made.error());
}

// A sealed packet of 100 bytes from a to b, not delivered.
Buffer sealed_packet(Pair& pair) {
  auto sent = pair.a.tunnel->handle_packet(pair.pool.copy(inner_packet(1, 2, 100)), pair.now);
  const Bytes bytes = sent.datagram->payload.bytes();
  return {bytes.begin(), bytes.end()};
}

ReceiveResult deliver(Pair& pair, Bytes datagram, const wire::Endpoint& from) {
  return pair.b.tunnel->handle_datagram(pair.pool.copy(datagram), from, pair.now);
}

// An initiation from a tunnel with `key` that knows b's public key.
Buffer initiation_from(const PrivateKey& key, const Pair& pair, wire::PacketPool& pool,
                       std::unique_ptr<Tunnel>& out, Instant now) {
  Config config{.private_key = key, .epoch = vectors::kUnixTime};
  config.peers.push_back({.key = pair.b.tunnel->public_key(), .endpoint = pair.b.endpoint});
  out = std::move(
      make_tunnel(std::move(config), std::make_unique<SystemKeySource>(), pool, now).value());
  out->connect(PeerId{0}, now);
  const auto datagram = out->poll_datagram(now);
  const Bytes bytes = datagram->payload.bytes();
  return {bytes.begin(), bytes.end()};
}

}  // namespace

class TunnelTest : public QObject {
  Q_OBJECT

 private slots:
  void config_is_validated() {
    QVERIFY(!error_of(valid_config()));
    const auto with = [](auto change) {
      Config config = valid_config();
      change(config);
      return error_of(std::move(config));
    };
    QVERIFY(with([](Config& c) { c.mtu = 575; }) == ConfigError::MtuOutOfRange);
    QVERIFY(with([](Config& c) { c.mtu = 65476; }) == ConfigError::MtuOutOfRange);
    QVERIFY(!with([](Config& c) { c.mtu = 65475; }));
    QVERIFY(with([](Config& c) { c.peers.push_back(c.peers[0]); }) == ConfigError::DuplicatePeer);
    QVERIFY(with([](Config& c) { c.peers[0].key = public_hex(vectors::kInitiatorPublic); }) ==
            ConfigError::OwnKey);
    QVERIFY(with([](Config& c) { c.peers[0].key = PublicKey{}; }) == ConfigError::WeakPeerKey);
    QVERIFY(with([](Config& c) { c.peers[0].persistent_keepalive = 65536s; }) ==
            ConfigError::KeepaliveOutOfRange);
    QVERIFY(with([](Config& c) { c.peers[0].persistent_keepalive = -1s; }) ==
            ConfigError::KeepaliveOutOfRange);
    QVERIFY(with([](Config& c) { c.load.window = 0s; }) == ConfigError::LoadLimitsOutOfRange);
    QVERIFY(with([](Config& c) { c.epoch = -1s; }) == ConfigError::EpochOutOfRange);
    QVERIFY(with([](Config& c) { c.peers[0].allowed_ips.resize(Routes::kMaxPrefixes + 1); }) ==
            ConfigError::TooManyPrefixes);
    QVERIFY(with([](Config& c) { c.accept_any = AcceptAny{.max_peers = kMaxPeers + 1}; }) ==
            ConfigError::TooManyPeers);
  }

  void refused_packets() {
    Pair pair;
    const auto refused = [&](const Buffer& packet) {
      return pair.a.tunnel->handle_packet(pair.pool.copy(packet), pair.now).dropped;
    };
    QVERIFY(refused({}) == DropReason::NotIp);
    QVERIFY(refused(Buffer(100, 0x15)) == DropReason::NotIp);
    QVERIFY(refused(inner_packet(1, 3, 100)) == DropReason::NoRoute);
    QVERIFY(refused(inner_packet(1, 2, 1421)) == DropReason::TooBig);
    Pair without({.b_knows_endpoint = false});
    QVERIFY(without.b.tunnel->handle_packet(without.pool.copy(inner_packet(2, 1, 60)), without.now)
                .dropped == DropReason::NoEndpoint);
    QCOMPARE(pair.a.tunnel->counters().dropped(DropReason::NoRoute), 1U);
    QVERIFY(to_string(DropReason::NoRoute) == "no route to a peer");
    QVERIFY(to_string(DropReason::SourceNotAllowed) == "source address not allowed for the peer");
  }

  // Zeros up to a multiple of 16 but not beyond the MTU; the receiver sees none of them.
  void padding_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("on_the_wire");
    QTest::newRow("header only") << 20 << 32 + 32;
    QTest::newRow("already a multiple") << 1408 << 1408 + 32;
    QTest::newRow("cut by the MTU") << 1409 << 1420 + 32;
    QTest::newRow("the MTU") << 1420 << 1420 + 32;
  }

  void padding() {
    QFETCH(int, size);
    QFETCH(int, on_the_wire);
    Pair pair;
    pair.send(pair.a);
    const auto length = static_cast<std::size_t>(size);
    const auto sent = pair.send(pair.a, length, 0x77);
    QCOMPARE(pair.log.back().size, static_cast<std::size_t>(on_the_wire));
    QVERIFY(pair.b.received.back() == inner_packet(1, 2, length, 0x77));
  }

  void ipv6_inside() {
    Pair pair;
    const Buffer packet = inner_packet(1, 2, 777, 0x12, wire::IpVersion::V6);
    QVERIFY(pair.a.tunnel->handle_packet(pair.pool.copy(packet), pair.now).staged());
    pair.settle();
    QCOMPARE(pair.b.received.size(), 1U);
    QVERIFY(pair.b.received[0] == packet);
  }

  void arrival_and_tag_travel_with_the_buffer() {
    Pair pair;
    pair.send(pair.a);
    auto packet = pair.pool.copy(inner_packet(1, 2, 100));
    packet.tag = 42;
    auto sent = pair.a.tunnel->handle_packet(std::move(packet), pair.now);
    QCOMPARE(sent.datagram->payload.tag, 42U);
    sent.datagram->payload.arrival = pair.now + 7ms;
    const auto received = pair.b.tunnel->handle_datagram(std::move(sent.datagram->payload),
                                                         pair.a.endpoint, pair.now + 8ms);
    QVERIFY(received.packet->arrival == pair.now + 7ms);
    QCOMPARE(received.packet->tag, 42U);
  }

  void staged_packets_are_bounded_and_keep_their_order() {
    Pair pair;
    pair.cut = true;
    for (int i = 0; i < 130; ++i) pair.send(pair.a, 100, static_cast<std::uint8_t>(i));
    QCOMPARE(pair.a.tunnel->snapshot(pair.now).front().staged, kMaxStagedPackets);
    QCOMPARE(pair.a.tunnel->counters().dropped(DropReason::StageOverflow), 2U);
    pair.cut = false;
    pair.advance(6s);
    QCOMPARE(pair.b.received.size(), kMaxStagedPackets);
    for (std::size_t i = 0; i < pair.b.received.size(); ++i) {
      QCOMPARE(std::size_t{pair.b.received[i].back()}, i + 2);
    }
  }

  // The host may take staged packets one by one; what comes later queues behind them.
  void staged_packets_are_sealed_at_the_hosts_pace() {
    Pair pair;
    pair.cut = true;
    for (std::uint8_t i = 0; i < 3; ++i) pair.send(pair.a, 100, i);
    pair.cut = false;
    pair.now += 5s;
    pair.a.tunnel->connect(PeerId{0}, pair.now);
    auto initiation = pair.a.tunnel->poll_datagram(pair.now);
    pair.b.tunnel->handle_datagram(std::move(initiation->payload), pair.a.endpoint, pair.now);
    auto response = pair.b.tunnel->poll_datagram(pair.now);
    pair.a.tunnel->handle_datagram(std::move(response->payload), pair.b.endpoint, pair.now);
    QVERIFY(!pair.a.tunnel->is_ready(PeerId{0}, pair.now));
    QVERIFY(pair.a.tunnel->poll_datagram(pair.now).has_value());
    QVERIFY(pair.a.tunnel->handle_packet(pair.pool.copy(inner_packet(1, 2, 100, 3)), pair.now)
                .staged());
    for (int i = 0; i < 3; ++i) QVERIFY(pair.a.tunnel->poll_datagram(pair.now).has_value());
    QVERIFY(!pair.a.tunnel->poll_datagram(pair.now).has_value());
    QVERIFY(pair.a.tunnel->is_ready(PeerId{0}, pair.now));
  }

  void peer_may_speak_only_from_its_addresses() {
    Pair pair;
    pair.send(pair.a);
    const Buffer foreign = inner_packet(9, 2, 100);
    auto sent = pair.a.tunnel->handle_packet(pair.pool.copy(foreign), pair.now);
    const auto result = pair.b.tunnel->handle_datagram(std::move(sent.datagram->payload),
                                                       pair.a.endpoint, pair.now);
    QVERIFY(result.dropped == DropReason::SourceNotAllowed);
    QVERIFY(!result.packet);
  }

  void endpoint_follows_the_peer() {
    Pair pair;
    pair.send(pair.a);
    const wire::Endpoint moved{wire::IpAddress::v4(198, 51, 100, 7), 4444};
    QVERIFY(deliver(pair, sealed_packet(pair), moved).packet.has_value());
    auto back = pair.b.tunnel->handle_packet(pair.pool.copy(inner_packet(2, 1, 100)), pair.now);
    QVERIFY(back.datagram->to == moved);
    pair.settle();
    QCOMPARE(pair.b.count<EndpointChanged>(), 1U);
  }

  void endpoint_follows_nothing_that_is_not_authentic() {
    Pair pair;
    pair.send(pair.a);
    const Buffer genuine = sealed_packet(pair);
    Buffer forged = genuine;
    forged.back() ^= 1;
    QVERIFY(deliver(pair, forged, kStranger).dropped == DropReason::BadTag);
    QVERIFY(deliver(pair, genuine, pair.a.endpoint).packet.has_value());
    QVERIFY(deliver(pair, genuine, kStranger).dropped == DropReason::ReplayedCounter);
    QVERIFY(pair.b.tunnel->snapshot(pair.now).front().endpoint == pair.a.endpoint);
  }

  // Whatever is cut short or has one bit wrong: nothing accepted, nothing answered.
  void damaged_datagrams_meet_silence() {
    Pair pair;
    std::vector<Buffer> genuine{initiation_for(pair)};
    pair.send(pair.a);
    genuine.push_back(sealed_packet(pair));
    for (const Buffer& datagram : genuine) {
      for (std::size_t size = 0; size < datagram.size(); ++size) {
        QVERIFY(deliver(pair, Bytes(datagram).first(size), kStranger).dropped.has_value());
      }
      for (std::size_t bit = 0; bit < datagram.size() * 8; ++bit) {
        Buffer damaged = datagram;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        // mac2 is looked at only under load.
        if (datagram.size() == kInitiationSize && bit / 8 >= kInitiationSize - kMacSize) continue;
        const auto result = deliver(pair, damaged, kStranger);
        QVERIFY(result.dropped.has_value() && !result.packet && !result.peer);
      }
    }
    QVERIFY(!pair.b.tunnel->poll_datagram(pair.now).has_value());
    QVERIFY(pair.b.tunnel->snapshot(pair.now).front().endpoint == pair.a.endpoint);
  }

  void random_datagrams_meet_silence() {
    Pair pair;
    Random random(11);
    for (int i = 0; i < 20000; ++i) {
      constexpr std::array<std::size_t, 6> kSizes{148, 92, 64, 32, 96, 7};
      Buffer datagram(kSizes[random.below(kSizes.size())]);
      random.fill(datagram);
      if (random.chance(0.9)) {
        datagram[0] = static_cast<std::uint8_t>(random.below(5));
        datagram[1] = datagram[2] = datagram[3] = 0;
      }
      QVERIFY(deliver(pair, datagram, kStranger).dropped.has_value());
    }
    QVERIFY(!pair.b.tunnel->poll_datagram(pair.now).has_value());
  }

  void initiation_is_consumed_once() {
    Pair pair;
    const Buffer first = initiation_for(pair);
    QVERIFY(!deliver(pair, first, pair.a.endpoint).dropped);
    pair.now += 1s;
    QVERIFY(deliver(pair, first, kStranger).dropped == DropReason::ReplayedInitiation);
    pair.now += 5s;
    pair.a.tunnel->connect(PeerId{0}, pair.now);
    const auto second = pair.a.tunnel->poll_datagram(pair.now);
    QVERIFY(!deliver(pair, second->payload.bytes(), pair.a.endpoint).dropped);
    // The older one still does not pass.
    pair.now += 1s;
    QVERIFY(deliver(pair, first, kStranger).dropped == DropReason::ReplayedInitiation);
  }

  void unknown_initiator_gets_no_answer() {
    Pair pair;
    std::unique_ptr<Tunnel> stranger;
    const Buffer initiation =
        initiation_from(vectors::kInitiatorStatic, pair, pair.pool, stranger, pair.now);
    QVERIFY(deliver(pair, initiation, kStranger).dropped == DropReason::UnknownPeer);
    QVERIFY(!pair.b.tunnel->poll_datagram(pair.now).has_value());
  }

  void wrong_preshared_key_gets_no_session() {
    Pair pair;
    const Buffer initiation = initiation_for(pair);
    QVERIFY(!deliver(pair, initiation, pair.a.endpoint).dropped);
    auto response = pair.b.tunnel->poll_datagram(pair.now);
    // The field that the preshared key protects.
    response->payload.bytes()[44] ^= 1;
    MacStamper(pair.a.tunnel->public_key()).stamp(response->payload.bytes(), pair.now);
    const auto result =
        pair.a.tunnel->handle_datagram(std::move(response->payload), pair.b.endpoint, pair.now);
    QVERIFY(result.dropped == DropReason::BadHandshake);
    QVERIFY(!pair.a.tunnel->is_ready(PeerId{0}, pair.now));
  }

  // Under load the first initiation gets a cookie, the retry that carries it gets a response.
  void cookies_under_load() {
    Pair pair({.load_b = {.messages = 0, .window = 1s, .hold = 1s}});
    pair.send(pair.a);
    QCOMPARE(pair.sent('b', MessageType::CookieReply).size(), 1U);
    QCOMPARE(pair.sent('b', MessageType::Response).size(), 0U);
    QCOMPARE(pair.a.count<CookieReceived>(), 1U);
    QCOMPARE(pair.b.tunnel->counters().dropped(DropReason::CookieDemanded), 1U);
    pair.advance(6s);
    QCOMPARE(pair.sent('b', MessageType::Response).size(), 1U);
    QCOMPARE(pair.b.received.size(), 1U);
  }

  void any_initiator_is_accepted_within_the_limit() {
    const wire::Prefix block = wire::parse_prefix("10.0.0.0/16").value();
    Pair pair({.accept_any_b = AcceptAny{.address_blocks = {block}, .max_peers = 1}});
    std::unique_ptr<Tunnel> first;
    std::unique_ptr<Tunnel> second;
    const PrivateKey key = vectors::kInitiatorStatic;
    const Buffer initiation = initiation_from(key, pair, pair.pool, first, pair.now);
    const auto accepted = deliver(pair, initiation, kStranger);
    QVERIFY(accepted.peer.has_value());
    const wire::IpAddress inner = derived_address(block, public_key(key));
    QVERIFY(block.contains(inner));
    // Its address is routed only when it has shown that it has the keys.
    QVERIFY(!pair.b.tunnel->find_route(inner));
    auto response = pair.b.tunnel->poll_datagram(pair.now);
    first->handle_datagram(std::move(response->payload), pair.b.endpoint, pair.now);
    auto keepalive = first->poll_datagram(pair.now);
    QVERIFY(!deliver(pair, keepalive->payload.bytes(), kStranger).dropped);
    QVERIFY(pair.b.tunnel->find_route(inner) == accepted.peer);

    const Buffer other =
        initiation_from(vectors::kResponderStatic, pair, pair.pool, second, pair.now);
    QVERIFY(deliver(pair, other, kStranger).dropped == DropReason::PeerTableFull);
    pair.now += kRejectAfterTime;
    QVERIFY(!deliver(pair, other, kStranger).dropped);
    QVERIFY(!pair.b.tunnel->find_peer(public_key(key)));
    QVERIFY(!pair.b.tunnel->find_route(inner));
    pair.settle();
    QCOMPARE(pair.b.count<PeerAccepted>(), 2U);
    QCOMPARE(pair.b.count<PeerRemoved>(), 1U);
  }

  void ephemerals_are_revealed_only_on_request() {
    Pair silent;
    silent.send(silent.a);
    QCOMPARE(silent.a.count<EphemeralRevealed>(), 0U);
    Pair open({.reveal_ephemerals = true});
    open.a.tunnel->connect(PeerId{0}, open.now);
    const auto event = open.a.tunnel->poll_event();
    const auto& revealed = std::get<EphemeralRevealed>(event->what);
    const auto initiation = open.a.tunnel->poll_datagram(open.now);
    const auto message = parse_message(initiation->payload.bytes());
    QVERIFY(std::get<Initiation>(*message).ephemeral == public_key(revealed.ephemeral));
  }

  void unfetched_events_are_bounded() {
    Pair pair;
    pair.send(pair.a);
    for (std::size_t i = 0; i < Tunnel::kMaxEvents + 10; ++i) {
      const wire::Endpoint from{kStranger.address, static_cast<std::uint16_t>(1 + i % 2)};
      deliver(pair, sealed_packet(pair), from);
    }
    QCOMPARE(pair.b.tunnel->counters().events_lost, 10U);
  }

  // Every buffer goes back to the pool, and steady traffic needs no new one.
  void steady_state_allocates_no_buffers() {
    Pair pair;
    pair.send(pair.a);
    pair.send(pair.a);
    const auto idle = pair.pool.idle();
    for (int i = 0; i < 1000; ++i) {
      auto sent = pair.a.tunnel->handle_packet(pair.pool.copy(inner_packet(1, 2, 1300)), pair.now);
      const auto received = pair.b.tunnel->handle_datagram(std::move(sent.datagram->payload),
                                                           pair.a.endpoint, pair.now);
      QVERIFY(received.packet.has_value());
    }
    QCOMPARE(pair.pool.idle(), idle);
    QCOMPARE(pair.pool.outstanding(), 0U);
  }

 private:
  static Buffer initiation_for(Pair& pair) {
    pair.a.tunnel->connect(PeerId{0}, pair.now);
    const auto datagram = pair.a.tunnel->poll_datagram(pair.now);
    const Bytes bytes = datagram->payload.bytes();
    return {bytes.begin(), bytes.end()};
  }
};

namespace {
const Register<TunnelTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "tunnel_test.moc"
