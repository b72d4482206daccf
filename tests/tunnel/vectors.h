// Known answers of the WireGuard protocol: keys of equal bytes, the messages of one handshake and
// what follows, as another implementation of the formulas made them and Wireshark decrypted them.
#pragma once

#include <QByteArray>
#include <array>
#include <deque>
#include <string_view>
#include <vector>

#include "tunnel/key_source.h"
#include "tunnel/keys.h"
#include "wire/address.h"

namespace inflight::testing {

using Buffer = std::vector<std::uint8_t>;

inline Buffer hex(std::string_view text) {
  const QByteArray bytes =
      QByteArray::fromHex(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
  return {bytes.begin(), bytes.end()};
}

inline QByteArray to_hex(Bytes bytes) {
  Buffer copy(bytes.begin(), bytes.end());
  return QByteArray(QByteArray::fromStdString(std::string(copy.begin(), copy.end()))).toHex();
}

inline tunnel::KeyBytes equal_bytes(std::uint8_t value) {
  tunnel::KeyBytes bytes{};
  bytes.fill(value);
  return bytes;
}

inline tunnel::PublicKey public_hex(std::string_view text) {
  tunnel::PublicKey key;
  const Buffer bytes = hex(text);
  CHECK(bytes.size() == tunnel::kKeySize);
  std::ranges::copy(bytes, key.bytes.begin());
  return key;
}

namespace vectors {

inline const tunnel::PrivateKey kInitiatorStatic(equal_bytes(0x11));
inline const tunnel::PrivateKey kInitiatorEphemeral(equal_bytes(0x22));
inline const tunnel::PrivateKey kResponderStatic(equal_bytes(0x33));
inline const tunnel::PrivateKey kResponderEphemeral(equal_bytes(0x44));
inline const tunnel::PresharedKey kPreshared(equal_bytes(0x55));
inline constexpr tunnel::Index kInitiatorIndex = 0x01020304;
inline constexpr tunnel::Index kResponderIndex = 0x05060708;
inline constexpr std::chrono::seconds kUnixTime{1717459200};

inline constexpr std::string_view kInitiatorPublic =
    "7b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13";
inline constexpr std::string_view kResponderPublic =
    "7b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b14";
inline constexpr std::string_view kInitiation =
    "01000000040302010faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f203d95fc552c29"
    "d1bed66597b8ccddb5766350b66aad8baf1f3be1ddc6d207869c1b35fcf9165dca7274c2fc8309478ea5a698d106"
    "dee9d60325181bc166c2567de3b42568b76d75b9e745ca265e1ee2e8f2425ee9ef8f58be10488c92000000000000"
    "00000000000000000000";
inline constexpr std::string_view kResponse =
    "020000000807060504030201ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6bcb3c"
    "bd0f305824d5dabd3f25db6fb64731b996fa7495ec659dc782e4ebf4f9f300000000000000000000000000000000";
// A TCP SYN from 10.0.0.1:40000 to 10.0.0.2:5201.
inline constexpr std::string_view kInnerPacket =
    "4500003c00014000400626b90a0000010a0000029c401451000003e800000000a002faf085460000020405000402"
    "080a000000010000000001030307";
inline constexpr std::string_view kTransport =
    "040000000807060500000000000000002252516c7e61d50db1fba12fb8c2ace2e6a3efa4f4f10382cccfc6a854de"
    "c5a4569aea72ab8c6ef41cb002fd1c0f2f9886decb8a90d53c0591328487d5f0424e73a29159484f805d04a6f7b5"
    "c4645060";
inline constexpr std::string_view kKeepalive =
    "040000000403020100000000000000008d7c32010b822edf90456b486ee4c975";

}  // namespace vectors

// Hands out what it was given, in order; asked for more, it ends the test.
class ScriptedKeySource final : public tunnel::KeySource {
 public:
  std::deque<tunnel::PrivateKey> private_keys;
  std::deque<tunnel::Index> indices;
  tunnel::KeyBytes secret = equal_bytes(0x66);
  tunnel::CookieNonce nonce = [] {
    tunnel::CookieNonce bytes{};
    bytes.fill(0x77);
    return bytes;
  }();

  tunnel::PrivateKey private_key() override { return next(private_keys); }
  tunnel::CookieSecret cookie_secret() override { return tunnel::CookieSecret(secret); }
  tunnel::CookieNonce cookie_nonce() override { return nonce; }
  tunnel::Index index() override { return next(indices); }
  Duration jitter(Duration) override { return Duration::zero(); }

 private:
  template <class T>
  static T next(std::deque<T>& values) {
    CHECK(!values.empty());
    T value = values.front();
    values.pop_front();
    return value;
  }
};

}  // namespace inflight::testing
