// Byte for byte against known answers: KDF (wireguard-go's test), the hashes that a handshake
// starts from, a complete handshake with preshared key, transport messages, and a cookie.
#include "vectors.h"

#include <QTest>

#include "support/registry.h"
#include "tunnel/cookie.h"
#include "tunnel/crypto.h"
#include "tunnel/handshake.h"
#include "tunnel/tunnel.h"

namespace inflight::testing {
namespace {

using namespace tunnel;

constexpr wire::IpAddress kInitiatorAddress = wire::IpAddress::v4(192, 0, 2, 1);
const wire::Endpoint kInitiatorEndpoint{kInitiatorAddress, 51820};
const wire::Endpoint kResponderEndpoint{wire::IpAddress::v4(192, 0, 2, 2), 51820};

Buffer text(std::string_view chars) { return {chars.begin(), chars.end()}; }

std::unique_ptr<ScriptedKeySource> script(const PrivateKey& ephemeral, Index index) {
  auto keys = std::make_unique<ScriptedKeySource>();
  keys->private_keys = {ephemeral};
  keys->indices = {index};
  return keys;
}

std::unique_ptr<Tunnel> make_end(const PrivateKey& own, std::string_view peer,
                                 std::string_view inner, const wire::Endpoint& endpoint,
                                 std::unique_ptr<KeySource> keys, wire::PacketPool& pool) {
  Config config{.private_key = own, .epoch = vectors::kUnixTime};
  config.peers.push_back({.key = public_hex(peer),
                          .preshared = vectors::kPreshared,
                          .allowed_ips = {wire::parse_prefix(inner).value()},
                          .endpoint = endpoint});
  return std::move(make_tunnel(std::move(config), std::move(keys), pool, Instant{}).value());
}

struct Handshake {
  Identity initiator = make_identity(vectors::kInitiatorStatic);
  Identity responder = make_identity(vectors::kResponderStatic);
  SharedSecret shared = shared_secret(initiator.private_key, responder.public_key).value();
  MadeInitiation initiation = make_initiation({.self = initiator,
                                               .responder = responder.public_key,
                                               .static_shared = shared,
                                               .ephemeral = vectors::kInitiatorEphemeral,
                                               .index = vectors::kInitiatorIndex,
                                               .timestamp = make_timestamp(vectors::kUnixTime)})
                                  .value();
};

}  // namespace

class VectorsTest : public QObject {
  Q_OBJECT

 private slots:
  void kdf_data() {
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("second");
    QTest::addColumn<QByteArray>("third");
    QTest::newRow("test")
        << QByteArray("test-key") << QByteArray("test-input")
        << QByteArray("6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633")
        << QByteArray("df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a")
        << QByteArray("fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24");
    QTest::newRow("wireguard")
        << QByteArray("wireguard") << QByteArray("wireguard")
        << QByteArray("491d43bbfdaa8750aaf535e334ecbfe5129967cd64635101c566d4caefda96e8")
        << QByteArray("1e71a379baefd8a79aa4662212fcafe19a23e2b609a3db7d6bcba8f560e3d25f")
        << QByteArray("31e1ae48bddfbe5de38f295e5452b1909a1b4e38e183926af3780b0c1e1f0160");
    QTest::newRow("empty")
        << QByteArray() << QByteArray()
        << QByteArray("8387b46bf43eccfcf349552a095d8315c4055beb90208fb1be23b894bc2ed5d0")
        << QByteArray("58a0e5f6faefccf4807bff1f05fa8a9217945762040bcec2f4b4a62bdfe0e86e")
        << QByteArray("0ce6ea98ec548f8e281e93e32db65621c45eb18dc6f0a7ad94178610a2f7338e");
  }
  void kdf() {
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, input);
    const auto derived = tunnel::kdf(text({key.data(), static_cast<std::size_t>(key.size())}),
                                     text({input.data(), static_cast<std::size_t>(input.size())}));
    QTEST(to_hex(derived.first.bytes()), "first");
    QTEST(to_hex(derived.second.bytes()), "second");
    QTEST(to_hex(derived.third.bytes()), "third");
  }

  void handshake_starts_from_the_known_hashes() {
    const Hash construction = hash({text("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s")});
    QCOMPARE(to_hex(construction),
             QByteArray("60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36"));
    const Hash named = hash({construction, text("WireGuard v1 zx2c4 Jason@zx2c4.com")});
    QCOMPARE(to_hex(named),
             QByteArray("2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3"));
    const NoiseState state = initial_state(public_hex(vectors::kResponderPublic));
    QCOMPARE(to_hex(state.chaining_key.bytes()), to_hex(construction));
    QCOMPARE(to_hex(state.hash),
             to_hex(hash({named, public_hex(vectors::kResponderPublic).bytes})));
  }

  void public_keys() {
    QCOMPARE(to_hex(public_key(vectors::kInitiatorStatic).bytes),
             QByteArray::fromStdString(std::string(vectors::kInitiatorPublic)));
    QCOMPARE(to_hex(public_key(vectors::kResponderStatic).bytes),
             QByteArray::fromStdString(std::string(vectors::kResponderPublic)));
    QCOMPARE(to_hex(public_key(vectors::kInitiatorEphemeral).bytes),
             QByteArray("0faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20"));
    QCOMPARE(to_hex(public_key(vectors::kResponderEphemeral).bytes),
             QByteArray("ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b"));
  }

  void state_after_the_initiation_and_transport_keys() {
    const Handshake run;
    QCOMPARE(to_hex(run.initiation.pending.noise.chaining_key.bytes()),
             QByteArray("894006ca85ddcc7a72702c9eef75f86c605a249295e86eb942bba6649a4e4bbd"));
    QCOMPARE(to_hex(run.initiation.pending.noise.hash),
             QByteArray("341286fc5fa2922673d158c348f30b0aedc91a792b65dd3ac13ca97833d93e4a"));

    auto opened = open_initiation(run.responder, run.initiation.message);
    QVERIFY(opened.has_value());
    QVERIFY(opened->initiator == run.initiator.public_key);
    const auto timestamp = open_timestamp(*opened, run.initiation.message, run.shared);
    QVERIFY(timestamp.has_value());
    QCOMPARE(to_hex(timestamp->bytes), QByteArray("40000000665e590a00000000"));
    QVERIFY(opened->noise == run.initiation.pending.noise);

    const auto response = make_response(*opened, vectors::kPreshared, vectors::kResponderEphemeral,
                                        vectors::kResponderIndex);
    QVERIFY(response.has_value());
    const auto keys = open_response(run.initiation.pending, run.initiator, vectors::kPreshared,
                                    response->message);
    QVERIFY(keys.has_value());
    QCOMPARE(to_hex(keys->sending.bytes()),
             QByteArray("5f075f069554f345e5fb51f218db2396505fb732ea3a6bbc7b89a74db3264eaf"));
    QCOMPARE(to_hex(keys->receiving.bytes()),
             QByteArray("087a4496ac383e7755f26a7f16fb89d546014bacbfa7369ede7f7de61aa43147"));
    QVERIFY(response->keys.sending == keys->receiving);
    QVERIFY(response->keys.receiving == keys->sending);
  }

  // The same bytes out of two tunnels that know only their configuration.
  void two_tunnels() {
    wire::PacketPool pool;
    const Instant now{};
    auto initiator = make_end(vectors::kInitiatorStatic, vectors::kResponderPublic, "10.0.0.2/32",
                              kResponderEndpoint,
                              script(vectors::kInitiatorEphemeral, vectors::kInitiatorIndex), pool);
    auto responder = make_end(vectors::kResponderStatic, vectors::kInitiatorPublic, "10.0.0.1/32",
                              kInitiatorEndpoint,
                              script(vectors::kResponderEphemeral, vectors::kResponderIndex), pool);

    QVERIFY(initiator->handle_packet(pool.copy(hex(vectors::kInnerPacket)), now).staged());
    auto initiation = initiator->poll_datagram(now);
    QVERIFY(initiation.has_value());
    QCOMPARE(to_hex(initiation->payload.bytes()), to_hex(hex(vectors::kInitiation)));
    QVERIFY(initiation->to == kResponderEndpoint);

    QVERIFY(!responder->handle_datagram(std::move(initiation->payload), kInitiatorEndpoint, now)
                 .dropped);
    auto response = responder->poll_datagram(now);
    QVERIFY(response.has_value());
    // The vector leaves the macs zero.
    const auto unstamped = response->payload.size() - kMacsSize;
    QCOMPARE(to_hex(response->payload.bytes().first(unstamped)),
             to_hex(Bytes(hex(vectors::kResponse)).first(unstamped)));

    QVERIFY(
        !initiator->handle_datagram(std::move(response->payload), kResponderEndpoint, now).dropped);
    auto transport = initiator->poll_datagram(now);
    QVERIFY(transport.has_value());
    QCOMPARE(to_hex(transport->payload.bytes()), to_hex(hex(vectors::kTransport)));

    const auto received =
        responder->handle_datagram(std::move(transport->payload), kInitiatorEndpoint, now);
    QVERIFY(received.packet.has_value());
    QCOMPARE(to_hex(received.packet->bytes()), to_hex(hex(vectors::kInnerPacket)));

    // Data received and nothing sent: a keepalive after 10 s.
    responder->handle_timeout(now + 10s);
    const auto keepalive = responder->poll_datagram(now + 10s);
    QVERIFY(keepalive.has_value());
    QCOMPARE(to_hex(keepalive->payload.bytes()), to_hex(hex(vectors::kKeepalive)));
  }

  void cookie() {
    const PublicKey responder = public_hex(vectors::kResponderPublic);
    QCOMPARE(to_hex(mac1_key(responder)),
             QByteArray("ddf789015bcda5a3f830d712ad1174928ee963c27985fd28b0d1cee19960d57c"));
    QCOMPARE(to_hex(cookie_key(responder).bytes()),
             QByteArray("fde94aedfece8aab7168ec706d53a3fce08c8879c0876cbea2dfd7dd10abf8ea"));

    ScriptedKeySource keys;
    CookieMinter minter(responder);
    MacStamper stamper(responder);
    Buffer initiation = hex(vectors::kInitiation);
    stamper.stamp(initiation, Instant{});
    QCOMPARE(to_hex(initiation), to_hex(hex(vectors::kInitiation)));
    QVERIFY(minter.mac1_is_valid(initiation));

    const CookieReply reply = minter.make_reply(initiation, kInitiatorEndpoint, keys, Instant{});
    Buffer bytes(kCookieReplySize);
    emit_cookie_reply(reply, bytes);
    QCOMPARE(to_hex(bytes),
             QByteArray("0300000004030201") + QByteArray(48, '7') +
                 QByteArray("6029e62ba1c2ad31a74358cb9cf2182e96c516cc37322438d5660562ebc02ccb"));

    QVERIFY(stamper.handle_reply(reply, Instant{}));
    stamper.stamp(initiation, Instant{});
    QCOMPARE(to_hex(Bytes(initiation).last(kMacSize)),
             QByteArray("8c34c5012c34c92c2d341134f7479c84"));
    QVERIFY(minter.mac2_is_valid(initiation, kInitiatorEndpoint, keys, Instant{}));
  }
};

namespace {
const Register<VectorsTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "vectors_test.moc"
