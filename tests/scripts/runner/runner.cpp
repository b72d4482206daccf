#include "scripts/runner/runner.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <thread>

#include "base/match.h"
#include "packetdrill/table.h"
#include "packetdrill/tcp_info_layout.h"
#include "scripts/runner/calls.h"
#include "scripts/runner/expression.h"
#include "scripts/runner/peer.h"
#include "scripts/runner/script.h"
#include "scripts/runner/symbols.h"

namespace inflight::scripts {
namespace {

// packetdrill's: how far a time may be off, and the same as a share of the time since the last
// event.
constexpr std::int64_t kToleranceUs = 4000;
constexpr double kToleranceShare = 0.125;
constexpr int kTcpInfo = 11;

using Failure = std::optional<std::string>;
using GetOption = int (*)(int, int, int, void*, socklen_t*);
using System = int (*)(const char*);

// "0.100 s"
std::string seconds(Duration duration) { return std::to_string(to_seconds(duration)) + " s"; }

class Run {
 public:
  Run(const Script& script, void* library, const Setup& setup)
      : script_(script),
        strict_end_(setup.strict_end),
        peer_(script.ipv6(), script.flags.contains("tcp_ts_ecr_scaled")),
        calls_(table_, peer_),
        tolerance_(std::chrono::microseconds(
            script.number_flag("tolerance_usecs").value_or(kToleranceUs))),
        get_option_(std::bit_cast<GetOption>(dlsym(library, "getsockopt"))),
        system_(std::bit_cast<System>(dlsym(library, "system"))) {
    peer_.set_addresses(address_flag("local_ip"), address_flag("remote_ip"));
    const auto init =
        std::bit_cast<packetdrill::InitFunction>(dlsym(library, packetdrill::kInitFunction));
    // As packetdrill has it, what a script's own option says is handed over, too.
    const auto own = script.flags.find("so_flags");
    const std::string flags =
        own == script.flags.end() ? setup.flags : setup.flags + ";" + own->second;
    init(flags.c_str(), &table_);
  }

  Failure run() {
    start_ = clock();
    calls_.begin(start_, tolerance_);
    for (const Event& event : script_.events) {
      Failure failure = play(event);
      if (failure) {
        finish_blocking();
        close();
        return "line " + std::to_string(event.line) + ": " + event.text + "\n  " + *failure;
      }
    }
    Failure failure = finish_blocking();
    if (!failure && strict_end_) failure = unexpected_packet();
    close();
    return failure;
  }

  // A call that never came back still uses this object.
  bool stuck() const { return stuck_; }

 private:
  void close() {
    calls_.close_all();
    table_.destroy(table_.self);
  }

  std::optional<wire::IpAddress> address_flag(const std::string& name) const {
    const auto flag = script_.flags.find(name);
    if (flag == script_.flags.end()) return std::nullopt;
    const auto address = wire::parse_address(flag->second);
    return address ? std::optional(*address) : std::nullopt;
  }

  Duration clock() {
    timeval now{};
    table_.gettimeofday(table_.self, &now, nullptr);
    return std::chrono::seconds(now.tv_sec) + std::chrono::microseconds(now.tv_usec);
  }
  // Since the script began.
  Duration elapsed() { return clock() - start_; }

  Failure play(const Event& event) {
    Duration due = elapsed();
    if (event.when.kind == When::Kind::Absolute) due = event.when.at;
    if (event.when.kind == When::Kind::Relative) due = last_ + event.when.at;
    const auto* const packet = std::get_if<PacketLine>(&event.what);
    if (packet != nullptr && packet->outbound) return receive(event, *packet, due);
    wait_until(due);
    last_ = due;
    return std::visit(Match{[&](const Call& call) { return make_call(event, call, due); },
                            [&](const PacketLine& line) { return send(line); },
                            [&](const IcmpLine& line) { return send(peer_.make_icmp(line)); },
                            [&](const Code& code) { return check(code); },
                            [&](const Shell& shell) {
                              system_(shell.command.c_str());
                              return Failure{};
                            }},
                      event.what);
  }

  void wait_until(Duration due) {
    // usleep's argument ends at 71 minutes.
    constexpr Duration kLongest = 1h;
    for (Duration now = elapsed(); due > now; now = elapsed()) {
      const Duration step = std::min(due - now, kLongest);
      table_.usleep(table_.self, static_cast<useconds_t>(step / 1us));
      if (step < kLongest) return;
    }
  }

  Failure send(const PacketLine& line) {
    const auto packet = peer_.make_packet(line);
    return packet ? send(*packet) : packet.error();
  }
  Failure send(const std::vector<std::uint8_t>& packet) {
    table_.netdev_send(table_.self, packet.data(), packet.size());
    return std::nullopt;
  }

  struct Received {
    PacketLine line;
    Duration at;
  };
  std::optional<Received> next_packet(const PacketLine* expected) {
    for (;;) {
      std::vector<std::uint8_t> buffer(65536);
      std::size_t size = buffer.size();
      long long time_us = 0;
      table_.netdev_receive(table_.self, buffer.data(), &size, &time_us);
      if (size == 0) return std::nullopt;
      const auto line = peer_.read_packet(Bytes(buffer).first(size), expected);
      if (line) return Received{*line, std::chrono::microseconds(time_us) - start_};
    }
  }

  Failure receive(const Event& event, PacketLine expected, Duration due) {
    const Duration gap = due - last_;
    std::int64_t size = 0;
    for (bool first = true;; first = false) {
      const auto packet = next_packet(&expected);
      if (!packet) return "nothing is sent";
      PacketLine got = packet->line;
      // One line may stand for several segments of one size, the last of which may be smaller: its
      // PSH and FIN are the last one's, its CWR the first one's.
      const bool part = got.length > 0 && got.length < expected.length && got.seq == expected.seq;
      if (!first) {
        if (part && got.length != size) return "segments of different sizes\n  got " + to_text(got);
        copy_flag('W', expected, got);
      }
      size = got.length;
      if (part) {
        copy_flag('P', expected, got);
        copy_flag('F', expected, got);
      }
      if (const Failure failure = differs(expected, got, part)) {
        return *failure + "\n  got " + to_text(packet->line);
      }
      if (!part) {
        if (const Failure failure = late(event.when, due, gap, packet->at)) {
          return *failure + "\n  got " + to_text(packet->line);
        }
        last_ = event.when.kind == When::Kind::Any || event.when.until ? packet->at : due;
        return std::nullopt;
      }
      expected.seq += got.length;
      expected.length -= got.length;
    }
  }

  Failure late(const When& when, Duration due, Duration gap, Duration at) const {
    if (when.kind == When::Kind::Any) return std::nullopt;
    const Duration share = from_seconds(std::abs(to_seconds(gap)) * kToleranceShare);
    const Duration tolerance = std::max(tolerance_, share);
    const Duration latest = due + (when.until ? *when.until - when.at : Duration{}) + tolerance;
    if (at >= due - tolerance && at <= latest) return std::nullopt;
    return "expected at " + seconds(due) + ", sent at " + seconds(at);
  }

  // So that a comparison does not mind this flag.
  static void copy_flag(char flag, const PacketLine& from, PacketLine& to) {
    std::erase(to.flags, flag);
    if (from.flags.contains(flag)) to.flags.push_back(flag);
  }

  // Written as what they are in 32 bits, or as less than nothing.
  static bool same_number(std::int64_t a, std::int64_t b) {
    return static_cast<std::uint32_t>(a) == static_cast<std::uint32_t>(b);
  }

  static Failure differs(const PacketLine& expected, const PacketLine& got, bool part) {
    const auto same_flags = [](std::string a, std::string b) {
      std::ranges::sort(a);
      std::ranges::sort(b);
      return a == b;
    };
    if (!same_flags(expected.flags, got.flags)) return "other flags";
    if (!same_number(expected.seq, got.seq)) return "another sequence number";
    if (!part && expected.length != got.length) return "another length";
    const bool has_ack = expected.ack.has_value();
    if (has_ack != got.ack.has_value() || (has_ack && !same_number(*expected.ack, *got.ack)))
      return "another acknowledgment";
    if (expected.window && expected.window != got.window) return "another window";
    if (expected.urgent && expected.urgent != got.urgent) return "another urgent pointer";
    if (expected.tos && expected.tos != got.tos) return "TOS is " + std::to_string(*got.tos);
    if (expected.hop_limit && expected.hop_limit != got.hop_limit) {
      return "the hop limit is " + std::to_string(*got.hop_limit);
    }
    if (!expected.ecn.empty() && expected.ecn != got.ecn) return "ECN bits are " + got.ecn;
    if (!expected.options) return std::nullopt;
    return same_options(*expected.options, *got.options) ? Failure{} : "other options";
  }

  // A timestamp's value is the stack's business, what it echoes is not.
  static bool same_options(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    const auto without_value = [](const std::string& option) {
      return option.starts_with("TS") ? "TS" + option.substr(option.find(" ecr")) : option;
    };
    return std::ranges::equal(a, b, {}, without_value, without_value);
  }

  Failure unexpected_packet() {
    const Duration end = elapsed();
    const auto packet = next_packet(nullptr);
    if (!packet || packet->at > end) return std::nullopt;
    return "at the end, sent and not expected: " + to_text(packet->line);
  }

  Failure make_call(const Event& event, const Call& call, Duration due) {
    if (!event.when.until) return calls_.run(call);
    if (Failure failure = finish_blocking()) return failure;
    const Duration until = event.when.kind == When::Kind::Absolute
                               ? *event.when.until
                               : due + *event.when.until - event.when.at;
    blocking_done_ = false;
    blocking_thread_ = 0;
    blocking_ = std::thread([this, call, until] {
      blocking_thread_ = gettid();
      blocking_failure_ = calls_.run(call);
      const Duration back = elapsed();
      if (!blocking_failure_ && std::abs((back - until) / 1us) > tolerance_ / 1us) {
        blocking_failure_ =
            call.name + " came back at " + seconds(back) + ", expected at " + seconds(until);
      }
      blocking_done_ = true;
    });
    wait_until_asleep();
    return std::nullopt;
  }

  // As packetdrill does: on until the call sleeps, or is over.
  void wait_until_asleep() {
    while (!blocking_done_) {
      const pid_t thread = blocking_thread_;
      if (thread != 0) {
        std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
        const std::string stat(std::istreambuf_iterator<char>(file), {});
        const std::size_t name_end = stat.rfind(')');
        if (name_end != std::string::npos && stat.substr(name_end + 2, 1) == "S") return;
      }
      std::this_thread::yield();
    }
  }

  Failure finish_blocking() {
    if (!blocking_.joinable()) return std::nullopt;
    wait_until_asleep();
    // What never comes back would hold us for ever.
    if (!blocking_done_) table_.usleep(table_.self, 1'000'000);
    wait_until_asleep();
    if (!blocking_done_) {
      blocking_.detach();
      stuck_ = true;
      return "a blocking call has not come back";
    }
    blocking_.join();
    return std::exchange(blocking_failure_, std::nullopt);
  }

  Failure check(const Code& code) {
    packetdrill::TcpInfo info{};
    socklen_t size = sizeof info;
    if (const auto fd = calls_.latest_connection()) {
      get_option_(*fd, IPPROTO_TCP, kTcpInfo, &info, &size);
    }
    const Lookup lookup = [&](std::string_view name) {
      const auto variable = variables_.find(std::string(name));
      return variable == variables_.end() ? field_of(info, name) : std::optional(variable->second);
    };
    for (const std::string& statement : code.statements) {
      if (const auto assignment = parse_assignment(statement)) {
        const auto value = evaluate(assignment->expression, lookup);
        if (!value) return value.error();
        double& variable = variables_[assignment->name];
        variable = assignment->adds ? variable + *value : *value;
        continue;
      }
      if (Failure failure = check_statement(statement, lookup)) return failure;
    }
    return std::nullopt;
  }

  const Script script_;
  bool strict_end_;
  packetdrill::Table table_{};
  Peer peer_;
  Calls calls_;
  Duration tolerance_;
  GetOption get_option_;
  System system_;
  Duration start_{};
  // When the last event was due.
  Duration last_{};
  std::thread blocking_;
  std::atomic<pid_t> blocking_thread_ = 0;
  std::atomic<bool> blocking_done_ = true;
  Failure blocking_failure_;
  bool stuck_ = false;
  // Of the script's code.
  std::map<std::string, double> variables_;
};

}  // namespace

std::optional<std::string> run_script(std::string_view text, const Setup& setup) {
  const auto script = parse_script(text);
  if (!script) {
    return "line " + std::to_string(script.error().line) + ": " + script.error().message;
  }
  void* const library = dlopen(setup.library.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return std::string("cannot load the adapter: ") + dlerror();
  auto run = std::make_unique<Run>(*script, library, setup);
  const Failure failure = run->run();
  if (run->stuck()) static_cast<void>(run.release());
  return failure;
}

}  // namespace inflight::scripts
