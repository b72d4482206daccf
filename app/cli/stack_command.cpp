// `stack`: our TCP alone on a TUN device, beside the kernel's; one side of a transfer with anything
// that speaks TCP. The table goes to stdout, what happens meanwhile to stderr.
#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <memory>

#include "base/quantity.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "io/network_interface.h"
#include "lab/assembly.h"
#include "lab/scenario.h"
#include "live/stack_service.h"

namespace inflight::app {
namespace {

constexpr Duration kSlice = 100ms;
constexpr std::int64_t kMinMtu = 576;
constexpr std::int64_t kMaxMtu = 65'535;

struct Options {
  std::string tun;
  std::vector<std::string> addresses;
  std::vector<std::string> kernel_addresses;
  std::string listen;
  std::string connect;
  std::string mode = "discard";
  std::string bytes;
  std::string connections;
  std::string duration;
  std::string mtu;
  std::vector<std::string> overrides;
  std::string json;
};

template <class T>
using Checked = std::expected<T, std::string>;
using Usage = std::unexpected<std::string>;

Checked<std::int64_t> parse_number(const char* option, const std::string& text, std::int64_t least,
                                   std::int64_t most) {
  std::int64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc{} && end == last && value >= least && value <= most) return value;
  return Usage(std::string(option) + ": expected a number from " + std::to_string(least) + " to " +
               std::to_string(most) + ", got '" + text + "'");
}

Checked<io::InterfaceAddress> parse_address(const char* option, const std::string& text) {
  const auto address = io::parse_interface_address(text);
  if (address) return *address;
  return Usage(std::string(option) + ": expected an address such as 10.77.0.2/24, got '" + text +
               "'");
}

// The scenario's settings that describe one end's TCP, with a current stack's defaults.
Checked<lab::Scenario> choose_settings(const Options& options) {
  lab::Scenario scenario;
  scenario.sender.hystart = congestion::HystartKind::Linux;
  scenario.sender.recovery = tcp::Recovery::Rack;
  scenario.sender.rate_reduction = true;
  scenario.sender.forward_rto = true;
  scenario.sender.undo = true;
  // No bound of its own: the segment size follows from the device.
  scenario.tunnel.enabled = false;
  scenario.path.mtu = kMaxMtu;
  for (const std::string& text : options.overrides) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return Usage("--set: expected key=value such as sender.congestion=bbr, got '" + text + "'");
    }
    const std::string key = text.substr(0, equals);
    const lab::SettingInfo* info = lab::find_setting(key);
    const bool ours = info == nullptr || info->group == "sender" || info->group == "receiver" ||
                      (info->group == "tcp" && key != "tcp.ipv6");
    if (!ours) {
      return Usage("--set " + key + ": only sender.*, receiver.* and tcp.* (but tcp.ipv6, which " +
                   "follows from --address) describe a stack alone");
    }
    const auto result = lab::set(scenario, key, text.substr(equals + 1));
    if (!result) return Usage("--set " + result.error().text);
  }
  return scenario;
}

Checked<void> choose_addresses(const Options& options, live::StackServiceConfig& config) {
  for (const std::string& text : options.addresses) {
    const auto address = parse_address("--address", text);
    if (!address) return Usage(address.error());
    config.addresses.push_back(address->address);
  }
  for (const std::string& text : options.kernel_addresses) {
    const auto address = parse_address("--kernel-address", text);
    if (!address) return Usage(address.error());
    config.kernel_addresses.push_back(*address);
  }
  return {};
}

Checked<void> choose_peer(const Options& options, live::StackServiceConfig& config) {
  if (options.listen.empty() == options.connect.empty()) {
    return Usage("give either --listen PORT or --connect HOST:PORT");
  }
  if (!options.listen.empty()) {
    const auto port = parse_number("--listen", options.listen, 1, 65'535);
    if (!port) return Usage(port.error());
    config.listen = static_cast<std::uint16_t>(*port);
    return {};
  }
  const auto target = live::parse_target(options.connect);
  const bool with_port = options.connect.ends_with(":" + std::to_string(target ? target->port : 0));
  if (!target || target->key || !with_port) {
    return Usage("--connect: expected HOST:PORT such as 10.77.0.1:5001, got '" + options.connect +
                 "'");
  }
  config.connect = *target;
  return {};
}

Checked<void> choose_stream(const Options& options, live::StackServiceConfig& config) {
  if (options.mode == "echo") config.stream.mode = live::StreamMode::Echo;
  if (options.mode == "source") config.stream.mode = live::StreamMode::Source;
  config.stream.hash = !options.json.empty();
  if (options.bytes.empty()) return {};
  const auto bytes = parse_bytes(options.bytes);
  if (!bytes)
    return Usage("--bytes: expected " + bytes.error().expected + ", got '" + options.bytes + "'");
  if (options.mode != "source") return Usage("--bytes: only --mode source writes of itself");
  config.stream.bytes = *bytes;
  return {};
}

Checked<void> choose_limits(const Options& options, live::StackServiceConfig& config) {
  if (!options.connections.empty()) {
    const auto count = parse_number("--connections", options.connections, 1, 1'000'000'000);
    if (!count) return Usage(count.error());
    config.connections = *count;
  }
  if (!options.mtu.empty()) {
    const auto mtu = parse_number("--mtu", options.mtu, kMinMtu, kMaxMtu);
    if (!mtu) return Usage(mtu.error());
    config.mtu = *mtu;
  }
  if (options.duration.empty()) return {};
  const auto duration = parse_duration(options.duration);
  if (!duration || *duration <= Duration{}) {
    return Usage("--duration: expected a duration such as 10s, got '" + options.duration + "'");
  }
  config.duration = *duration;
  return {};
}

Checked<live::StackServiceConfig> configure(const Options& options) {
  live::StackServiceConfig config;
  config.tun = options.tun;
  const auto scenario = choose_settings(options);
  if (!scenario) return Usage(scenario.error());
  config.tcp = lab::tcp_config(*scenario, lab::Side::Receiver);
  config.stream.read_rate = scenario->receiver.read_rate;
  for (const auto choose : {choose_addresses, choose_peer, choose_stream, choose_limits}) {
    if (const auto chosen = choose(options, config); !chosen) return Usage(chosen.error());
  }
  if (config.stream.read_rate && config.stream.mode == live::StreamMode::Echo) {
    return Usage("--set receiver.read_rate: an echo reads as fast as it may write");
  }
  return config;
}

void announce(const Options& options, const live::StackService& service) {
  const std::string what =
      options.listen.empty() ? "connects to " + options.connect : "listens on " + options.listen;
  std::fprintf(stderr, "%s: the stack %s (%s)\n", service.tun().c_str(), what.c_str(),
               options.mode.c_str());
}

ExitCode run_stack(const Options& options) {
  const auto config = configure(options);
  if (!config) return fail(ExitCode::WrongUsage, config.error());
  const auto opened = live::StackService::open(*config);
  if (!opened) return fail(ExitCode::Failed, opened.error().text);
  live::StackService& service = **opened;
  announce(options, service);
  const Interrupt interrupt;
  while (service.serve_for(kSlice)) {
    if (interrupt.requested()) service.request_stop();
  }
  const live::StackReport report = service.report();
  bool written = true;
  if (options.json != "-") written = write_text(to_text(report), "-");
  if (!options.json.empty()) written = write_text(to_json(report), options.json) && written;
  if (service.failure()) return fail(ExitCode::Failed, service.failure()->text);
  return written ? ExitCode::Success : ExitCode::Failed;
}

}  // namespace

void add_stack_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "stack", "Put our TCP stack on a TUN device, to talk to the kernel or the network behind it");
  const auto options = std::make_shared<Options>();
  command->add_option("--tun", options->tun, "The device; made if it is not there (as root)")
      ->required();
  command
      ->add_option("--address", options->addresses,
                   "The stack's own address, such as 10.77.0.2/24 (repeatable: one IPv4, one IPv6)")
      ->required()
      ->allow_extra_args(false);
  command
      ->add_option("--kernel-address", options->kernel_addresses,
                   "Give the kernel's side of the device this address too (else it is left as it "
                   "is; repeatable)")
      ->allow_extra_args(false);
  command->add_option("--listen", options->listen, "Serve this port");
  command->add_option("--connect", options->connect, "Connect to HOST:PORT");
  command
      ->add_option("--mode", options->mode,
                   "discard reads, echo writes back what it reads, source writes")
      ->check(CLI::IsMember({"discard", "echo", "source"}))
      ->capture_default_str();
  command->add_option("--bytes", options->bytes, "How much a source writes (else until the end)");
  command->add_option("--connections", options->connections,
                      "End after so many connections (--connect: one after the other, else 1)");
  command->add_option("--duration", options->duration, "End after this time (else at Ctrl+C)");
  command->add_option("--mtu", options->mtu, "Set the device's MTU (else as it is)");
  command
      ->add_option("--set", options->overrides,
                   "Change a setting of the stack: sender.congestion=bbr, tcp.timestamps=off")
      ->allow_extra_args(false);
  command->add_option("--json", options->json,
                      "Write the report, with SHA-256 of each stream, as JSON (- for standard "
                      "output)");
  command->callback([&action, options] { action = [options] { return run_stack(*options); }; });
}

}  // namespace inflight::app
