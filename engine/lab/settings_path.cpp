// The settings of the emulated path.
#include <array>

#include "lab/settings_table.h"

namespace inflight::lab {
namespace {

using enum SettingKind;
using enum Effect;

constexpr auto kPath = &Scenario::path;

const std::array kPathRows{
    SettingRow{{.key = "path.rate",
                .group = "path",
                .label = "Rate",
                .help = "How fast the bottleneck sends, counted in bytes on the wire with all "
                        "headers; no connection gets through faster than this.",
                .kind = Rate,
                .minimum = kLowestRate,
                .maximum = kHighestRate,
                .effect = WhileRunning},
               in_group<kPath, &PathSettings::rate>()},
    SettingRow{{.key = "path.rate_back",
                .group = "path",
                .label = "Rate back",
                .help = "The rate from the receiver back to the sender, which carries the "
                        "acknowledgements; a slow one holds them up.",
                .kind = Rate,
                .minimum = kLowestRate,
                .maximum = kHighestRate,
                .none = "same",
                .effect = WhileRunning,
                .advanced = true},
               in_group<kPath, &PathSettings::rate_back>()},
    SettingRow{{.key = "path.rtt",
                .group = "path",
                .label = "Round-trip time",
                .help = "How long a bit travels there and back on an empty path; a window of data "
                        "can be sent only once in this time.",
                .kind = SettingKind::Duration,
                .minimum = "0s",
                .maximum = "10s",
                .effect = WhileRunning},
               in_group<kPath, &PathSettings::rtt>()},
    SettingRow{{.key = "path.distance",
                .group = "path",
                .label = "Distance",
                .help = "The round-trip time as the length of fibre that causes it, one way, at "
                        "200,000 km/s; setting it sets the round-trip time.",
                .kind = Distance,
                .minimum = "0km",
                .maximum = "1000000km",
                .effect = WhileRunning},
               DistancePlace{}},
    SettingRow{{.key = "path.queue",
                .group = "path",
                .label = "Queue",
                .help = "How many bytes may wait in front of the bottleneck in each direction: a "
                        "short queue drops early, a long one adds delay before it drops.",
                .kind = Bytes,
                .minimum = "0B",
                .maximum = "1GiB",
                .effect = WhileRunning},
               in_group<kPath, &PathSettings::queue>()},
    SettingRow{{.key = "path.loss",
                .group = "path",
                .label = "Random loss",
                .help = "The share of packets lost by chance, each independently of the others, in "
                        "both directions; TCP takes every loss for congestion.",
                .kind = Share,
                .minimum = "0%",
                .maximum = "100%",
                .effect = WhileRunning},
               in_group<kPath, &PathSettings::loss>()},
    SettingRow{{.key = "path.loss_burst",
                .group = "path",
                .label = "Burst loss",
                .help = "Losses that come in rows as on radio links: the share of packets at which "
                        "a row begins, and how many packets it takes on average.",
                .kind = Burst,
                .none = "none",
                .effect = WhileRunning,
                .advanced = true},
               in_group<kPath, &PathSettings::loss_burst>()},
    SettingRow{{.key = "path.jitter",
                .group = "path",
                .label = "Jitter",
                .help = "The most by which a packet's delay may vary upwards, drawn anew for each "
                        "packet; order is kept, so packets also arrive in clumps.",
                .kind = SettingKind::Duration,
                .minimum = "0s",
                .maximum = "1s",
                .effect = WhileRunning},
               in_group<kPath, &PathSettings::jitter>()},
    SettingRow{{.key = "path.reorder",
                .group = "path",
                .label = "Reordering",
                .help = "The share of packets that are held back so that later ones overtake them; "
                        "much of it looks like loss to TCP.",
                .kind = Share,
                .minimum = "0%",
                .maximum = "100%",
                .effect = WhileRunning,
                .advanced = true},
               in_group<kPath, &PathSettings::reorder>()},
    SettingRow{{.key = "path.reorder_delay",
                .group = "path",
                .label = "Held back for",
                .help = "How long a reordered packet is held back: the longer, the more packets "
                        "overtake it.",
                .kind = SettingKind::Duration,
                .minimum = "0s",
                .maximum = "1s",
                .effect = WhileRunning,
                .advanced = true},
               in_group<kPath, &PathSettings::reorder_delay>()},
    SettingRow{{.key = "path.duplicate",
                .group = "path",
                .label = "Duplication",
                .help = "The share of packets that arrive twice; the tunnel's replay window throws "
                        "the second copy away.",
                .kind = Share,
                .minimum = "0%",
                .maximum = "100%",
                .effect = WhileRunning,
                .advanced = true},
               in_group<kPath, &PathSettings::duplicate>()},
    SettingRow{{.key = "path.mtu",
                .group = "path",
                .label = "Path MTU",
                .help = "The largest packet that the path carries, with all headers; larger ones "
                        "are dropped.",
                .kind = Bytes,
                .minimum = "576B",
                .maximum = "9000B",
                .effect = WhileRunning,
                .advanced = true},
               in_group<kPath, &PathSettings::mtu>()},
};

}  // namespace

std::span<const SettingRow> path_rows() { return kPathRows; }

}  // namespace inflight::lab
