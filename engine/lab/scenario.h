// A scenario: everything that determines a Lab run, as one typed value. The same scenario and seed
// give the same run, bit for bit. Files are JSON with units in their values, see settings.h for the
// keys.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "congestion/controller.h"
#include "lab/path_settings.h"
#include "lab/settings.h"
#include "tcp/config.h"

namespace inflight::lab {

struct SenderSettings {
  ByteCount send_buffer{4 * 1024 * 1024};
  // The buffer begins with that size and follows cwnd up to the maximum.
  bool auto_tuning = false;
  ByteCount buffer_max{4 * 1024 * 1024};
  congestion::Algorithm congestion = congestion::Algorithm::Cubic;
  congestion::HystartKind hystart = congestion::HystartKind::Off;
  tcp::Recovery recovery = tcp::Recovery::Sack;
  // RFC 9937, RFC 5682, taking back what was for nothing, and spreading segments over the round
  // trip.
  bool rate_reduction = false;
  bool forward_rto = false;
  bool undo = false;
  bool pacing = false;
  // In segments.
  std::int64_t initial_window = 10;
  // RFC 3465's L in segments; 0: no limit.
  std::int64_t slow_start_limit = 0;
  // cwnd goes back to the initial window after an idle time of one RTO (RFC 5681 §4.1).
  bool idle_restart = true;
  // Whether a segment that is not full waits for acknowledgements.
  tcp::Nagle nagle = tcp::Nagle::Off;
  // RFC 7661 in place of that.
  bool window_validation = false;
};

struct ReceiverSettings {
  ByteCount receive_buffer{4 * 1024 * 1024};
  // The buffer begins with that size and follows what is read, up to the maximum.
  bool auto_tuning = false;
  ByteCount buffer_max{32 * 1024 * 1024};
  // Share of the receive buffer that the advertised window may use: 1, or 0.5 as gVisor has it.
  double window_share = 1;
  bool delayed_ack = true;
  // So many ACKs at the start are not delayed.
  std::int64_t quick_acks = 0;
  // How fast the application reads; nothing: at once.
  std::optional<DataRate> read_rate;
};

struct OutboundQueueSettings {
  std::int64_t length = 512;
  bool backpressure = true;  // outbound_queue.policy: drop or backpressure
};

struct TunnelSettings {
  bool enabled = true;
  // How fast packets are encrypted, in bits of inner packets; nothing: unlimited.
  std::optional<DataRate> rate;
  std::int64_t mtu = 1280;
};

struct TcpSettings {
  bool window_scaling = true;
  bool timestamps = true;
  // Marks of the path are offered, accepted and answered (RFC 3168).
  bool ecn = false;
  // Data in the SYN, with the cookie of an earlier connection (RFC 7413).
  bool fast_open = false;
  // Payload bytes offered in the SYN; nothing: from the MTU.
  std::optional<std::int64_t> mss;
  // Whether the path's MTU is found out by trying (RFC 4821).
  tcp::MtuProbing mtu_probing = tcp::MtuProbing::Off;
  Duration min_rto = 200ms;
  // How long nothing may be acknowledged before the connection is given up; 0: by counts.
  Duration user_timeout{};
  // After how long a silence an idle peer is probed; 0: never.
  Duration keep_alive{};
  bool ipv6 = false;
};

enum class WorkloadKind : std::uint8_t { Bulk, Sized, RequestResponse, IdleBurst };

struct WorkloadSettings {
  WorkloadKind kind = WorkloadKind::Bulk;
  // Sized: the whole transfer. RequestResponse: one response. IdleBurst: each burst.
  ByteCount bytes{20'000'000};
  // RequestResponse: bytes of one request and how many turns; IdleBurst: how many bursts.
  ByteCount request{100};
  std::int64_t turns = 10;
  // RequestResponse: time the server thinks. IdleBurst: pause between bursts.
  Duration pause{};
};

struct Scenario {
  // File-name-like: "coder-2.10".
  std::string name = "custom";
  // For the list in the window: "large buffers, no HyStart".
  std::string title;
  // What it shows, and which figures are whose.
  std::string story;

  PathSettings path;
  SenderSettings sender;
  ReceiverSettings receiver;
  OutboundQueueSettings outbound_queue;
  TunnelSettings tunnel;
  TcpSettings tcp;
  WorkloadSettings workload;
  CrossSettings cross;
  Duration duration = 10s;
  std::uint64_t seed = 1;
};

struct ScenarioError {
  // One sentence that names the file (if any), the key and what was expected.
  std::string text;
};

// JSON with every key, two spaces of indentation, stable order.
std::string to_json(const Scenario& scenario);
// Keys that are absent keep their defaults; unknown keys are errors. `origin` names the text in
// errors.
std::expected<Scenario, ScenarioError> parse_scenario(std::string_view json,
                                                      std::string_view origin);
std::expected<Scenario, ScenarioError> load_scenario(const std::filesystem::path& file);
// Whole-scenario checks that no single key can make (the MSS fits the MTU …).
std::expected<void, ScenarioError> validate(const Scenario& scenario);

// The built-in scenarios (resources/scenarios, compiled in), in the order of their list.
const std::vector<Scenario>& built_in_scenarios();
// Null if there is none of that name.
const Scenario* find_built_in(std::string_view name);

ByteCount bandwidth_delay_product(const Scenario& scenario);
// One-way distance at 200,000 km/s for a round-trip time, and back.
double fibre_kilometres(Duration rtt);
Duration fibre_round_trip(double kilometres);

}  // namespace inflight::lab
