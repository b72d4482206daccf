// The names of events and causes in files, in the order of their enumerations.
#include "trace/event.h"

#include <algorithm>
#include <array>

namespace inflight::trace {
namespace {

constexpr std::array<std::string_view, kEventKindCount> kKinds{
    "connected",       "loss",
    "retransmit",      "timeout",
    "recovery_begin",  "recovery_end",
    "slow_start_exit", "zero_window",
    "window_open",     "window_probe",
    "setting_changed", "tunnel_handshake",
    "tunnel_rekey",    "outbound_blocked",
    "peer_closed",     "reset",
    "closed",          "recovery_undone",
    "marked",          "outage",
    "unanswered"};
static_assert(kKinds.back() == "unanswered");

constexpr std::array<std::string_view, kEventCauseCount> kCauses{"none",
                                                                 "path_queue",
                                                                 "random_loss",
                                                                 "burst_loss",
                                                                 "outbound_queue",
                                                                 "tunnel_staging",
                                                                 "before_capture_point",
                                                                 "unlocated",
                                                                 "duplicate_acks",
                                                                 "sack",
                                                                 "partial_ack",
                                                                 "rescue",
                                                                 "timeout_expired",
                                                                 "hystart_delay",
                                                                 "hystart_ack_train",
                                                                 "hystart_css",
                                                                 "loss_detected",
                                                                 "rack",
                                                                 "tail_loss_probe",
                                                                 "duplicate_reports",
                                                                 "timestamps",
                                                                 "forward_rto",
                                                                 "mark",
                                                                 "codel",
                                                                 "policer",
                                                                 "outage",
                                                                 "scheduled"};
static_assert(kCauses.back() == "scheduled");

template <class Enum, std::size_t n>
std::optional<Enum> by_name(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(EventKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view to_string(EventCause cause) { return kCauses[static_cast<std::size_t>(cause)]; }

std::optional<EventKind> event_kind_by_name(std::string_view name) {
  return by_name<EventKind>(kKinds, name);
}
std::optional<EventCause> event_cause_by_name(std::string_view name) {
  return by_name<EventCause>(kCauses, name);
}

}  // namespace inflight::trace
