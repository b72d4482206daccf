#include "live/raw_client.h"

#include "live/address_plan.h"
#include "live/endpoint.h"
#include "live/line_channel.h"
#include "live/message.h"
#include "tunnel/crypto.h"

namespace inflight::live {

class RawClient::Impl {
 public:
  Impl(const Target& target, std::uint16_t port, const tunnel::PrivateKey& key) {
    EndpointConfig config;
    config.listen = {wire::IpAddress::v4(127, 0, 0, 1), 0};
    config.tunnel.private_key = key;
    config.inner = {client_address(wire::IpVersion::V4, tunnel::public_key(key))};
    tunnel::PeerConfig peer;
    peer.key = target.key.value();
    peer.endpoint = wire::Endpoint{wire::IpAddress::v4(127, 0, 0, 1), target.port};
    peer.allowed_ips = {single(server_address(wire::IpVersion::V4))};
    config.tunnel.peers.push_back(std::move(peer));
    auto opened = Endpoint::open(std::move(config), clock_, loop_);
    CHECK(opened.has_value());
    endpoint_ = std::move(*opened);
    const auto handle = endpoint_->stack().connect(
        tcp::Config{}, {server_address(wire::IpVersion::V4), port}, clock_.now());
    CHECK(handle.has_value());
    channel_.emplace(*handle, kMaxLine);
  }

  LineChannel& channel() { return *channel_; }
  bool ended() const { return ended_; }

  std::optional<std::string> receive() {
    const Instant limit = clock_.now() + 5s;
    while (clock_.now() < limit) {
      if (auto line = channel_->poll_line()) return line;
      if (ended_) return std::nullopt;
      step();
    }
    return std::nullopt;
  }

 private:
  void step() {
    const bool received = endpoint_->receive();
    ended_ = channel_->run(endpoint_->stack()) != LineChannel::State::Open;
    channel_->flush(endpoint_->stack());
    if (!endpoint_->send() && !received) endpoint_->wait(clock_.now() + 20ms);
  }

  io::Clock clock_;
  io::EventLoop loop_;
  std::unique_ptr<Endpoint> endpoint_;
  std::optional<LineChannel> channel_;
  bool ended_ = false;
};

RawClient::RawClient(const Target& target, std::uint16_t port, const tunnel::PrivateKey& key)
    : impl_(std::make_unique<Impl>(target, port, key)) {}
RawClient::~RawClient() = default;

void RawClient::send(std::string_view line) { CHECK(impl_->channel().send(line)); }
std::optional<std::string> RawClient::receive() { return impl_->receive(); }

bool RawClient::ends() {
  while (impl_->receive()) {
  }
  return impl_->ended();
}

}  // namespace inflight::live
