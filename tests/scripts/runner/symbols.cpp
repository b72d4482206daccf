#include "scripts/runner/symbols.h"

#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <unordered_map>

#include "scripts/runner/script.h"

namespace inflight::scripts {
namespace {

#define INFLIGHT_SYMBOL(name) {#name, static_cast<long>(name)}
// Families, levels and options.
const std::unordered_map<std::string_view, long>& symbols() {
  static const std::unordered_map<std::string_view, long> kSymbols{
      INFLIGHT_SYMBOL(AF_INET),          INFLIGHT_SYMBOL(AF_INET6),
      INFLIGHT_SYMBOL(SOCK_STREAM),      INFLIGHT_SYMBOL(SOCK_NONBLOCK),
      INFLIGHT_SYMBOL(SOCK_CLOEXEC),     INFLIGHT_SYMBOL(IPPROTO_TCP),
      INFLIGHT_SYMBOL(IPPROTO_IP),       INFLIGHT_SYMBOL(SOL_SOCKET),
      {"SOL_TCP", long{IPPROTO_TCP}},    INFLIGHT_SYMBOL(SO_REUSEADDR),
      INFLIGHT_SYMBOL(SO_ERROR),         INFLIGHT_SYMBOL(SO_SNDBUF),
      INFLIGHT_SYMBOL(SO_RCVBUF),        INFLIGHT_SYMBOL(SO_LINGER),
      INFLIGHT_SYMBOL(SO_KEEPALIVE),     INFLIGHT_SYMBOL(SO_DEBUG),
      INFLIGHT_SYMBOL(SO_ACCEPTCONN),    INFLIGHT_SYMBOL(TCP_NODELAY),
      INFLIGHT_SYMBOL(TCP_CORK),         INFLIGHT_SYMBOL(TCP_MAXSEG),
      INFLIGHT_SYMBOL(TCP_SYNCNT),       INFLIGHT_SYMBOL(TCP_QUICKACK),
      INFLIGHT_SYMBOL(TCP_USER_TIMEOUT), INFLIGHT_SYMBOL(TCP_NOTSENT_LOWAT),
      INFLIGHT_SYMBOL(TCP_KEEPIDLE),     INFLIGHT_SYMBOL(TCP_KEEPINTVL),
      INFLIGHT_SYMBOL(TCP_KEEPCNT),      INFLIGHT_SYMBOL(TCP_DEFER_ACCEPT),
      INFLIGHT_SYMBOL(TCP_LINGER2),      INFLIGHT_SYMBOL(IP_TOS),
      INFLIGHT_SYMBOL(IP_TTL),           INFLIGHT_SYMBOL(IPPROTO_IPV6),
      INFLIGHT_SYMBOL(IPV6_TCLASS),      INFLIGHT_SYMBOL(IPV6_UNICAST_HOPS)};
  return kSymbols;
}

// Of messages with control data, of error queues, and of epoll.
const std::unordered_map<std::string_view, long>& message_symbols() {
  static const std::unordered_map<std::string_view, long> kSymbols{
      INFLIGHT_SYMBOL(MSG_ERRQUEUE),
      INFLIGHT_SYMBOL(MSG_TRUNC),
      INFLIGHT_SYMBOL(MSG_CTRUNC),
      INFLIGHT_SYMBOL(MSG_EOR),
      INFLIGHT_SYMBOL(MSG_OOB),
      INFLIGHT_SYMBOL(MSG_ZEROCOPY),
      INFLIGHT_SYMBOL(SO_ZEROCOPY),
      INFLIGHT_SYMBOL(SO_MARK),
      INFLIGHT_SYMBOL(SO_TIMESTAMPING),
      INFLIGHT_SYMBOL(SCM_TIMESTAMPING),
      INFLIGHT_SYMBOL(SOF_TIMESTAMPING_TX_SCHED),
      INFLIGHT_SYMBOL(SOF_TIMESTAMPING_TX_SOFTWARE),
      INFLIGHT_SYMBOL(SOF_TIMESTAMPING_TX_ACK),
      INFLIGHT_SYMBOL(SOF_TIMESTAMPING_SOFTWARE),
      INFLIGHT_SYMBOL(SOF_TIMESTAMPING_OPT_ID),
      INFLIGHT_SYMBOL(SCM_TSTAMP_SCHED),
      INFLIGHT_SYMBOL(SCM_TSTAMP_SND),
      INFLIGHT_SYMBOL(SCM_TSTAMP_ACK),
      INFLIGHT_SYMBOL(SO_EE_ORIGIN_ZEROCOPY),
      INFLIGHT_SYMBOL(SO_EE_ORIGIN_TIMESTAMPING),
      INFLIGHT_SYMBOL(SO_EE_CODE_ZEROCOPY_COPIED),
      {"CMSG_LEVEL_IP", long{IPPROTO_IP}},
      {"CMSG_TYPE_RECVERR", long{IP_RECVERR}},
      INFLIGHT_SYMBOL(TCP_INQ),
      INFLIGHT_SYMBOL(TCP_CM_INQ),
      INFLIGHT_SYMBOL(ENOMSG),
      INFLIGHT_SYMBOL(EPOLLIN),
      INFLIGHT_SYMBOL(EPOLLOUT),
      INFLIGHT_SYMBOL(EPOLLERR),
      INFLIGHT_SYMBOL(EPOLLHUP),
      INFLIGHT_SYMBOL(EPOLLRDHUP),
      {"EPOLLET", static_cast<long>(static_cast<std::uint32_t>(EPOLLET))},
      INFLIGHT_SYMBOL(EPOLLONESHOT),
      INFLIGHT_SYMBOL(EPOLLEXCLUSIVE),
      INFLIGHT_SYMBOL(EPOLL_CTL_ADD),
      INFLIGHT_SYMBOL(EPOLL_CTL_MOD),
      INFLIGHT_SYMBOL(EPOLL_CTL_DEL)};
  return kSymbols;
}

// What goes into their calls.
const std::unordered_map<std::string_view, long>& flags() {
  static const std::unordered_map<std::string_view, long> kFlags{
      INFLIGHT_SYMBOL(F_GETFL),
      INFLIGHT_SYMBOL(F_SETFL),
      INFLIGHT_SYMBOL(O_RDWR),
      INFLIGHT_SYMBOL(O_NONBLOCK),
      INFLIGHT_SYMBOL(SHUT_RD),
      INFLIGHT_SYMBOL(SHUT_WR),
      INFLIGHT_SYMBOL(SHUT_RDWR),
      INFLIGHT_SYMBOL(MSG_PEEK),
      INFLIGHT_SYMBOL(MSG_DONTWAIT),
      INFLIGHT_SYMBOL(MSG_MORE),
      INFLIGHT_SYMBOL(MSG_NOSIGNAL),
      INFLIGHT_SYMBOL(MSG_WAITALL),
      INFLIGHT_SYMBOL(MSG_FASTOPEN),
      INFLIGHT_SYMBOL(TCP_FASTOPEN),
      INFLIGHT_SYMBOL(TCP_FASTOPEN_CONNECT),
      INFLIGHT_SYMBOL(TCP_FASTOPEN_KEY),
      INFLIGHT_SYMBOL(TCP_WINDOW_CLAMP),
      INFLIGHT_SYMBOL(IP_MTU_DISCOVER),
      INFLIGHT_SYMBOL(IP_PMTUDISC_DONT),
      INFLIGHT_SYMBOL(TCPI_OPT_TIMESTAMPS),
      INFLIGHT_SYMBOL(TCPI_OPT_SACK),
      INFLIGHT_SYMBOL(TCPI_OPT_WSCALE),
      INFLIGHT_SYMBOL(TCPI_OPT_ECN),
      INFLIGHT_SYMBOL(TCPI_OPT_SYN_DATA),
      INFLIGHT_SYMBOL(SIOCINQ),
      INFLIGHT_SYMBOL(SIOCOUTQ),
      INFLIGHT_SYMBOL(SIOCOUTQNSD),
      INFLIGHT_SYMBOL(POLLIN),
      INFLIGHT_SYMBOL(POLLOUT),
      INFLIGHT_SYMBOL(POLLERR),
      INFLIGHT_SYMBOL(POLLHUP),
      INFLIGHT_SYMBOL(POLLRDHUP),
      INFLIGHT_SYMBOL(POLLRDNORM),
      INFLIGHT_SYMBOL(POLLWRNORM),
      INFLIGHT_SYMBOL(TCP_CA_Open),
      INFLIGHT_SYMBOL(TCP_CA_Disorder),
      INFLIGHT_SYMBOL(TCP_CA_CWR),
      INFLIGHT_SYMBOL(TCP_CA_Recovery),
      INFLIGHT_SYMBOL(TCP_CA_Loss)};
  return kFlags;
}

const std::unordered_map<std::string_view, int>& errors() {
  static const std::unordered_map<std::string_view, int> kErrors{
      INFLIGHT_SYMBOL(EAGAIN),       INFLIGHT_SYMBOL(EINPROGRESS),  INFLIGHT_SYMBOL(EALREADY),
      INFLIGHT_SYMBOL(EISCONN),      INFLIGHT_SYMBOL(ENOTCONN),     INFLIGHT_SYMBOL(EPIPE),
      INFLIGHT_SYMBOL(ECONNRESET),   INFLIGHT_SYMBOL(ECONNREFUSED), INFLIGHT_SYMBOL(ETIMEDOUT),
      INFLIGHT_SYMBOL(EINVAL),       INFLIGHT_SYMBOL(EBADF),        INFLIGHT_SYMBOL(EADDRINUSE),
      INFLIGHT_SYMBOL(EHOSTUNREACH), INFLIGHT_SYMBOL(ENETUNREACH),  INFLIGHT_SYMBOL(ENOPROTOOPT),
      INFLIGHT_SYMBOL(EFAULT),       INFLIGHT_SYMBOL(EOPNOTSUPP),   INFLIGHT_SYMBOL(EMSGSIZE)};
  return kErrors;
}

// States and such that the system's headers keep to themselves.
constexpr std::pair<std::string_view, long> kStates[] = {{"TCP_ESTABLISHED", 1},
                                                         {"TCP_SYN_SENT", 2},
                                                         {"TCP_SYN_RECV", 3},
                                                         {"TCP_FIN_WAIT1", 4},
                                                         {"TCP_FIN_WAIT2", 5},
                                                         {"TCP_TIME_WAIT", 6},
                                                         {"TCP_CLOSE", 7},
                                                         {"TCP_CLOSE_WAIT", 8},
                                                         {"TCP_LAST_ACK", 9},
                                                         {"TCP_LISTEN", 10},
                                                         {"TCP_CLOSING", 11},
                                                         // As the scripts for BSD name them.
                                                         {"TCPI_ESTABLISHED", 1},
                                                         {"TCPI_SYN_SENT", 2},
                                                         {"TCPI_SYN_RECEIVED", 3},
                                                         {"TCPI_FIN_WAIT_1", 4},
                                                         {"TCPI_FIN_WAIT_2", 5},
                                                         {"TCPI_TIME_WAIT", 6},
                                                         {"TCPI_CLOSED", 7},
                                                         {"TCPI_CLOSE_WAIT", 8},
                                                         {"TCPI_LAST_ACK", 9},
                                                         {"TCPI_LISTEN", 10},
                                                         {"TCPI_CLOSING", 11},
                                                         {"EWOULDBLOCK", EWOULDBLOCK}};

std::optional<long> single(std::string_view text) {
  long value = 0;
  const bool hex = text.starts_with("0x");
  const std::string_view digits = hex ? text.substr(2) : text;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (error == std::errc{} && end == digits.data() + digits.size()) return value;
  if (const auto it = symbols().find(text); it != symbols().end()) return it->second;
  if (const auto it = message_symbols().find(text); it != message_symbols().end()) {
    return it->second;
  }
  if (const auto it = flags().find(text); it != flags().end()) return it->second;
  if (const auto it = errors().find(text); it != errors().end()) return it->second;
  for (const auto& [name, number] : kStates) {
    if (name == text) return number;
  }
  return std::nullopt;
}

}  // namespace

std::optional<long> number_of(std::string_view text) {
  long value = 0;
  for (;;) {
    const std::string_view part = trimmed(text.substr(0, text.find('|')));
    const auto number = single(part);
    if (!number) return std::nullopt;
    value |= *number;
    const std::size_t bar = text.find('|');
    if (bar == std::string_view::npos) return value;
    text.remove_prefix(bar + 1);
  }
}

std::string_view error_name(int error) {
  for (const auto& [name, number] : errors()) {
    if (number == error) return name;
  }
  return {};
}

#undef INFLIGHT_SYMBOL
#define INFLIGHT_FIELD(name) \
  {"tcpi_" #name, [](const packetdrill::TcpInfo& i) { return static_cast<double>(i.name); }}

std::optional<double> field_of(const packetdrill::TcpInfo& info, std::string_view name) {
  using Reader = double (*)(const packetdrill::TcpInfo&);
  static const std::unordered_map<std::string_view, Reader> kFields{INFLIGHT_FIELD(state),
                                                                    INFLIGHT_FIELD(ca_state),
                                                                    INFLIGHT_FIELD(retransmits),
                                                                    INFLIGHT_FIELD(probes),
                                                                    INFLIGHT_FIELD(backoff),
                                                                    INFLIGHT_FIELD(options),
                                                                    INFLIGHT_FIELD(rto),
                                                                    INFLIGHT_FIELD(ato),
                                                                    INFLIGHT_FIELD(snd_mss),
                                                                    INFLIGHT_FIELD(rcv_mss),
                                                                    INFLIGHT_FIELD(unacked),
                                                                    INFLIGHT_FIELD(sacked),
                                                                    INFLIGHT_FIELD(lost),
                                                                    INFLIGHT_FIELD(retrans),
                                                                    INFLIGHT_FIELD(last_data_sent),
                                                                    INFLIGHT_FIELD(last_data_recv),
                                                                    INFLIGHT_FIELD(last_ack_recv),
                                                                    INFLIGHT_FIELD(pmtu),
                                                                    INFLIGHT_FIELD(rtt),
                                                                    INFLIGHT_FIELD(rttvar),
                                                                    INFLIGHT_FIELD(snd_ssthresh),
                                                                    INFLIGHT_FIELD(snd_cwnd),
                                                                    INFLIGHT_FIELD(advmss),
                                                                    INFLIGHT_FIELD(reordering),
                                                                    INFLIGHT_FIELD(total_retrans),
                                                                    INFLIGHT_FIELD(bytes_acked),
                                                                    INFLIGHT_FIELD(bytes_received),
                                                                    INFLIGHT_FIELD(notsent_bytes),
                                                                    INFLIGHT_FIELD(min_rtt),
                                                                    INFLIGHT_FIELD(busy_time),
                                                                    INFLIGHT_FIELD(rwnd_limited),
                                                                    INFLIGHT_FIELD(sndbuf_limited),
                                                                    INFLIGHT_FIELD(bytes_sent),
                                                                    INFLIGHT_FIELD(bytes_retrans),
                                                                    INFLIGHT_FIELD(reord_seen),
                                                                    INFLIGHT_FIELD(snd_wnd),
                                                                    INFLIGHT_FIELD(rcv_wnd),
                                                                    INFLIGHT_FIELD(total_rto),
                                                                    INFLIGHT_FIELD(delivered),
                                                                    INFLIGHT_FIELD(delivered_ce)};
  if (const auto it = kFields.find(name); it != kFields.end()) return it->second(info);
  if (const auto number = number_of(name)) return static_cast<double>(*number);
  return std::nullopt;
}

}  // namespace inflight::scripts
