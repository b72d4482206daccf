#include "live/stack_service.h"

#include <algorithm>
#include <atomic>
#include <list>
#include <utility>

#include "io/entropy.h"
#include "io/event_loop.h"
#include "io/resolver.h"
#include "io/tun_device.h"
#include "wire/ip.h"

namespace inflight::live {
namespace {

constexpr std::int64_t kTcpHeader = 20;
// Packets sent before what arrived meanwhile is looked at.
constexpr std::size_t kMaxBurst = 256;
// Every dynamic port may stand in TIME-WAIT.
constexpr std::size_t kMaxConnections = 20'000;
constexpr std::size_t kBacklog = 1024;
constexpr Duration kInterval = 1s;

using Failure = std::unexpected<StackServiceError>;

std::string sentence(const std::string& tun, const io::TunError& error) {
  using Kind = io::TunError::Kind;
  switch (error.kind) {
    case Kind::BadName:
      return "'" + tun + "' cannot be a TUN device: a name has 1 to 15 characters, and no " +
             "interface of another kind may have it.";
    case Kind::NoDriver:
      return "This machine has no TUN driver (/dev/net/tun): " + error.reason +
             ". As root: modprobe tun.";
    case Kind::NotPermitted:
      return "This user may not open the TUN device " + tun +
             ". Run it as root, or have it made for this user: ip tuntap add dev " + tun +
             " mode tun user NAME.";
    case Kind::Busy:
      return "The TUN device " + tun + " is in use by another program. Choose another name.";
    case Kind::Gone:
      return "The TUN device " + tun + " was deleted.";
    case Kind::Other:
      break;
  }
  return "The TUN device " + tun + " cannot be opened: " + error.reason + ".";
}

std::string sentence(const std::string& tun, const std::string& what,
                     const io::InterfaceError& error) {
  return tun + " cannot " + what + ": " + error.reason +
         (error.not_permitted ? ". Run it as root, or do that beforehand." : ".");
}

// The device as wanted, and up; its MTU.
std::expected<std::int64_t, std::string> prepare(const std::string& tun,
                                                 const StackServiceConfig& config) {
  io::NetworkInterface interface(tun);
  if (config.mtu) {
    if (const auto set = interface.set_mtu(*config.mtu); !set) {
      return std::unexpected(sentence(tun, "be given that MTU", set.error()));
    }
  }
  for (const io::InterfaceAddress& address : config.kernel_addresses) {
    if (const auto added = interface.add_address(address); !added) {
      return std::unexpected(sentence(tun, "be given " + to_string(address), added.error()));
    }
  }
  if (const auto up = interface.bring_up(); !up) {
    return std::unexpected(sentence(tun, "be brought up", up.error()));
  }
  const auto mtu = interface.mtu();
  if (!mtu) return std::unexpected(sentence(tun, "be asked for its MTU", mtu.error()));
  return *mtu;
}

}  // namespace

class StackService::Impl {
 public:
  Impl(const StackServiceConfig& config, io::TunDevice device, std::int64_t mtu);
  ~Impl() { loop_.forget(device_.descriptor()); }

  const std::string& tun() const { return device_.name(); }
  bool serve_for(Duration time);
  void request_stop();
  const std::optional<StackServiceError>& failure() const { return failure_; }
  StackReport report() const;

 private:
  void step(Instant until);
  void receive();
  void accept(Instant now);
  void connect(Instant now);
  std::optional<wire::IpAddress> resolve();
  void add(stack::Handle handle, Instant now);
  void run_streams(Instant now);
  void collect(const ServedStream& stream);
  void end_when_due(Instant now);
  void measure(Instant now);
  bool send(Instant now);
  Instant next_deadline() const;
  bool enough() const { return config_.connections && begun_ >= *config_.connections; }
  void fail(std::string text);
  tcp::Config tcp_config(wire::IpVersion version) const;

  StackServiceConfig config_;
  std::int64_t mtu_;
  io::Clock clock_;
  io::EventLoop loop_;
  // Outlives everything that holds packets.
  wire::PacketPool pool_;
  io::TunDevice device_;
  stack::Stack stack_;
  host::Payload payload_{Random(kPayloadSeed)};
  std::optional<io::Resolution> resolution_;
  std::list<ServedStream> streams_;
  std::int64_t begun_ = 0;
  std::vector<wire::Packet> incoming_;
  // Pulled from the stack and not taken by the device yet.
  std::vector<wire::Packet> outgoing_;
  StackReport report_;
  // Totals at the end of the last interval.
  struct Mark {
    Duration time{};
    ByteCount received;
    ByteCount sent;
  };
  Mark mark_;
  std::atomic<bool> stop_ = false;
  // Set once it should end: when the rest is cut off.
  std::optional<Instant> last_moment_;
  bool over_ = false;
  std::optional<StackServiceError> failure_;
};

StackService::Impl::Impl(const StackServiceConfig& config, io::TunDevice device, std::int64_t mtu)
    : config_(config),
      mtu_(mtu),
      device_(std::move(device)),
      stack_(
          {.addresses = config.addresses, .max_connections = kMaxConnections, .backlog = kBacklog},
          pool_, Random(io::random_seed())) {
  loop_.watch(device_.descriptor());
  report_.tun = device_.name();
  report_.addresses = config_.addresses;
  report_.mode = config_.stream.mode;
  if (config_.listen) {
    // A listener serves both versions: segments that fit with the larger header.
    const bool v6 = std::ranges::any_of(
        config_.addresses, [](const wire::IpAddress& address) { return !address.is_v4(); });
    stack_.listen(*config_.listen, tcp_config(v6 ? wire::IpVersion::V6 : wire::IpVersion::V4));
  } else {
    resolution_.emplace(config_.connect->host, loop_.waker());
    if (!config_.connections) config_.connections = 1;
  }
}

tcp::Config StackService::Impl::tcp_config(wire::IpVersion version) const {
  tcp::Config config = config_.tcp;
  const auto headers = static_cast<std::int64_t>(wire::ip_header_size(version)) + kTcpHeader;
  config.mss = std::min(config.mss, ByteCount{mtu_ - headers});
  return config;
}

bool StackService::Impl::serve_for(Duration time) {
  const Instant until = clock_.now() + time;
  while (!over_ && clock_.now() < until) step(until);
  return !over_;
}

void StackService::Impl::request_stop() {
  stop_ = true;
  loop_.waker().wake();
}

void StackService::Impl::step(Instant until) {
  receive();
  const Instant now = clock_.now();
  stack_.handle_timeout(now);
  accept(now);
  connect(now);
  run_streams(now);
  measure(now);
  end_when_due(now);
  bool more = send(now);
  if (over_) {
    // The last acknowledgements and resets.
    while (more) more = send(now);
    measure(now);
    report_.time = now.time_since_epoch();
    return;
  }
  loop_.wait(outgoing_.empty() ? io::Interest::Readable : io::Interest::ReadableOrWritable,
             more ? now : std::min(until, next_deadline()), clock_);
}

void StackService::Impl::receive() {
  incoming_.clear();
  const auto received = device_.receive(incoming_, pool_, clock_);
  const Instant now = clock_.now();
  for (const wire::Packet& packet : incoming_) stack_.handle_packet(packet, now);
  if (!received) fail(sentence(device_.name(), received.error()));
}

void StackService::Impl::accept(Instant now) {
  while (const auto handle = stack_.accept()) {
    if (!last_moment_ && !enough()) {
      add(*handle, now);
      continue;
    }
    stack_.find(*handle)->abort();
    stack_.release(*handle);
  }
}

// Connects when the name is known and no connection of ours is open.
void StackService::Impl::connect(Instant now) {
  if (!config_.connect || enough() || last_moment_ || over_ || !streams_.empty()) return;
  const auto address = resolve();
  if (!address) return;
  const wire::Endpoint remote{*address, config_.connect->port};
  const auto handle = stack_.connect(tcp_config(address->version()), remote, now);
  if (!handle) return fail("Every port towards " + to_string(remote) + " is in use.");
  add(*handle, now);
}

// The first address of a version that the stack has; nothing while the answer is not there.
std::optional<wire::IpAddress> StackService::Impl::resolve() {
  const auto resolved = resolution_->poll();
  if (!resolved) return std::nullopt;
  const std::string& host = config_.connect->host;
  if (!*resolved) {
    fail(host + " has no address: " + resolved->error().reason + ".");
    return std::nullopt;
  }
  for (const wire::IpAddress& candidate : **resolved) {
    for (const wire::IpAddress& own : config_.addresses) {
      if (own.version() == candidate.version()) return candidate;
    }
  }
  fail(host + " cannot be reached from " + to_string(config_.addresses.front()) +
       ": give the stack an --address of the same IP version.");
  return std::nullopt;
}

void StackService::Impl::add(stack::Handle handle, Instant now) {
  ++begun_;
  streams_.emplace_back(handle, stack_, config_.stream, payload_, now);
}

void StackService::Impl::run_streams(Instant now) {
  for (auto it = streams_.begin(); it != streams_.end();) {
    it->run(stack_, now);
    if (!it->over()) {
      ++it;
      continue;
    }
    collect(*it);
    it = streams_.erase(it);
  }
}

void StackService::Impl::collect(const ServedStream& stream) {
  const StreamReport& report = stream.report();
  report_.add(report);
  if (!config_.connect) return;
  if (report.end == StreamEnd::Refused) {
    fail(to_string(report.remote) + " refused the connection, or did not answer in time.");
  } else if (report.end == StreamEnd::Reset) {
    fail(to_string(report.remote) + " reset the connection.");
  } else if (!stream.connected()) {
    fail(to_string(report.remote) + " did not answer in time.");
  }
}

// Its time is over, somebody asked for the end, or everything is done. What is not done then has a
// little longer, so that nothing that was written is lost.
void StackService::Impl::end_when_due(Instant now) {
  const bool due = stop_ || (config_.duration && now.time_since_epoch() >= *config_.duration);
  if (due && !last_moment_) {
    last_moment_ = now + kLinger;
    for (ServedStream& stream : streams_) stream.stop(stack_, now);
    run_streams(now);
  }
  if (last_moment_ && now >= *last_moment_) {
    for (ServedStream& stream : streams_) stream.abort(stack_, now);
    run_streams(now);
  }
  if (streams_.empty() && (last_moment_ || enough())) over_ = true;
}

// Ends the interval if its time is over, or everything is.
void StackService::Impl::measure(Instant now) {
  const Duration time = now.time_since_epoch();
  if (time < mark_.time + kInterval && !over_) return;
  Mark mark{time, report_.totals.received, report_.totals.sent};
  for (const ServedStream& stream : streams_) {
    mark.received += stream.received();
    mark.sent += stream.sent(stack_);
  }
  if (report_.intervals.size() < StackReport::kMaxIntervals) {
    report_.intervals.push_back(
        {mark_.time, time, mark.received - mark_.received, mark.sent - mark_.sent});
  }
  mark_ = mark;
}

// True if more may be ready.
bool StackService::Impl::send(Instant now) {
  while (outgoing_.size() < kMaxBurst) {
    auto packet = stack_.poll_packet(now);
    if (!packet) break;
    outgoing_.push_back(std::move(packet->packet));
  }
  const bool burst = outgoing_.size() == kMaxBurst;
  const std::size_t done = device_.send(outgoing_);
  outgoing_.erase(outgoing_.begin(), outgoing_.begin() + static_cast<std::ptrdiff_t>(done));
  return burst && outgoing_.empty();
}

Instant StackService::Impl::next_deadline() const {
  Instant next = std::min(stack_.next_timeout(), Instant{mark_.time + kInterval});
  for (const ServedStream& stream : streams_) next = std::min(next, stream.next_timeout());
  if (last_moment_) return std::min(next, *last_moment_);
  return config_.duration ? std::min(next, Instant{*config_.duration}) : next;
}

void StackService::Impl::fail(std::string text) {
  if (!failure_) failure_ = StackServiceError{std::move(text)};
  over_ = true;
}

StackReport StackService::Impl::report() const {
  StackReport report = report_;
  if (!over_) report.time = clock_.now().time_since_epoch();
  report.stack = stack_.counters();
  report.device = device_.counters();
  return report;
}

std::expected<std::unique_ptr<StackService>, StackServiceError> StackService::open(
    const StackServiceConfig& config) {
  auto device = io::TunDevice::open(config.tun);
  if (!device) return Failure(StackServiceError{sentence(config.tun, device.error())});
  const auto mtu = prepare(device->name(), config);
  if (!mtu) return Failure(StackServiceError{mtu.error()});
  return std::unique_ptr<StackService>(
      new StackService(std::make_unique<Impl>(config, std::move(*device), *mtu)));
}

StackService::StackService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StackService::~StackService() = default;

const std::string& StackService::tun() const { return impl_->tun(); }
bool StackService::serve_for(Duration time) { return impl_->serve_for(time); }
void StackService::request_stop() { impl_->request_stop(); }
const std::optional<StackServiceError>& StackService::failure() const { return impl_->failure(); }
StackReport StackService::report() const { return impl_->report(); }

}  // namespace inflight::live
