// Our tunnel and our stack behind it against wireguard-go with the kernel's TCP behind that: either
// end begins the handshake, data goes both ways, every byte is looked at.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <QTest>
#include <thread>

#include "host/workload.h"
#include "io/network_interface.h"
#include "kernel/kernel_socket.h"
#include "kernel/namespace.h"
#include "kernel/wireguard_go.h"
#include "live/address_plan.h"
#include "live/message.h"
#include "live/raw_client.h"
#include "live/running_server.h"
#include "support/registry.h"
#include "tunnel/crypto.h"

namespace inflight::testing {

class WireguardTest : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void wireguard_go_begins_and_reads();
  void wireguard_go_begins_and_writes();
  void we_begin();
};

namespace {

constexpr std::string_view kHello = R"({"type":"hello","version":1,"program":"test"})";
constexpr std::string_view kId = "0123456789abcdef";
constexpr int kLimitMs = 10'000;

// A namespace with nothing but its loopback.
Namespace make_space() {
  auto space = Namespace::make();
  CHECK(space.has_value());
  const Namespace::Inside inside(*space);
  CHECK(io::NetworkInterface("lo").bring_up().has_value());
  return std::move(*space);
}

// The kernel's end of a TCP connection, used as one uses a file: waits at most 10 s each time.
class BlockingSocket {
 public:
  explicit BlockingSocket(Descriptor descriptor) : descriptor_(std::move(descriptor)) {
    const timeval limit{.tv_sec = kLimitMs / 1000, .tv_usec = 0};
    ::setsockopt(descriptor_.value(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_.value(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    ::fcntl(descriptor_.value(), F_SETFL, 0);
  }
  // To this port of the server's address; nothing if nobody answers.
  static std::optional<BlockingSocket> connect(std::uint16_t port) {
    Descriptor made = kernel_connect({live::server_address(wire::IpVersion::V4), port}, {});
    pollfd wait{.fd = made.value(), .events = POLLOUT, .revents = 0};
    if (::poll(&wait, 1, kLimitMs) != 1 || (wait.revents & POLLERR) != 0) return std::nullopt;
    return BlockingSocket(std::move(made));
  }

  bool write(std::string_view text) {
    return ::send(descriptor_.value(), text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }
  // At most what fits; 0 at the end, less on an error.
  ssize_t read(std::span<std::uint8_t> into) {
    return ::recv(descriptor_.value(), into.data(), into.size(), 0);
  }
  std::string line() {
    std::string text;
    std::uint8_t byte = 0;
    while (read({&byte, 1}) == 1 && byte != '\n') text.push_back(static_cast<char>(byte));
    return text;
  }
  template <class T>
  std::optional<T> message() {
    const auto parsed = live::parse_line(line());
    if (!parsed || !std::holds_alternative<T>(*parsed)) return std::nullopt;
    return std::get<T>(*parsed);
  }
  void end() { ::shutdown(descriptor_.value(), SHUT_WR); }

 private:
  Descriptor descriptor_;
};

// A server of ours, and wireguard-go that knows it.
struct Pair {
  Namespace space = make_space();
  Namespace::Inside inside{space};
  live::RunningServer server;
  tunnel::PrivateKey key = tunnel::SystemKeySource().private_key();
  WireguardGo wireguard{key,
                        {live::client_address(wire::IpVersion::V4, tunnel::public_key(key)), 8}};
  bool joined = wireguard.add_peer(*server.target().key, server.target().port, "10.66.0.1/32");
};

// Greets and asks for a transfer; the data connection, if it is granted.
std::optional<BlockingSocket> begin(BlockingSocket& control, const std::string& direction) {
  control.write(std::string(kHello) + "\n");
  if (!control.message<live::Hello>()) return std::nullopt;
  control.write(R"({"type":"start","id":")" + std::string(kId) + R"(","settings":{"direction":")" +
                direction + R"(","duration":"500ms"}})" + "\n");
  const auto ready = control.message<live::Ready>();
  if (!ready) return std::nullopt;
  auto data = BlockingSocket::connect(ready->data_port);
  if (data && !data->write(kId)) return std::nullopt;
  return data;
}

}  // namespace

void WireguardTest::init() {
  static const QString privilege = missing_privilege();
  if (!privilege.isEmpty()) QSKIP(qPrintable("This machine does not allow " + privilege));
  const QString program = WireguardGo::missing();
  if (!program.isEmpty()) QSKIP(qPrintable(program + " is not installed"));
}

// Payload repeats, which tells a byte that is out of place.
void WireguardTest::wireguard_go_begins_and_reads() {
  Pair pair;
  QVERIFY(pair.joined);
  auto control = BlockingSocket::connect(live::kControlPort);
  QVERIFY(control);
  auto data = begin(*control, "down");
  QVERIFY(data);
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 65'536> part{};
  constexpr std::size_t kEnough = 20'000'000;
  while (bytes.size() < kEnough) {
    const ssize_t got = data->read(part);
    if (got <= 0) break;
    bytes.insert(bytes.end(), part.begin(), part.begin() + got);
  }
  QVERIFY2(bytes.size() > 1'000'000, qPrintable(QString::number(bytes.size())));
  const auto later = std::span(bytes).subspan(host::Payload::kPeriod);
  QVERIFY(std::ranges::equal(later, std::span(bytes).first(later.size())));
}

void WireguardTest::wireguard_go_begins_and_writes() {
  Pair pair;
  QVERIFY(pair.joined);
  auto control = BlockingSocket::connect(live::kControlPort);
  QVERIFY(control);
  auto data = begin(*control, "up");
  QVERIFY(data);
  const std::string block(100'000, 'x');
  for (int i = 0; i < 30; ++i) QVERIFY(data->write(block));
  data->end();
  std::uint8_t byte = 0;
  QVERIFY(data->read({&byte, 1}) <= 0);
  control->write(R"({"type":"finish","id":")" + std::string(kId) + "\"}\n");
  std::optional<live::Result> result;
  for (int lines = 0; lines < 1000 && !result; ++lines) {
    const auto parsed = live::parse_line(control->line());
    QVERIFY(parsed);
    if (std::holds_alternative<live::Result>(*parsed)) result = std::get<live::Result>(*parsed);
  }
  QVERIFY(result);
  QCOMPARE(result->summary.transfer.bytes.value(), 3'000'000);
}

// The kernel has the server's address and echoes a line.
void WireguardTest::we_begin() {
  const Namespace space = make_space();
  const Namespace::Inside inside(space);
  const tunnel::PrivateKey key = tunnel::SystemKeySource().private_key();
  const wire::IpAddress address = live::server_address(wire::IpVersion::V4);
  WireguardGo wireguard(key, {address, 8});
  KernelListener listener({address, live::kControlPort}, {});
  const live::Target target{"127.0.0.1", wireguard.port(), tunnel::public_key(key)};
  const tunnel::PrivateKey own = tunnel::SystemKeySource().private_key();
  QVERIFY(wireguard.add_peer(tunnel::public_key(own), 0, "10.66.0.0/16"));
  live::RawClient client(target, live::kControlPort, own);
  client.send("hello");
  std::jthread echo([&] {
    pollfd wait{.fd = listener.descriptor(), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, kLimitMs) != 1) return;
    BlockingSocket socket(std::move(*listener.accept()));
    socket.write(socket.line() + " yourself\n");
  });
  const auto answer = client.receive();
  QVERIFY(answer);
  QCOMPARE(QByteArray::fromStdString(*answer), QByteArray("hello yourself"));
}

namespace {
const Register<WireguardTest> registered;
}

}  // namespace inflight::testing

#include "wireguard_test.moc"
