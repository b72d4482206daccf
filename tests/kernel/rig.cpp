#include "kernel/rig.h"

#include <poll.h>

#include <algorithm>

#include "io/network_interface.h"
#include "live/stack_service.h"

namespace inflight::testing {
namespace {

// Between two looks at the process.
constexpr Duration kSlice = 20ms;
constexpr Duration kStartLimit = 30s;
constexpr int kLeastIpv6Mtu = 1280;

// Made where the thread is, up and with these addresses.
io::TunDevice make_device(const char* name, int mtu, const std::vector<const char*>& addresses) {
  auto device = io::TunDevice::open(name);
  CHECK(device.has_value());
  io::NetworkInterface interface(device->name());
  CHECK(interface.set_mtu(mtu).has_value());
  for (const char* text : addresses) {
    const auto address = io::parse_interface_address(text);
    if (!address->address.is_v4() && mtu < kLeastIpv6Mtu) continue;
    CHECK(interface.add_address(*address).has_value());
  }
  CHECK(interface.bring_up().has_value());
  return std::move(*device);
}

wire::IpAddress address(const char* text) { return *wire::parse_address(text); }

}  // namespace

Rig::Rig(const RigOptions& options)
    : options_(options),
      kernel_side_(std::move(*Namespace::make())),
      stack_side_(std::move(*Namespace::make())),
      payload_(Random(live::StackService::kPayloadSeed)) {
  make_devices();
  for (const auto& [key, value] : options_.settings) CHECK(kernel_side_.set(key, value));
}

// The kernel's side sees the stack's network on its device; the stack's side forwards.
void Rig::make_devices() {
  std::optional<io::TunDevice> first;
  std::optional<io::TunDevice> second;
  {
    const Namespace::Inside inside(kernel_side_);
    first = make_device("kernel0", options_.mtu, {"10.77.1.1/16", "fd77:0:0:1::1/32"});
  }
  {
    const Namespace::Inside inside(stack_side_);
    // With a kernel at both ends it has the stack's addresses.
    if (options_.kernel_at_both_ends) {
      second = make_device("relay0", options_.mtu, {"10.77.0.2/16", "fd77::2/32"});
    } else {
      second = make_device("relay0", options_.mtu, {"10.77.1.254/24", "fd77:0:0:1::fe/64"});
    }
  }
  CHECK(stack_side_.set("net/ipv4/ip_forward", "1"));
  CHECK(stack_side_.set("net/ipv6/conf/all/forwarding", "1"));
  relay_ = std::make_unique<Relay>(std::move(*first), std::move(*second), options_.there,
                                   options_.back, options_.seed);
}

Rig::~Rig() {
  if (stack_.state() == QProcess::NotRunning) return;
  stack_.kill();
  stack_.waitForFinished();
}

wire::Endpoint Rig::kernel_end() const {
  return {address(options_.ipv6 ? "fd77:0:0:1::1" : "10.77.1.1"), kPort};
}

wire::Endpoint Rig::stack_end() const {
  return {address(options_.ipv6 ? "fd77::2" : "10.77.0.2"), kPort};
}

void Rig::start_stack(const QStringList& arguments) {
  QStringList all{"stack",
                  "--tun",
                  "stack0",
                  "--address",
                  "10.77.0.2/24",
                  "--kernel-address",
                  "10.77.0.1/24",
                  "--mtu",
                  QString::number(options_.mtu),
                  "--json",
                  "-"};
  if (options_.mtu >= kLeastIpv6Mtu) {
    all << "--address" << "fd77::2/64" << "--kernel-address" << "fd77::1/64";
  }
  stack_.setReadChannel(QProcess::StandardError);
  {
    const Namespace::Inside inside(stack_side_);
    stack_.start(INFLIGHT_CLI, all + arguments);
  }
  const Instant limit = clock_.now() + kStartLimit;
  while (!said_.contains('\n') && clock_.now() < limit && stack_.state() != QProcess::NotRunning) {
    stack_.waitForReadyRead(static_cast<int>(kSlice / 1ms));
    said_ += stack_.readAllStandardError();
  }
}

nlohmann::json Rig::stack_report(Duration limit) {
  const Instant until = clock_.now() + limit;
  bool ended = false;
  while (!ended && clock_.now() < until) {
    run_until([] { return false; }, kSlice);
    ended = stack_.state() == QProcess::NotRunning || stack_.waitForFinished(0);
  }
  if (!ended) return nullptr;
  return nlohmann::json::parse(stack_.readAllStandardOutput().toStdString(), nullptr, false);
}

KernelStream& Rig::connect(const KernelPlan& plan, const KernelOptions& options) {
  const Namespace::Inside inside(kernel_side_);
  return streams_.emplace_back(kernel_connect(stack_end(), options), plan, payload_);
}

KernelStream& Rig::connect_from_far(const KernelPlan& plan, const KernelOptions& options) {
  const Namespace::Inside inside(stack_side_);
  return streams_.emplace_back(kernel_connect(kernel_end(), options), plan, payload_);
}

void Rig::listen(const KernelOptions& options) {
  const Namespace::Inside inside(kernel_side_);
  listener_.emplace(kernel_end(), options);
}

bool Rig::run_until(const std::function<bool()>& done, Duration limit) {
  const Instant until = clock_.now() + limit;
  while (true) {
    relay_->pump(clock_);
    while (listener_) {
      auto accepted = listener_->accept();
      if (!accepted) break;
      streams_.emplace_back(std::move(*accepted), accept_plan_, payload_);
    }
    for (KernelStream& stream : streams_) stream.run();
    if (done()) return true;
    const Instant now = clock_.now();
    if (now >= until) return false;
    wait(std::min(until, std::max(now, relay_->next_departure())) - now);
  }
}

void Rig::wait(Duration at_most) {
  std::vector<pollfd> waiting;
  for (const int descriptor : relay_->descriptors()) waiting.push_back({descriptor, POLLIN, 0});
  if (listener_) waiting.push_back({listener_->descriptor(), POLLIN, 0});
  for (const KernelStream& stream : streams_) {
    // One without a wish would still be told of errors, again and again.
    if (stream.events() != 0) waiting.push_back({stream.descriptor(), stream.events(), 0});
  }
  const timespec timeout{.tv_sec = at_most / 1s, .tv_nsec = (at_most % 1s).count()};
  ::ppoll(waiting.data(), waiting.size(), &timeout, nullptr);
}

}  // namespace inflight::testing
