// From a scenario's settings to the configurations of its parts: connections, hosts, tunnels, paths
// and applications. Pure translation, no state.
#pragma once

#include <memory>

#include "host/host.h"
#include "host/workload.h"
#include "lab/scenario.h"
#include "path/path.h"
#include "tcp/config.h"

namespace inflight::lab {

// The data's sender and its receiver.
enum class Side : std::uint8_t { Sender, Receiver };

// The port that the listening side has.
inline constexpr std::uint16_t kPort = 7777;

wire::IpAddress inner_address(const Scenario& scenario, Side side);
wire::Endpoint outer_endpoint(const Scenario& scenario, Side side);
tcp::Config tcp_config(const Scenario& scenario, Side side);
path::PathConfig path_config(const Scenario& scenario, Side from);
// What the sender's direction lets through: a policer below the link's rate is the bottleneck.
DataRate rate_let_through(const Scenario& scenario);
host::OutboundConfig outbound_config(const Scenario& scenario);
// Which side connects: the one that asks.
Side connecting_side(const Scenario& scenario);

// Two hosts whose tunnels (if any) know each other.
struct HostPair {
  std::unique_ptr<host::Host> sender;
  std::unique_ptr<host::Host> receiver;
};
HostPair make_hosts(const Scenario& scenario, wire::PacketPool& pool, const Random& random);
// Unix time at Instant{}: 2024-06-04 00:00 UTC.
inline constexpr std::chrono::nanoseconds kEpoch = std::chrono::seconds{1'717'459'200};

std::unique_ptr<host::Application> make_application(const Scenario& scenario, Side side,
                                                    const host::Payload& payload);

}  // namespace inflight::lab
