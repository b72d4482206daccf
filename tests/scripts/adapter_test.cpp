// The shared object as packetdrill uses it: loaded with dlopen, its table called, a blocking call
// in a second thread, the clock, and the functions that it offers when preloaded.
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/times.h>

#include <QTest>
#include <atomic>
#include <bit>
#include <thread>

#include "packetdrill/address.h"
#include "packetdrill/table.h"
#include "packetdrill/tcp_info_layout.h"
#include "scripts/runner/peer.h"
#include "support/registry.h"

namespace inflight::scripts {

using packetdrill::Table;

class AdapterTest : public QObject {
  Q_OBJECT

 private slots:
  void fills_every_place_of_the_table();
  void flags_may_be_null();
  void the_clock_moves_by_itself_and_in_usleep();
  void nothing_to_send_is_zero_bytes();
  void a_blocking_accept_is_woken_and_time_stands_still();
  void the_first_thread_never_blocks();
  void getsockopt_is_answered_when_preloaded();
  void what_else_is_preloaded();
  void shell_lines_become_configuration();
  void left_open_sockets_can_be_closed_by_libc();
};

namespace {

const testing::Register<AdapterTest> registered;

template <class Function>
Function symbol(const char* name) {
  // As packetdrill does, but for DEEPBIND, which the preloaded dlopen takes off.
  void* const library = dlopen(INFLIGHT_PACKETDRILL, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  return std::bit_cast<Function>(dlsym(library, name));
}

Table make_table(const char* flags) {
  Table table{};
  symbol<packetdrill::InitFunction>(packetdrill::kInitFunction)(flags, &table);
  return table;
}

long long now_us(const Table& table) {
  timeval now{};
  table.gettimeofday(table.self, &now, nullptr);
  return now.tv_sec * 1'000'000LL + now.tv_usec;
}

sockaddr* generic(sockaddr_storage& storage) {
  return static_cast<sockaddr*>(static_cast<void*>(&storage));
}

// A socket that listens where scripts do.
int make_listener(const Table& table, const Peer& peer) {
  const int fd = table.socket(table.self, AF_INET, SOCK_STREAM, IPPROTO_TCP);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  packetdrill::to_sockaddr({peer.local(), Peer::kPort}, AF_INET, generic(address), &size);
  table.bind(table.self, fd, generic(address), size);
  table.listen(table.self, fd, 5);
  return fd;
}

void send(const Table& table, Peer& peer, std::string_view line) {
  const auto packet = peer.make_packet(parse_packet(line).value()).value();
  table.netdev_send(table.self, packet.data(), packet.size());
}

std::string receive(const Table& table, Peer& peer) {
  std::vector<std::uint8_t> buffer(65536);
  std::size_t size = buffer.size();
  long long time_us = 0;
  table.netdev_receive(table.self, buffer.data(), &size, &time_us);
  if (size == 0) return {};
  PacketLine line = peer.read_packet(Bytes(buffer).first(size), nullptr).value();
  line.window.reset();
  return to_text(line);
}

int accept(const Table& table, int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  return table.accept(table.self, listener, generic(address), &size);
}

}  // namespace

void AdapterTest::fills_every_place_of_the_table() {
  const Table table = make_table("profile=linux;mtu=1500;seed=7");
  const auto words = std::bit_cast<std::array<std::uintptr_t, 33>>(table);
  for (const std::uintptr_t word : words) QVERIFY(word != 0);
  table.destroy(table.self);
}

void AdapterTest::flags_may_be_null() {
  const Table table = make_table(nullptr);
  QVERIFY(table.socket(table.self, AF_INET6, SOCK_STREAM, 0) >= 0);
  QCOMPARE(table.socket(table.self, AF_UNIX, SOCK_STREAM, 0), -1);
  QCOMPARE(errno, EAFNOSUPPORT);
  table.destroy(table.self);
}

void AdapterTest::the_clock_moves_by_itself_and_in_usleep() {
  const Table table = make_table("");
  const long long first = now_us(table);
  const long long second = now_us(table);
  QVERIFY(second > first);
  QVERIFY(second - first < 100);
  table.usleep(table.self, 60'000'000);
  QVERIFY(now_us(table) - second >= 60'000'000);
  QVERIFY(now_us(table) - second < 60'000'100);
}

void AdapterTest::nothing_to_send_is_zero_bytes() {
  const Table table = make_table("");
  Peer peer(false);
  make_listener(table, peer);
  const long long before = now_us(table);
  QCOMPARE(receive(table, peer), std::string());
  QVERIFY(now_us(table) - before < 1000);
}

void AdapterTest::a_blocking_accept_is_woken_and_time_stands_still() {
  const Table table = make_table("profile=linux");
  Peer peer(false);
  const int listener = make_listener(table, peer);
  std::atomic<int> accepted = -1;
  std::atomic<long long> back = 0;
  std::atomic<bool> begun = false;
  std::thread script([&] {
    begun = true;
    accepted = accept(table, listener);
    back = now_us(table);
  });
  while (!begun) std::this_thread::yield();
  send(table, peer, "< S 0:0(0) win 65535 <mss 1000,sackOK>");
  QCOMPARE(receive(table, peer), std::string("> S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>"));
  table.usleep(table.self, 100'000);
  send(table, peer, "< . 1:1(0) ack 1 win 65535");
  const long long woken = now_us(table);
  table.usleep(table.self, 1'000'000);
  script.join();
  QVERIFY(accepted >= 0);
  // Were time not to wait for the thread, it would have read the clock a second later.
  QVERIFY(back - woken < 1000);
  table.close(table.self, accepted);
  QCOMPARE(receive(table, peer), std::string("> F. 1:1(0) ack 1"));
}

void AdapterTest::the_first_thread_never_blocks() {
  const Table table = make_table("");
  Peer peer(false);
  const int listener = make_listener(table, peer);
  QCOMPARE(accept(table, listener), -1);
  QCOMPARE(errno, EAGAIN);
}

void AdapterTest::getsockopt_is_answered_when_preloaded() {
  using Function = int (*)(int, int, int, void*, socklen_t*);
  const auto getsockopt = symbol<Function>("getsockopt");
  const Table table = make_table("profile=linux");
  Peer peer(false);
  const int listener = make_listener(table, peer);
  send(table, peer, "< S 0:0(0) win 65535 <mss 1000>");
  receive(table, peer);
  send(table, peer, "< . 1:1(0) ack 1 win 65535");
  const int fd = accept(table, listener);
  packetdrill::TcpInfo info{};
  socklen_t size = sizeof info;
  QCOMPARE(getsockopt(fd, IPPROTO_TCP, 11, &info, &size), 0);
  QCOMPARE(size, sizeof info);
  QCOMPARE(int{info.state}, 1);
  QCOMPARE(info.snd_cwnd, 10U);
  QCOMPARE(info.snd_mss, 1000U);
  QCOMPARE(info.snd_ssthresh, 0x7fffffffU);
  QCOMPARE(info.reordering, 3U);
  // TCP_CC_INFO and SO_MEMINFO are asked for as well.
  size = sizeof info;
  QCOMPARE(getsockopt(fd, IPPROTO_TCP, 26, &info, &size), 0);
  size = 36;
  QCOMPARE(getsockopt(fd, SOL_SOCKET, 55, &info, &size), 0);
  QCOMPARE(size, 36U);
  // Other people's descriptors are the system's.
  const int real = ::socket(AF_INET, SOCK_STREAM, 0);
  int type = 0;
  size = sizeof type;
  QCOMPARE(getsockopt(real, SOL_SOCKET, SO_TYPE, &type, &size), 0);
  QCOMPARE(type, int{SOCK_STREAM});
  ::close(real);
}

void AdapterTest::what_else_is_preloaded() {
  const auto ticks = symbol<clock_t (*)(tms*)>("times");
  tms buffer{};
  const clock_t first = ticks(&buffer);
  QCOMPARE(ticks(nullptr), first + 1);
  QCOMPARE(symbol<int (*)(int)>("mlockall")(0), 0);
  QCOMPARE((symbol<int (*)(pid_t, int, const sched_param*)>("sched_setscheduler")(0, 0, nullptr)),
           0);
  // It takes DEEPBIND off and loads what is there.
  const auto open = symbol<void* (*)(const char*, int)>("dlopen");
  QVERIFY(open(INFLIGHT_PACKETDRILL, RTLD_NOW | RTLD_DEEPBIND | RTLD_NODELETE) != nullptr);
}

void AdapterTest::shell_lines_become_configuration() {
  const Table table = make_table("profile=linux");
  const auto system = symbol<int (*)(const char*)>("system");
  QCOMPARE(system("sysctl -q net.ipv4.tcp_sack=0; false"), 0);
  QCOMPARE(system("./set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0"), 0);
  Peer peer(false);
  make_listener(table, peer);
  send(table, peer, "< S 0:0(0) win 65535 <mss 1000,sackOK,TS val 1 ecr 0>");
  QCOMPARE(receive(table, peer), std::string("> S. 0:0(0) ack 1 <mss 1460>"));
}

void AdapterTest::left_open_sockets_can_be_closed_by_libc() {
  const Table table = make_table("");
  const int fd = table.socket(table.self, AF_INET, SOCK_STREAM, 0);
  QCOMPARE(::close(fd), 0);
  table.destroy(table.self);
}

}  // namespace inflight::scripts

#include "adapter_test.moc"
