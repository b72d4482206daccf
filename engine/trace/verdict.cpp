// The names of verdicts and findings in files, in the order of their enumerations.
#include "trace/verdict.h"

namespace inflight::trace {
namespace {

constexpr std::array<std::string_view, kLimitedByCount> kCauses{"receive_window",
                                                                "receiver_application",
                                                                "sender_application",
                                                                "send_buffer",
                                                                "outbound_queue",
                                                                "path",
                                                                "loss",
                                                                "ecn",
                                                                "slow_start",
                                                                "turns",
                                                                "server_think",
                                                                "nagle_delayed_ack",
                                                                "handshake",
                                                                "outage",
                                                                "mtu_black_hole",
                                                                "refused",
                                                                "no_answer",
                                                                "reset",
                                                                "partial",
                                                                "unknown"};
static_assert(kCauses.back() == "unknown");

constexpr std::array<std::string_view, kFindingCount> kFindings{"slow_start_overshoot",
                                                                "early_slow_start_exit",
                                                                "no_window_scaling",
                                                                "window_half_of_buffer",
                                                                "small_initial_window",
                                                                "idle_restart",
                                                                "bufferbloat",
                                                                "policer",
                                                                "retransmission_lost",
                                                                "tail_loss",
                                                                "timeout",
                                                                "spurious_retransmission",
                                                                "reordering",
                                                                "lost_before_capture_point",
                                                                "head_of_line_blocking",
                                                                "zero_window",
                                                                "delayed_ack_stall",
                                                                "relayed",
                                                                "tcp_in_tcp"};
static_assert(kFindings.back() == "tcp_in_tcp");

constexpr std::array<std::string_view, 3> kConfidences{"low", "medium", "high"};

}  // namespace

std::string_view to_string(LimitedBy cause) { return kCauses[static_cast<std::size_t>(cause)]; }
std::string_view to_string(FindingCode code) { return kFindings[static_cast<std::size_t>(code)]; }
std::string_view to_string(Confidence confidence) {
  return kConfidences[static_cast<std::size_t>(confidence)];
}

}  // namespace inflight::trace
