// The settings of the two ends' TCP.
#include <array>

#include "lab/settings_table.h"

namespace inflight::lab {
namespace {

using enum SettingKind;
using enum Effect;

constexpr std::array<std::string_view, 3> kRecoveries{"newreno", "sack", "rack"};

constexpr std::array<std::string_view, 3> kNagles{"off", "plain", "minshall"};

constexpr std::array<std::string_view, 3> kMtuProbings{"off", "black_hole", "always"};

constexpr auto kSender = &Scenario::sender;
constexpr auto kReceiver = &Scenario::receiver;
constexpr auto kTcp = &Scenario::tcp;

const std::array kSenderRows{
    SettingRow{{.key = "sender.send_buffer",
                .group = "sender",
                .label = "Send buffer",
                .help = "How much the sender keeps of what is not yet acknowledged or not yet "
                        "sent; below the bandwidth-delay product it limits the rate.",
                .kind = Bytes,
                .minimum = "4KiB",
                .maximum = "1GiB",
                .effect = WhileRunning},
               in_group<kSender, &SenderSettings::send_buffer>()},
    SettingRow{{.key = "sender.auto_tuning",
                .group = "sender",
                .label = "Auto-tuning",
                .help = "Whether the send buffer grows with the congestion window, from its size "
                        "above to the maximum; setting the size during a run ends it.",
                .kind = Switch,
                .advanced = true},
               in_group<kSender, &SenderSettings::auto_tuning>()},
    SettingRow{{.key = "sender.buffer_max",
                .group = "sender",
                .label = "Largest buffer",
                .help = "How far auto-tuning may raise the send buffer.",
                .kind = Bytes,
                .minimum = "4KiB",
                .maximum = "1GiB",
                .advanced = true},
               in_group<kSender, &SenderSettings::buffer_max>()},
    SettingRow{{.key = "sender.congestion",
                .group = "sender",
                .label = "Congestion control",
                .help = "How the sender finds the path's rate: NewReno adds one segment per round "
                        "trip, CUBIC regrows along a curve in time, BBR measures the rate and the "
                        "delay and sends at that rate.",
                .kind = Choice,
                .choices = kAlgorithms,
                .effect = WhileRunning},
               choice_in_group<kSender, &SenderSettings::congestion>()},
    SettingRow{{.key = "sender.hystart",
                .group = "sender",
                .label = "Slow-start exit",
                .help = "Whether slow start ends before the first loss, by watching delay and the "
                        "spacing of acknowledgements; three published variants differ.",
                .kind = Choice,
                .choices = kHystarts,
                .effect = WhileRunning},
               choice_in_group<kSender, &SenderSettings::hystart>()},
    SettingRow{{.key = "sender.recovery",
                .group = "sender",
                .label = "Loss recovery",
                .help = "How losses are found: by duplicate acknowledgements, one a round trip "
                        "(newreno), by reports of what arrived behind a hole (sack), or by those "
                        "and time, with a probe when nothing comes back (rack).",
                .kind = Choice,
                .choices = kRecoveries},
               choice_in_group<kSender, &SenderSettings::recovery>()},
    SettingRow{{.key = "sender.rate_reduction",
                .group = "sender",
                .label = "Rate reduction",
                .help = "Whether the flight comes down evenly over the round trip after a loss "
                        "(PRR, RFC 9937), instead of a pause and a burst.",
                .kind = Switch,
                .advanced = true},
               in_group<kSender, &SenderSettings::rate_reduction>()},
    SettingRow{{.key = "sender.forward_rto",
                .group = "sender",
                .label = "F-RTO",
                .help = "Whether the sender looks, after a timeout, if everything was only late "
                        "(RFC 5682), before it sends it all again.",
                .kind = Switch,
                .advanced = true},
               in_group<kSender, &SenderSettings::forward_rto>()},
    SettingRow{{.key = "sender.undo",
                .group = "sender",
                .label = "Undo",
                .help = "Whether the window comes back when timestamps or duplicate reports show "
                        "that nothing was lost, only late.",
                .kind = Switch,
                .advanced = true},
               in_group<kSender, &SenderSettings::undo>()},
    SettingRow{{.key = "sender.pacing",
                .group = "sender",
                .label = "Pacing",
                .help = "Whether segments are spread over the round trip instead of leaving in "
                        "bursts; BBR does so always.",
                .kind = Switch,
                .effect = WhileRunning,
                .advanced = true},
               in_group<kSender, &SenderSettings::pacing>()},
    SettingRow{{.key = "sender.window_validation",
                .group = "sender",
                .label = "Validate window",
                .help = "Whether a window that was not used is kept for minutes but not trusted "
                        "when something is lost (RFC 7661), instead of falling back after a pause.",
                .kind = Switch,
                .advanced = true},
               in_group<kSender, &SenderSettings::window_validation>()},
    SettingRow{{.key = "sender.initial_window",
                .group = "sender",
                .label = "Initial window",
                .help = "How many segments are sent before the first acknowledgement; more of them "
                        "shorten the ramp by round trips.",
                .kind = Packets,
                .minimum = "1pkt",
                .maximum = "1000pkt",
                .advanced = true},
               in_group<kSender, &SenderSettings::initial_window>()},
    SettingRow{{.key = "sender.slow_start_limit",
                .group = "sender",
                .label = "Slow-start limit",
                .help = "By how many segments one acknowledgement may raise the window in slow "
                        "start (RFC 3465); a limit softens bursts after lost acknowledgements.",
                .kind = Packets,
                .minimum = "1pkt",
                .maximum = "1000pkt",
                .none = "unlimited",
                .advanced = true},
               in_group<kSender, &SenderSettings::slow_start_limit>()},
    SettingRow{{.key = "sender.idle_restart",
                .group = "sender",
                .label = "Restart after idle",
                .help = "Whether a pause longer than the retransmission timeout takes the window "
                        "back to its initial size, so that the next burst ramps up again.",
                .kind = Switch,
                .advanced = true},
               in_group<kSender, &SenderSettings::idle_restart>()},
    SettingRow{{.key = "sender.nagle",
                .group = "sender",
                .label = "Nagle",
                .help = "Whether a segment that is not full waits until everything in flight is "
                        "acknowledged (plain), or an earlier small one (minshall); it meets badly "
                        "with delayed acknowledgements.",
                .kind = Choice,
                .choices = kNagles,
                .advanced = true},
               choice_in_group<kSender, &SenderSettings::nagle>()},
};

const std::array kReceiverRows{
    SettingRow{{.key = "receiver.receive_buffer",
                .group = "receiver",
                .label = "Receive buffer",
                .help = "How much the receiver can hold; the window it offers comes out of this, "
                        "and the rate cannot exceed window divided by round-trip time.",
                .kind = Bytes,
                .minimum = "4KiB",
                .maximum = "1GiB",
                .effect = WhileRunning},
               in_group<kReceiver, &ReceiverSettings::receive_buffer>()},
    SettingRow{{.key = "receiver.auto_tuning",
                .group = "receiver",
                .label = "Auto-tuning",
                .help = "Whether the receive buffer grows with what is read in a round trip, from "
                        "its size above to the maximum; setting the size during a run ends it.",
                .kind = Switch,
                .advanced = true},
               in_group<kReceiver, &ReceiverSettings::auto_tuning>()},
    SettingRow{{.key = "receiver.buffer_max",
                .group = "receiver",
                .label = "Largest buffer",
                .help = "How far auto-tuning may raise the receive buffer; the window scale is "
                        "chosen for it.",
                .kind = Bytes,
                .minimum = "4KiB",
                .maximum = "1GiB",
                .advanced = true},
               in_group<kReceiver, &ReceiverSettings::buffer_max>()},
    SettingRow{
        {.key = "receiver.window_share",
         .group = "receiver",
         .label = "Window share",
         .help = "The share of the receive buffer that may be offered as window; some stacks "
                 "keep half of it for their bookkeeping.",
         .kind = Share,
         .minimum = "1%",
         .maximum = "100%",
         .advanced = true},
        in_group<kReceiver, &ReceiverSettings::window_share>()},
    SettingRow{{.key = "receiver.delayed_ack",
                .group = "receiver",
                .label = "Delayed ACK",
                .help = "Whether the receiver acknowledges every second segment or after a short "
                        "wait, instead of each one at once.",
                .kind = Switch,
                .effect = WhileRunning,
                .advanced = true},
               in_group<kReceiver, &ReceiverSettings::delayed_ack>()},
    SettingRow{{.key = "receiver.quick_acks",
                .group = "receiver",
                .label = "Quick ACKs",
                .help = "How many acknowledgements at the start are not delayed, since the ramp "
                        "waits for them; Linux has up to 16.",
                .kind = Packets,
                .minimum = "0pkt",
                .maximum = "1000pkt",
                .advanced = true},
               in_group<kReceiver, &ReceiverSettings::quick_acks>()},
    SettingRow{{.key = "receiver.read_rate",
                .group = "receiver",
                .label = "Reading rate",
                .help = "How fast the receiving application reads; a slow one lets the receive "
                        "buffer fill and the window close.",
                .kind = Rate,
                .minimum = kLowestRate,
                .maximum = kHighestRate,
                .none = "unlimited",
                .effect = WhileRunning,
                .advanced = true},
               in_group<kReceiver, &ReceiverSettings::read_rate>()},
};

const std::array kTcpRows{
    SettingRow{{.key = "tcp.window_scaling",
                .group = "tcp",
                .label = "Window scaling",
                .help = "Whether windows above 64 KiB can be offered at all (RFC 7323).",
                .kind = Switch,
                .advanced = true},
               in_group<kTcp, &TcpSettings::window_scaling>()},
    SettingRow{
        {.key = "tcp.timestamps",
         .group = "tcp",
         .label = "Timestamps",
         .help = "Whether segments carry timestamps (RFC 7323): round-trip samples also from "
                 "retransmissions, for 12 bytes of each segment.",
         .kind = Switch,
         .advanced = true},
        in_group<kTcp, &TcpSettings::timestamps>()},
    SettingRow{{.key = "tcp.ecn",
                .group = "tcp",
                .label = "ECN",
                .help = "Whether both ends let queues mark packets instead of dropping them, and "
                        "slow down at a mark (RFC 3168); it acts where a queue on the path marks.",
                .kind = Switch,
                .advanced = true},
               in_group<kTcp, &TcpSettings::ecn>()},
    SettingRow{{.key = "tcp.fast_open",
                .group = "tcp",
                .label = "Fast Open",
                .help = "Whether the first data travels in the SYN, with a cookie that an earlier "
                        "connection brought (RFC 7413): it saves a round trip, and such data may "
                        "arrive twice.",
                .kind = Switch,
                .advanced = true},
               in_group<kTcp, &TcpSettings::fast_open>()},
    SettingRow{{.key = "tcp.mss",
                .group = "tcp",
                .label = "Segment size",
                .help = "The maximum segment size that both ends announce; TCP options come out of "
                        "it, and by default it follows from the MTU.",
                .kind = Bytes,
                .minimum = "88B",
                .maximum = "8960B",
                .none = "auto",
                .advanced = true},
               in_group<kTcp, &TcpSettings::mss>()},
    SettingRow{{.key = "tcp.mtu_probing",
                .group = "tcp",
                .label = "MTU probing",
                .help = "Whether the sender finds out by trying what the path carries (RFC 4821): "
                        "smaller segments after several timeouts in a row, as behind a router "
                        "that drops large packets without a word, or from the start.",
                .kind = Choice,
                .choices = kMtuProbings,
                .advanced = true},
               choice_in_group<kTcp, &TcpSettings::mtu_probing>()},
    SettingRow{
        {.key = "tcp.min_rto",
         .group = "tcp",
         .label = "Minimum timeout",
         .help = "The shortest wait for an acknowledgement before the sender gives a segment "
                 "up for lost and starts over with a small window.",
         .kind = SettingKind::Duration,
         .minimum = "1ms",
         .maximum = "60s",
         .effect = WhileRunning,
         .advanced = true},
        in_group<kTcp, &TcpSettings::min_rto>()},
    SettingRow{
        {.key = "tcp.user_timeout",
         .group = "tcp",
         .label = "User timeout",
         .help = "How long nothing may be acknowledged before the connection is given up; 0 leaves "
                 "it to the number of attempts.",
         .kind = SettingKind::Duration,
         .minimum = "0s",
         .maximum = "3600s",
         .advanced = true},
        in_group<kTcp, &TcpSettings::user_timeout>()},
    SettingRow{
        {.key = "tcp.keep_alive",
         .group = "tcp",
         .label = "Keep-alive",
         .help = "After how long a silence an idle peer is asked whether it is still there; 0 "
                 "never asks.",
         .kind = SettingKind::Duration,
         .minimum = "0s",
         .maximum = "86400s",
         .advanced = true},
        in_group<kTcp, &TcpSettings::keep_alive>()},
    SettingRow{
        {.key = "tcp.ipv6",
         .group = "tcp",
         .label = "IPv6",
         .help = "Whether the connection uses IPv6, whose header takes 20 bytes more of each "
                 "packet than that of IPv4.",
         .kind = Switch,
         .advanced = true},
        in_group<kTcp, &TcpSettings::ipv6>()},
};

}  // namespace

std::span<const SettingRow> sender_rows() { return kSenderRows; }
std::span<const SettingRow> receiver_rows() { return kReceiverRows; }
std::span<const SettingRow> tcp_rows() { return kTcpRows; }

}  // namespace inflight::lab
