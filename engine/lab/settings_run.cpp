// The settings of the way between TCP and path, of the workload and of the run itself.
#include <array>

#include "lab/settings_table.h"

namespace inflight::lab {
namespace {

using enum SettingKind;
using enum Effect;

constexpr std::array<std::string_view, 2> kPolicies{"drop", "backpressure"};
constexpr std::array<std::string_view, 4> kWorkloads{"bulk", "sized", "request_response",
                                                     "idle_burst"};

constexpr auto kOutbound = &Scenario::outbound_queue;
constexpr auto kTunnel = &Scenario::tunnel;
constexpr auto kWorkload = &Scenario::workload;

const std::array kTunnelRows{
    SettingRow{{.key = "outbound_queue.length",
                .group = "outbound_queue",
                .label = "Queue length",
                .help = "How many packets may wait inside the process between TCP and the tunnel "
                        "for their encryption.",
                .kind = Packets,
                .minimum = "1pkt",
                .maximum = "65536pkt",
                .effect = WhileRunning},
               in_group<kOutbound, &OutboundQueueSettings::length>()},
    SettingRow{{.key = "outbound_queue.policy",
                .group = "outbound_queue",
                .label = "When it is full",
                .help = "Whether a full queue drops TCP's packets, a loss without a network, or "
                        "makes TCP wait until there is room.",
                .kind = Choice,
                .choices = kPolicies,
                .effect = WhileRunning},
               choice_in_group<kOutbound, &OutboundQueueSettings::backpressure>()},
    SettingRow{{.key = "tunnel.enabled",
                .group = "tunnel",
                .label = "Tunnel",
                .help = "Whether the connection runs inside a WireGuard tunnel, which takes 60 "
                        "bytes of each packet on the wire, or directly on the path.",
                .kind = Switch},
               in_group<kTunnel, &TunnelSettings::enabled>()},
    SettingRow{{.key = "tunnel.rate",
                .group = "tunnel",
                .label = "Encryption rate",
                .help = "How fast packets can be encrypted; below the path's rate the outbound "
                        "queue becomes the bottleneck.",
                .kind = Rate,
                .minimum = kLowestRate,
                .maximum = kHighestRate,
                .none = "unlimited",
                .effect = WhileRunning},
               in_group<kTunnel, &TunnelSettings::rate>()},
    SettingRow{{.key = "tunnel.mtu",
                .group = "tunnel",
                .label = "Tunnel MTU",
                .help = "The largest packet inside the tunnel; with 60 bytes of overhead it must "
                        "fit the path's MTU.",
                .kind = Bytes,
                .minimum = "576B",
                .maximum = "8940B",
                .advanced = true},
               in_group<kTunnel, &TunnelSettings::mtu>()},
};

const std::array kWorkloadRows{
    SettingRow{{.key = "workload.kind",
                .group = "workload",
                .label = "Workload",
                .help = "What the application does: send as much as it can, send a given amount, "
                        "ask and wait for answers, or send bursts with pauses between them.",
                .kind = Choice,
                .choices = kWorkloads},
               choice_in_group<kWorkload, &WorkloadSettings::kind>()},
    SettingRow{{.key = "workload.bytes",
                .group = "workload",
                .label = "Amount",
                .help = "The size of a sized transfer, of one response or of one burst; a bulk "
                        "transfer has none.",
                .kind = Bytes,
                .minimum = "1B",
                .maximum = "100GB"},
               in_group<kWorkload, &WorkloadSettings::bytes>()},
    SettingRow{{.key = "workload.request",
                .group = "workload",
                .label = "Request size",
                .help = "The size of one request, in a workload of requests and responses.",
                .kind = Bytes,
                .minimum = "1B",
                .maximum = "1GB",
                .advanced = true},
               in_group<kWorkload, &WorkloadSettings::request>()},
    SettingRow{{.key = "workload.turns",
                .group = "workload",
                .label = "Turns",
                .help = "How many requests are made or how many bursts are sent.",
                .kind = Count,
                .minimum = "1",
                .maximum = "1000000",
                .advanced = true},
               in_group<kWorkload, &WorkloadSettings::turns>()},
    SettingRow{{.key = "workload.pause",
                .group = "workload",
                .label = "Pause",
                .help = "How long the server thinks before each response, or the silence between "
                        "two bursts.",
                .kind = SettingKind::Duration,
                .minimum = "0s",
                .maximum = "60s",
                .advanced = true},
               in_group<kWorkload, &WorkloadSettings::pause>()},
};

const std::array kRunRows{
    SettingRow{{.key = "duration",
                .group = "run",
                .label = "Duration",
                .help = "When the run ends, counted from the connect; a workload that is done "
                        "earlier ends it earlier.",
                .kind = SettingKind::Duration,
                .minimum = "10ms",
                .maximum = "60min"},
               in_scenario<&Scenario::duration>()},
    SettingRow{{.key = "seed",
                .group = "run",
                .label = "Seed",
                .help = "The number from which all chance in a run is drawn: the same seed and "
                        "settings give the same run, bit for bit.",
                .kind = Count,
                .minimum = "0",
                .advanced = true},
               in_scenario<&Scenario::seed>()},
};

}  // namespace

std::span<const SettingRow> tunnel_rows() { return kTunnelRows; }
std::span<const SettingRow> workload_rows() { return kWorkloadRows; }
std::span<const SettingRow> run_rows() { return kRunRows; }

}  // namespace inflight::lab
