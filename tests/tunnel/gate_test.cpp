// What handshake messages must show before they cost anything: macs, cookies, and a rate per
// source.
#include "tunnel/gate.h"

#include <QTest>

#include "support/registry.h"
#include "vectors.h"

namespace inflight::testing {

using namespace tunnel;

namespace {
const wire::Endpoint kStranger{wire::IpAddress::v4(203, 0, 113, 9), 999};
}  // namespace

class GateTest : public QObject {
  Q_OBJECT

 private slots:
  // The cookie belongs to an address; a valid mac2 still passes only at a limited rate.
  void cookie_is_bound_to_the_source_and_limited() {
    const PublicKey self = public_hex(vectors::kResponderPublic);
    ScriptedKeySource keys;
    Gate gate(self, {.messages = 0, .window = 1s, .hold = 1s});
    MacStamper stamper(self);
    Buffer message = hex(vectors::kInitiation);
    const Instant now{};
    QVERIFY(gate.admit(message, kStranger, keys, now) == Verdict::NeedsCookie);
    stamper.stamp(message, now);
    QVERIFY(stamper.handle_reply(gate.make_cookie_reply(message, kStranger, keys, now), now));
    stamper.stamp(message, now);
    for (int i = 0; i < RateLimiter::kBurst; ++i) {
      QVERIFY(gate.admit(message, kStranger, keys, now) == Verdict::Admit);
    }
    QVERIFY(gate.admit(message, kStranger, keys, now) == Verdict::RateLimited);
    QVERIFY(gate.admit(message, kStranger, keys, now + 50ms) == Verdict::Admit);
    const wire::Endpoint other{kStranger.address, 1000};
    QVERIFY(gate.admit(message, other, keys, now) == Verdict::NeedsCookie);
    // The secret changes every 120 s, and with it the cookie.
    keys.secret = equal_bytes(0x67);
    QVERIFY(gate.admit(message, kStranger, keys, now + 120s) == Verdict::NeedsCookie);
    // The sender forgets it after the same time.
    stamper.stamp(message, now + 120s);
    QVERIFY(Bytes(message).last(kMacSize)[0] == 0);
    message[20] ^= 1;
    QVERIFY(gate.admit(message, kStranger, keys, now) == Verdict::BadMac1);
  }

  void gate_is_open_until_there_is_load() {
    ScriptedKeySource keys;
    Gate gate(public_hex(vectors::kResponderPublic), {.messages = 3, .window = 1s, .hold = 2s});
    const Buffer message = hex(vectors::kInitiation);
    const Instant now{};
    for (int i = 0; i < 3; ++i) {
      QVERIFY(gate.admit(message, kStranger, keys, now) == Verdict::Admit);
    }
    QVERIFY(gate.admit(message, kStranger, keys, now) == Verdict::NeedsCookie);
    QVERIFY(gate.under_load(now + 2s - 1ns));
    QVERIFY(!gate.under_load(now + 2s));
    QVERIFY(gate.admit(message, kStranger, keys, now + 2s) == Verdict::Admit);
  }

  void rate_limiter_is_bounded() {
    RateLimiter limiter;
    const auto source = [](std::uint32_t n) {
      std::array<std::uint8_t, 16> bytes{0x20, 0x01};
      ByteWriter(MutableBytes(bytes).subspan(4)).u32be(n);
      return wire::IpAddress::from_bytes(bytes);
    };
    const Instant now{};
    for (std::uint32_t i = 0; i < RateLimiter::kMaxSources; ++i) {
      QVERIFY(limiter.allow(source(i), now));
    }
    QVERIFY(!limiter.allow(source(1000000), now));
    QVERIFY(limiter.allow(source(0), now));
    QVERIFY(limiter.allow(source(1000000), now + 1s));
    QCOMPARE(limiter.size(), 1U);
  }
};

namespace {
const Register<GateTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "gate_test.moc"
