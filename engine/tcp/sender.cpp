#include "tcp/sender.h"

#include <algorithm>

namespace inflight::tcp {
namespace {

// RFC 6298 §5.7.
constexpr Duration kRtoAfterLostSyn = 3s;

}  // namespace

Sender::Sender(const Config& config, std::uint64_t seed)
    : config_(config),
      seed_(seed),
      buffer_(config.send_buffer),
      rtt_(config.initial_rto, config.min_rto, config.max_rto),
      recovery_(config),
      mss_(config.mss) {
  if (config.min_rto_above_rtt) rtt_.put_floor_above_rtt();
  rtt_.put_slop(config.rto_slop);
}

std::size_t Sender::write(Bytes bytes) {
  if (closed_) return 0;
  const StreamOffset begin = buffer_.end();
  const std::size_t taken = buffer_.write(bytes);
  writer_blocked_ = taken < bytes.size();
  if (config_.push == PushPolicy::WritesAndBursts && taken > 0 && !config_.cork) {
    marks_.on_written(begin, buffer_.end(), snd_nxt_, burst_limit());
  }
  return taken;
}

congestion::Config Sender::congestion_config() const {
  // RFC 5681 §3.1: a SYN that was lost more than once begins with one segment.
  const std::int64_t segments = counters_.rtos > 1 ? 1 : config_.initial_window;
  return {.algorithm = config_.congestion,
          .hystart = config_.hystart,
          .mss = mss_,
          .initial_window = segments * mss_,
          .slow_start_limit = config_.slow_start_limit,
          .window_validation = config_.window_validation,
          .loss_share_of_window = config_.loss_share_of_window,
          .whole_segments = config_.whole_segments,
          .restart_halves = config_.restart_halves,
          .hystart_rounds_from_gate = config_.hystart_rounds_from_gate,
          .seed = seed_};
}

void Sender::on_peer_syn(ByteCount mss, bool sack, ByteCount window) {
  if (config_.mtu_probing != MtuProbing::Off) {
    mtu_search_ = std::make_unique<MtuSearch>(config_, mss);
  }
  mss_ = mtu_search_ ? mtu_search_->mss() : mss;
  if (config_.whole_segment_buffers) buffer_.resize(round_up(buffer_.size(), mss));
  sack_ = sack && config_.recovery != Recovery::NewReno;
  recovery_.set_sack(sack_);
  // Until the SYN is acknowledged, its own place stands in front of the window.
  window_ = snd_una_ > kSyn ? window : window + ByteCount{1};
  max_window_ = window;
}

void Sender::begin_early() { controller_ = congestion::make_controller(congestion_config()); }

void Sender::on_syn_too_large() {
  if (!scoreboard_.empty() && scoreboard_.front().length() > ByteCount{1}) {
    scoreboard_.mark_all_lost();
  }
}

void Sender::on_syn_data_refused() {
  scoreboard_.mark_first_lost();
  resend_trigger_ = Trigger::FastOpen;
  resend_until_ = snd_nxt_;
}

Trigger Sender::resend_trigger() const {
  return recovery_.idle() && snd_una_ < resend_until_ ? resend_trigger_ : recovery_.trigger();
}

// Our SYN is acknowledged: how often it was lost decides how to begin.
void Sender::begin_data() {
  if (counters_.rtos > 0) rtt_.restart(kRtoAfterLostSyn);
  if (!controller_) controller_ = congestion::make_controller(congestion_config());
  tune_buffer();
}

void Sender::tune_buffer() {
  if (!config_.send_auto_tuning) return;
  // Twice cwnd, as Linux's tcp_sndbuf_expand: while one window is under way, the application writes
  // the next. Never down: what was given is in use.
  const ByteCount wanted = std::min(2 * controller_->window(), config_.send_buffer_max);
  if (wanted > buffer_.size()) buffer_.resize(wanted);
}

void Sender::reconfigure(const Config& config) {
  if (config.send_buffer != config_.send_buffer) {
    buffer_.resize(config.send_buffer);
    config_.send_buffer = config.send_buffer;
    config_.send_auto_tuning = false;
  }
  rtt_.set_min_rto(config.min_rto);
  const bool other_algorithm = config.congestion != config_.congestion;
  const bool other_exit = config.hystart != config_.hystart;
  config_.congestion = config.congestion;
  config_.hystart = config.hystart;
  config_.pacing = config.pacing;
  config_.nagle = config.nagle;
  config_.cork = config.cork;
  config_.user_timeout = config.user_timeout;
  if (!controller_) return;
  if (other_algorithm) controller_ = make_controller(congestion_config(), controller_->status());
  if (other_exit) controller_->set_hystart(config.hystart);
}

ByteCount Sender::usable_window() const {
  // A SYN that stands in front of early data (RFC 7413) is none of it.
  const ByteCount syn{snd_una_ == kSyn ? 1 : 0};
  return recovery_.window(*controller_) - (scoreboard_.pipe() - syn);
}

Flight Sender::view_of_flight() {
  return {.scoreboard = scoreboard_,
          .controller = *controller_,
          .rtt = rtt_,
          .mss = mss_,
          .una = snd_una_,
          .nxt = snd_nxt_,
          .delivered = sampler_.delivered(),
          .unanswered = unanswered_,
          .mtu_probe = mtu_search_ ? mtu_search_->probe() : std::nullopt};
}

std::optional<SendRange> Sender::next_range(Instant now) {
  if (!established() || snd_nxt_ == kSyn) {
    limit_ = SendLimit::Handshake;
    return next_syn();
  }
  unanswered_ = ByteCount{0};
  restart_after_idle(now);
  auto range = persist_.due()    ? next_probe()
               : tail_probe_due_ ? next_tail_probe()
                                 : next_by_window(now);
  if (range) limit_ = SendLimit::None;
  note_phase(now);
  return range;
}

std::optional<SendRange> Sender::next_by_window(Instant now) {
  if (held_by_pacer(now)) {
    limit_ = SendLimit::Pacing;
    return std::nullopt;
  }
  if (recovery_.sends_only_new()) {
    if (auto range = next_new(now)) return range;
    recovery_.no_new_data();
    if (recovery_.sends_only_new()) return std::nullopt;
  }
  auto range = next_retransmission();
  if (!range && limit_ != SendLimit::Recovery) range = next_new(now);
  if (!range && (limit_ == SendLimit::NoData || limit_ == SendLimit::Window)) range = next_hole();
  return range;
}

std::optional<SendRange> Sender::next_syn() {
  if (snd_nxt_ == kSyn) {
    return SendRange{kSyn, StreamOffset{1} + std::min(syn_data_limit_, buffer_.used())};
  }
  const SentSegment* lost = scoreboard_.next_lost();
  // Data that went with it waits for the handshake.
  if (lost == nullptr || lost->begin != kSyn) return std::nullopt;
  const SentSegment* syn = scoreboard_.split(kSyn, ByteCount{1});
  return SendRange{
      .begin = syn->begin, .end = syn->end, .retransmission = true, .trigger = Trigger::Timeout};
}

SendRange Sender::retransmission(const SentSegment& segment, Trigger trigger) {
  // The path may carry less in one segment than when this was first sent.
  const SentSegment* piece = scoreboard_.split(segment.begin, mss_);
  return {.begin = piece->begin, .end = piece->end, .retransmission = true, .trigger = trigger};
}

std::optional<SendRange> Sender::next_retransmission() {
  limit_ = SendLimit::None;
  const SentSegment* lost = scoreboard_.next_lost();
  if (lost == nullptr) return std::nullopt;
  const ByteCount length = std::min(lost->length(), mss_);
  if (length > usable_window() && !recovery_.retransmits_now()) {
    window_use_.on_limited(snd_nxt_);
    limit_ = SendLimit::Recovery;
    return std::nullopt;
  }
  return retransmission(*lost, resend_trigger());
}

bool Sender::holds_back_partial(StreamOffset begin, ByteCount length, bool cut_by_window) const {
  if (length >= mss_ || (closed_ && begin + length == fin_end())) return false;
  // RFC 9293 §3.8.6.2.1: a piece cut by the window goes only if it is half of the largest window
  // seen.
  if (cut_by_window) return 2 * length < max_window_;
  // The writer waits for room: more is coming that will fill the segment.
  if (writer_blocked_ && flight() > ByteCount{0}) return true;
  if (config_.cork) return true;
  switch (config_.nagle) {
    case Nagle::Off:
      return false;
    case Nagle::Plain:
      return flight() > ByteCount{0};
    case Nagle::Minshall:
      return small_end_ > snd_una_;
  }
  return false;
}

std::optional<SendRange> Sender::next_new(Instant now) {
  const ByteCount unsent = stream_end() - snd_nxt_;
  if (unsent <= ByteCount{0}) {
    limit_ = scoreboard_.empty() ? SendLimit::NothingToSend : SendLimit::NoData;
    if (usable_window() > ByteCount{0}) sampler_.on_application_limited(scoreboard_.pipe());
    return std::nullopt;
  }
  if (const auto size = mtu_probe_size(now)) return next_mtu_probe(*size);
  const ByteCount wanted = std::min(unsent, mss_);
  if (wanted > usable_window()) {
    window_use_.on_limited(snd_nxt_);
    limit_ = recovery_.in_fast_recovery() ? SendLimit::Recovery : SendLimit::Congestion;
    return std::nullopt;
  }
  const ByteCount offered = window_ - flight();
  const ByteCount length = std::min(wanted, offered);
  if (length <= ByteCount{0} || holds_back_partial(snd_nxt_, length, length < wanted)) {
    limit_ = length < wanted   ? SendLimit::Window
             : writer_blocked_ ? SendLimit::NoData
                               : SendLimit::Nagle;
    // Nothing in flight will bring an ACK: ask for the window, or stop waiting for more, in a
    // while.
    if ((length < wanted || config_.cork) && scoreboard_.empty() && !persist_.running()) {
      persist_.start(now + rtt_.rto());
      progress_ = now;
    }
    return std::nullopt;
  }
  return SendRange{.begin = snd_nxt_, .end = snd_nxt_ + length};
}

std::optional<SendRange> Sender::next_hole() {
  // RFC 6675 NextSeg rules 3 and 4, when nothing else can be sent in recovery.
  if (!recovery_.looks_for_holes() || usable_window() < mss_) return std::nullopt;
  if (const SentSegment* hole = scoreboard_.next_unsacked_hole()) {
    return retransmission(*hole, Trigger::Sack);
  }
  const SentSegment* last = scoreboard_.last_unsacked();
  if (last == nullptr || last->retransmission_out || !recovery_.take_rescue()) return std::nullopt;
  return retransmission(*last, Trigger::Rescue);
}

std::optional<SendRange> Sender::next_probe() {
  // RFC 9293 §3.8.6.1: at least one byte of new data; the same byte again while it is not
  // acknowledged.
  if (!scoreboard_.empty()) {
    const SentSegment& first = scoreboard_.front();
    return SendRange{.begin = first.begin,
                     .end = first.end,
                     .retransmission = true,
                     .trigger = Trigger::Timeout,
                     .probe = true};
  }
  if (config_.empty_probes && window_ <= ByteCount{0}) {
    const StreamOffset before = snd_una_ - ByteCount{1};
    return SendRange{.begin = before, .end = before, .probe = true};
  }
  const ByteCount length =
      std::clamp(window_, ByteCount{1}, std::min(mss_, stream_end() - snd_nxt_));
  return SendRange{.begin = snd_nxt_, .end = snd_nxt_ + length, .probe = true};
}

std::optional<SendRange> Sender::next_tail_probe() {
  tail_probe_due_ = false;
  // RFC 8985 §7.3: new data if the peer's window has room, whatever cwnd says; else the last
  // segment again.
  const ByteCount length = std::min({stream_end() - snd_nxt_, mss_, window_ - flight()});
  if (length > ByteCount{0}) {
    return SendRange{.begin = snd_nxt_,
                     .end = snd_nxt_ + length,
                     .trigger = Trigger::TailLossProbe,
                     .tail_probe = true};
  }
  const SentSegment* last = scoreboard_.last_unsacked();
  if (last == nullptr) return std::nullopt;
  SendRange range = retransmission(*last, Trigger::TailLossProbe);
  range.tail_probe = true;
  return range;
}

void Sender::restart_after_idle(Instant now) {
  if (!scoreboard_.empty() || stream_end() == snd_nxt_ || snd_nxt_ <= StreamOffset{1}) return;
  const Duration idle = now - last_sent_;
  if (idle <= rtt_.rto()) return;
  controller_->on_application_limited(idle, now);
  if (config_.idle_restart && window_ > ByteCount{0}) {
    controller_->on_idle_restart((idle - Duration{1}) / rtt_.rto(), now);
  }
  last_sent_ = now;
}

void Sender::on_transmitted(const SendRange& range, Instant now) {
  if (range.length() == ByteCount{0}) {
    last_sent_ = now;
    arm_after_transmission(range, now);
    return;
  }
  const auto [head, tail] = payload(range);
  const ByteCount size{static_cast<std::int64_t>(head.size() + tail.size())};
  const congestion::SendStamp stamp = sampler_.on_sent(scoreboard_.pipe() == ByteCount{0}, now);
  counters_.bytes_sent += size;
  if (scoreboard_.empty() && !range.probe) progress_ = now;
  // Of new data: what a SYN carried, or is sent again, was no choice of the writer's.
  const bool fresh = !range.retransmission && range.begin > kSyn;
  if (fresh && range.length() < mss_) small_end_ = range.end;
  const bool bursts = config_.push == PushPolicy::WritesAndBursts && range.begin > kSyn;
  const bool last = bursts && ends_burst(range);
  if (bursts) marks_.on_sent(range.begin, range.end, last);
  if (range.retransmission) {
    if (mtu_search_) mtu_search_->forget_probe();
    scoreboard_.on_retransmitted(range.begin, stamp);
    ++counters_.retransmits;
    counters_.bytes_retransmitted += size;
  } else {
    scoreboard_.on_sent(range.begin, range.end, stamp);
    snd_nxt_ = range.end;
    if (range.mtu_probe) mtu_search_->on_probe_sent({range.begin, range.end});
  }
  if (last) scoreboard_.end_burst(range.begin);
  recovery_.on_transmitted({range.begin, range.end}, range.retransmission, now);
  if (established()) note_window_use();
  last_sent_ = now;
  const bool starts = counters_.bytes_sent < config_.unpaced_segments * mss_;
  if (established() && paced() && !starts) {
    pacer_.on_sent(range.end - range.begin, pacing_rate(), kPacingQuantum * mss_, now);
  }
  arm_after_transmission(range, now);
}

void Sender::note_window_use() {
  const ByteCount out = static_cast<std::int64_t>(scoreboard_.size()) * mss_;
  window_use_.on_sent({.una = snd_una_, .nxt = snd_nxt_}, out, usable_window() < mss_);
}

std::pair<Bytes, Bytes> Sender::payload(const SendRange& range) const {
  const StreamOffset begin = std::max(range.begin, SendBuffer::kFirst);
  const StreamOffset end = std::min(range.end, buffer_.end());
  if (begin >= end) return {};
  return buffer_.view(begin, static_cast<std::size_t>((end - begin).value()));
}

bool Sender::is_consistent() const {
  if (!scoreboard_.is_consistent() || snd_una_ > snd_nxt_ || snd_nxt_ > stream_end()) return false;
  if (!scoreboard_.empty() && scoreboard_.front().begin != snd_una_) return false;
  // A timer runs whenever anything is outstanding.
  return scoreboard_.empty() || next_timeout() != kNever || persist_.due() || tail_probe_due_;
}

}  // namespace inflight::tcp
