// The settings of the other connections on the path.
#include <array>

#include "lab/settings_table.h"

namespace inflight::lab {
namespace {

using enum SettingKind;

constexpr auto kCross = &Scenario::cross;

const std::array kCrossRows{
    SettingRow{{.key = "cross.flows",
                .group = "cross",
                .label = "Other flows",
                .help = "How many other connections share the path, each a bulk transfer outside "
                        "the tunnel; they take from its rate and fill its queue.",
                .kind = Count,
                .minimum = "0",
                .maximum = "16"},
               in_group<kCross, &CrossSettings::flows>()},
    SettingRow{{.key = "cross.start",
                .group = "cross",
                .label = "Start at",
                .help = "When the first of the other flows connects, counted from the connect of "
                        "the one that is looked at.",
                .kind = SettingKind::Duration,
                .minimum = "0s",
                .maximum = "60min"},
               in_group<kCross, &CrossSettings::start>()},
    SettingRow{{.key = "cross.stop",
                .group = "cross",
                .label = "Stop at",
                .help = "When the other flows are broken off, counted in the same way; what they "
                        "took of the path is free again.",
                .kind = SettingKind::Duration,
                .minimum = "1ms",
                .maximum = "60min",
                .none = "never"},
               in_group<kCross, &CrossSettings::stop>()},
    SettingRow{{.key = "cross.congestion",
                .group = "cross",
                .label = "Their congestion",
                .help = "The congestion control of the other flows: who finds the path's rate in "
                        "another way takes another share of it.",
                .kind = Choice,
                .choices = kAlgorithms},
               choice_in_group<kCross, &CrossSettings::congestion>()},
    SettingRow{{.key = "cross.stagger",
                .group = "cross",
                .label = "One each",
                .help = "How much later each of the other flows starts than the one before it; 0s "
                        "starts all of them together.",
                .kind = SettingKind::Duration,
                .minimum = "0s",
                .maximum = "60min",
                .advanced = true},
               in_group<kCross, &CrossSettings::stagger>()},
    SettingRow{{.key = "cross.hystart",
                .group = "cross",
                .label = "Their slow start",
                .help = "Whether the other flows leave slow start before their first loss, and by "
                        "which of the variants.",
                .kind = Choice,
                .choices = kHystarts,
                .advanced = true},
               choice_in_group<kCross, &CrossSettings::hystart>()},
    SettingRow{{.key = "cross.extra_rtt",
                .group = "cross",
                .label = "Longer way",
                .help = "How much longer the round trip of the other flows is than the path's own; "
                        "who has the longer way usually gets the smaller share.",
                .kind = SettingKind::Duration,
                .minimum = "0s",
                .maximum = "10s",
                .advanced = true},
               in_group<kCross, &CrossSettings::extra_rtt>()},
};

}  // namespace

std::span<const SettingRow> cross_rows() { return kCrossRows; }

}  // namespace inflight::lab
