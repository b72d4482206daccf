#include "live/server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <list>
#include <utility>

#include "base/match.h"
#include "live/address_plan.h"
#include "live/endpoint.h"
#include "live/line_channel.h"
#include "live/server_transfer.h"
#include "tunnel/key_source.h"

namespace inflight::live {
namespace {

// Control connections at once, and data connections that have not said their id yet.
constexpr std::size_t kMaxClients = 32;
constexpr std::size_t kMaxStrangers = 32;
constexpr std::size_t kMaxEvents = 1024;
constexpr std::size_t kMaxTunnelPeers = 64;
// The largest that suits a path of 1500 bytes with an outer IPv6 header.
constexpr std::size_t kTunnelMtu = 1420;

}  // namespace

class Server::Impl {
 public:
  explicit Impl(const ServerConfig& config) : config_(config) {}

  std::expected<void, ServerError> open();
  bool serve_for(Duration time);
  void request_stop();

  const wire::Endpoint& local() const { return endpoint_->local(); }
  const tunnel::PublicKey& public_key() const { return endpoint_->host().tunnel()->public_key(); }
  std::optional<ServerEvent> poll_event();
  std::size_t clients() const { return clients_.size(); }
  std::int64_t finished() const { return finished_; }

 private:
  // One control connection.
  struct Client {
    LineChannel channel;
    Instant last_heard;
    wire::Endpoint remote;
    bool greeted = false;
    // To be closed once what waits was written.
    bool closing = false;
    // Our half was ended.
    bool ended = false;
  };
  // A data connection before its id was read.
  struct Stranger {
    stack::Handle handle;
    Instant since;
  };

  void step(Instant until);
  Instant next_deadline() const;
  void accept(Instant now);
  void run_clients(Instant now);
  bool run_client(Client& client, Instant now);
  bool lingers(Client& client);
  void handle_line(Client& client, const std::string& line, Instant now);
  void start(Client& client, const Start& start, Instant now);
  void refuse(Client& client, Refusal code, const std::string& text);
  void run_strangers(Instant now);
  bool introduce(const Stranger& stranger, Instant now);
  void run_transfer(Instant now);
  void end_transfer(Instant now);
  Client* client_of(stack::Handle handle);
  void report(ServerEvent event);

  ServerConfig config_;
  io::Clock clock_;
  io::EventLoop loop_;
  std::unique_ptr<Endpoint> endpoint_;
  std::list<Client> clients_;
  std::vector<Stranger> strangers_;
  std::optional<ServerTransfer> transfer_;
  std::deque<ServerEvent> events_;
  std::int64_t finished_ = 0;
  std::atomic<bool> stop_ = false;
};

std::expected<void, ServerError> Server::Impl::open() {
  EndpointConfig config;
  config.listen = config_.listen;
  config.tunnel.private_key =
      config_.identity ? *config_.identity : tunnel::SystemKeySource().private_key();
  config.tunnel.mtu = kTunnelMtu;
  const auto versions = {wire::IpVersion::V4, wire::IpVersion::V6};
  tunnel::AcceptAny anybody;
  anybody.max_peers = kMaxTunnelPeers;
  for (const wire::IpVersion version : versions) {
    config.inner.push_back(server_address(version));
    anybody.address_blocks.push_back(client_block(version));
  }
  if (config_.allowed.empty()) config.tunnel.accept_any = anybody;
  for (const tunnel::PublicKey& key : config_.allowed) {
    tunnel::PeerConfig peer;
    peer.key = key;
    for (const wire::IpVersion version : versions) {
      peer.allowed_ips.push_back(single(client_address(version, key)));
    }
    config.tunnel.peers.push_back(std::move(peer));
  }
  auto opened = Endpoint::open(std::move(config), clock_, loop_);
  if (!opened) return std::unexpected(ServerError{opened.error().text});
  endpoint_ = std::move(*opened);
  endpoint_->stack().listen(kControlPort, control_tcp_config());
  return {};
}

void Server::Impl::request_stop() {
  stop_ = true;
  loop_.waker().wake();
}

bool Server::Impl::serve_for(Duration time) {
  const Instant until = clock_.now() + time;
  while (!stop_ && clock_.now() < until) step(until);
  return !stop_;
}

void Server::Impl::step(Instant until) {
  const bool received = endpoint_->receive();
  const Instant now = clock_.now();
  accept(now);
  run_clients(now);
  run_strangers(now);
  run_transfer(now);
  const bool more = endpoint_->send();
  if (!received && !more) endpoint_->wait(std::min(until, next_deadline()));
}

Instant Server::Impl::next_deadline() const {
  Instant next = kNever;
  for (const Client& client : clients_)
    next = std::min(next, client.last_heard + config_.idle_limit);
  for (const Stranger& stranger : strangers_) {
    next = std::min(next, stranger.since + config_.idle_limit);
  }
  if (transfer_)
    next = std::min({next, transfer_->deadline(), clock_.now() + SampleStream::kPeriod});
  return next;
}

void Server::Impl::accept(Instant now) {
  stack::Stack& stack = endpoint_->stack();
  while (const auto handle = stack.accept()) {
    const wire::Endpoint remote = stack.remote(*handle);
    const bool control = stack.local(*handle).port == kControlPort;
    if (control ? clients_.size() >= kMaxClients : strangers_.size() >= kMaxStrangers) {
      stack.find(*handle)->abort();
      stack.release(*handle);
    } else if (control) {
      clients_.push_back(
          {.channel = LineChannel(*handle, kMaxLine), .last_heard = now, .remote = remote});
      report({.kind = ServerEvent::Kind::Connected, .client = remote, .reason = {}});
    } else {
      strangers_.push_back({*handle, now});
    }
  }
}

void Server::Impl::run_clients(Instant now) {
  std::erase_if(clients_, [&](Client& client) {
    if (run_client(client, now)) return false;
    const stack::Handle handle = client.channel.handle();
    if (transfer_ && transfer_->control() == handle) end_transfer(now);
    endpoint_->stack().release(handle);
    return true;
  });
}

// False: it is done with.
bool Server::Impl::run_client(Client& client, Instant now) {
  stack::Stack& stack = endpoint_->stack();
  const LineChannel::State state = client.channel.run(stack);
  while (const auto line = client.closing ? std::nullopt : client.channel.poll_line()) {
    client.last_heard = now;
    handle_line(client, *line, now);
  }
  if (state == LineChannel::State::TooLong && !client.closing) {
    refuse(client, Refusal::Malformed, "A line of the control connection was longer than 64 KiB.");
  }
  if (transfer_ && transfer_->control() == client.channel.handle()) client.last_heard = now;
  const bool idle = now - client.last_heard >= config_.idle_limit;
  const bool gone = state == LineChannel::State::Ended;
  client.channel.flush(stack);
  if (client.closing && client.channel.flushed() && !idle) return lingers(client);
  if (!gone && !idle) return true;
  tcp::Connection* connection = stack.find(client.channel.handle());
  if (connection == nullptr) return false;
  if (idle) {
    connection->abort();
  } else {
    connection->close();
  }
  return false;
}

// Our half has ended; what still comes is thrown away until the peer's ends too, or the client was
// silent for too long: a RST in answer to it would overtake the error that the client is to read.
bool Server::Impl::lingers(Client& client) {
  stack::Stack& stack = endpoint_->stack();
  const stack::Handle handle = client.channel.handle();
  const tcp::Connection* seen = std::as_const(stack).find(handle);
  if (seen == nullptr || seen->state() == tcp::State::Closed || seen->read_to_end()) return false;
  if (!std::exchange(client.ended, true)) stack.find(handle)->close();
  const auto unread = static_cast<std::size_t>(seen->unread().value());
  if (unread > 0) static_cast<void>(stack.find(handle)->discard(unread));
  return true;
}

void Server::Impl::handle_line(Client& client, const std::string& line, Instant now) {
  const auto message = parse_line(line);
  if (!message) return refuse(client, Refusal::Malformed, message.error().text);
  if (const auto* hello = std::get_if<Hello>(&*message)) {
    if (hello->version != kProtocolVersion) {
      return refuse(client, Refusal::Version,
                    "This server speaks version " + std::to_string(kProtocolVersion) +
                        " of the control protocol, the client version " +
                        std::to_string(hello->version) + ". Use the same release at both ends.");
    }
    client.greeted = true;
    client.channel.send(to_line(Hello{.program = config_.program}));
    return;
  }
  if (!client.greeted) return refuse(client, Refusal::Malformed, "The first line must be a hello.");
  if (const auto* ping = std::get_if<Ping>(&*message)) {
    client.channel.send(to_line(Pong{ping->sent, clock_.now()}));
  } else if (const auto* wanted = std::get_if<Start>(&*message)) {
    start(client, *wanted, now);
  } else if (const auto* finish = std::get_if<Finish>(&*message)) {
    if (transfer_ && transfer_->id() == finish->id &&
        transfer_->control() == client.channel.handle()) {
      end_transfer(now);
    }
  } else {
    refuse(client, Refusal::Malformed, "Only a server sends this message.");
  }
}

void Server::Impl::start(Client& client, const Start& start, Instant now) {
  if (transfer_) {
    return refuse(client, Refusal::Busy,
                  "The server is busy with another transfer. Try again in a minute.");
  }
  const bool ipv6 = !client.remote.address.is_v4();
  endpoint_->stack().listen(kDataPort, tcp_config(start.settings, ipv6));
  transfer_.emplace(start, client.channel.handle(), now);
  client.channel.send(to_line(Ready{start.id, kDataPort}));
}

void Server::Impl::refuse(Client& client, Refusal code, const std::string& text) {
  client.channel.send(to_line(Error{code, text}));
  client.closing = true;
  report({.kind = ServerEvent::Kind::Refused, .client = client.remote, .reason = text});
}

void Server::Impl::run_strangers(Instant now) {
  std::erase_if(strangers_, [&](const Stranger& stranger) { return introduce(stranger, now); });
}

// True: it has become the transfer's data connection, or was sent away.
bool Server::Impl::introduce(const Stranger& stranger, Instant now) {
  stack::Stack& stack = endpoint_->stack();
  const tcp::Connection* connection = std::as_const(stack).find(stranger.handle);
  if (connection == nullptr) return true;
  const bool late = now - stranger.since >= config_.idle_limit;
  if (connection->unread() < ByteCount{kIdSize} && !late &&
      connection->state() != tcp::State::Closed) {
    return false;
  }
  std::array<std::uint8_t, kIdSize> bytes{};
  const std::size_t count = stack.find(stranger.handle)->read(bytes);
  const std::string id(bytes.begin(), bytes.begin() + count);
  if (transfer_ && transfer_->waits_for_data() && id == transfer_->id()) {
    transfer_->begin(stranger.handle, now);
    report({.kind = ServerEvent::Kind::Began,
            .client = stack.remote(stranger.handle),
            .direction = transfer_->settings().direction,
            .reason = {}});
    return true;
  }
  stack.find(stranger.handle)->abort();
  stack.release(stranger.handle);
  return true;
}

void Server::Impl::run_transfer(Instant now) {
  if (!transfer_) return;
  transfer_->run(endpoint_->stack(), now);
  transfer_->record(endpoint_->host(), now);
  Client* client = client_of(transfer_->control());
  if (client != nullptr && client->channel.flushed()) {
    if (const auto line = transfer_->poll_samples(now, false)) client->channel.send(*line);
    client->channel.flush(endpoint_->stack());
  }
  if (transfer_->over(endpoint_->stack(), now)) end_transfer(now);
}

void Server::Impl::end_transfer(Instant now) {
  const Result result = transfer_->finish(endpoint_->host(), now);
  ServerEvent event{.kind = ServerEvent::Kind::Ended,
                    .client = {},
                    .direction = transfer_->settings().direction,
                    .bytes = result.summary.transfer.bytes,
                    .reason = {}};
  if (Client* client = client_of(transfer_->control())) {
    event.client = client->remote;
    while (const auto line = transfer_->poll_samples(now, true)) {
      if (!client->channel.send(*line)) break;
    }
    client->channel.send(to_line(result));
    client->channel.flush(endpoint_->stack());
    client->last_heard = now;
  }
  transfer_.reset();
  ++finished_;
  report(std::move(event));
}

Server::Impl::Client* Server::Impl::client_of(stack::Handle handle) {
  const auto it = std::ranges::find_if(
      clients_, [&](const Client& client) { return client.channel.handle() == handle; });
  return it == clients_.end() ? nullptr : &*it;
}

void Server::Impl::report(ServerEvent event) {
  if (events_.size() < kMaxEvents) events_.push_back(std::move(event));
}

std::optional<ServerEvent> Server::Impl::poll_event() {
  if (events_.empty()) return std::nullopt;
  ServerEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::expected<std::unique_ptr<Server>, ServerError> Server::open(const ServerConfig& config) {
  auto impl = std::make_unique<Impl>(config);
  if (const auto opened = impl->open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const wire::Endpoint& Server::local() const { return impl_->local(); }
const tunnel::PublicKey& Server::public_key() const { return impl_->public_key(); }
bool Server::serve_for(Duration time) { return impl_->serve_for(time); }
void Server::request_stop() { impl_->request_stop(); }
std::optional<ServerEvent> Server::poll_event() { return impl_->poll_event(); }
std::size_t Server::clients() const { return impl_->clients(); }
std::int64_t Server::finished() const { return impl_->finished(); }

}  // namespace inflight::live
