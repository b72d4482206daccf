#include "tcp/receiver.h"

#include <algorithm>
#include <cmath>

namespace inflight::tcp {
namespace {

ByteCount size_of(Bytes bytes) { return ByteCount{static_cast<std::int64_t>(bytes.size())}; }

}  // namespace

Receiver::Receiver(const Config& config)
    : buffer_size_(config.receive_buffer),
      window_share_(config.window_share),
      delayed_ack_(config.delayed_ack),
      duplicate_reports_(config.duplicate_reports),
      window_is_room_(config.window_is_room),
      ack_delay_(config.ack_delay),
      quick_acks_(config.quick_acks),
      lazy_window_updates_(config.lazy_window_updates),
      reads_send_acks_(config.reads_send_acks),
      fin_ends_reports_(config.fin_ends_reports) {
  if (!config.receive_auto_tuning) return;
  tuning_.emplace(config.mss, window_share_, config.receive_buffer_max);
}

void Receiver::resize_buffer(ByteCount size) {
  buffer_size_ = size;
  tuning_.reset();
}

void Receiver::tune_buffer(std::optional<Instant> echo, Instant now) {
  if (!tuning_) return;
  const ByteCount offered = std::max(ByteCount{0}, announced_edge_ - rcv_nxt_);
  tuning_->on_data(rcv_nxt_, offered, echo, now);
  if (const auto size = tuning_->adjust(read_next_, buffer_size_, now)) buffer_size_ = *size;
}

StreamOffset Receiver::right_edge() const {
  if (!window_is_room_) return announced_edge_;
  return std::max(announced_edge_, rcv_nxt_ + buffer_size_ - unread());
}

void Receiver::hold_text(Bytes payload, bool fin) {
  const StreamOffset end = rcv_nxt_ + std::min(size_of(payload), right_edge() - rcv_nxt_);
  const Stretch stretch{rcv_nxt_, end};
  if (fin && end == rcv_nxt_ + size_of(payload)) fin_ = end;
  if (payload.empty() || !reassembly_.insert(stretch)) return;
  ring_.reserve(read_next_, rcv_nxt_, end);
  const ByteCount length = end - rcv_nxt_;
  ring_.write(rcv_nxt_, payload.first(static_cast<std::size_t>(length.value())));
  received_ += length;
}

void Receiver::release_held_text(Instant now) {
  if (reassembly_.empty() && !fin_) return;
  rcv_nxt_ = reassembly_.advance(rcv_nxt_);
  reach_fin();
  schedule_ack(true, now);
}

void Receiver::reach_fin() {
  if (!fin_ || rcv_nxt_ != *fin_) return;
  if (fin_ends_reports_) duplicate_.reset();
  rcv_nxt_ += ByteCount{1};
  announced_edge_ = std::max(announced_edge_, rcv_nxt_);
}

StreamOffset Receiver::wanted_edge() const {
  const auto share = static_cast<std::int64_t>(
      std::floor(static_cast<double>(buffer_size_.value()) * window_share_));
  const StreamOffset edge = data_end() + std::max(ByteCount{0}, ByteCount{share} - unread());
  return std::min(edge, rcv_nxt_ + largest_window());
}

bool Receiver::edge_moves(StreamOffset wanted) const {
  // RFC 9293 §3.8.6.2.2, silly window avoidance: move the edge by a segment or half the buffer, or
  // not; and by no less than the window's unit, or rounding down would take it back.
  const ByteCount unit{std::int64_t{1} << shift_};
  if (window_is_room_) {
    const bool silly = wanted - rcv_nxt_ < std::min(segment_size_, buffer_size_ / 4);
    return !silly && wanted - promised_edge_ >= unit;
  }
  const ByteCount step = std::min(segment_size_, buffer_size_ / 2);
  return wanted - promised_edge_ >= std::max(step, unit);
}

ByteCount Receiver::window(StreamOffset wanted) const {
  const bool moves = edge_moves(wanted);
  const ByteCount exact = (moves ? wanted : promised_edge_) - rcv_nxt_;
  // RFC 7323 §2.4: a moving edge is rounded down. One that stays is rounded up, or it would fall
  // below what was promised; the excess is less than a unit and is given back as data comes in.
  // BSD rounds it up in any case.
  const std::int64_t rounded =
      moves && !window_is_room_
          ? exact.value() >> shift_ << shift_
          : (exact.value() + (std::int64_t{1} << shift_) - 1) >> shift_ << shift_;
  return std::clamp(ByteCount{rounded}, ByteCount{0}, largest_window());
}

ByteCount Receiver::announce_window() {
  const StreamOffset wanted = wanted_edge();
  const ByteCount announced = window(wanted);
  if (edge_moves(wanted)) promised_edge_ = rcv_nxt_ + announced;
  promised_edge_ = std::max(promised_edge_, rcv_nxt_);
  announced_edge_ = std::max(announced_edge_, rcv_nxt_ + announced);
  largest_announced_ = std::max(largest_announced_, announced);
  return announced;
}

void Receiver::handle_text(StreamOffset begin, Bytes payload, bool fin, std::optional<Instant> echo,
                           Instant now) {
  segment_size_ = std::max(segment_size_, size_of(payload));
  if (!payload.empty()) {
    last_text_ = now;
    pushed_ = size_of(payload) < segment_size_;
  }
  const StreamOffset end = begin + size_of(payload);
  if (fin && !fin_) fin_ = end;
  const StreamOffset from = std::max(begin, rcv_nxt_);
  const StreamOffset to = std::min({end, right_edge(), fin_.value_or(end)});
  if (!payload.empty() && (to <= rcv_nxt_ || reassembly_.contains({from, to}))) {
    // RFC 2883 §4: say once what came twice, and behind it the block that holds it.
    duplicate_ = Stretch{begin, std::min(end, std::max(to, rcv_nxt_))};
    if (from < to) reassembly_.touch(from);
    ++duplicates_;
    ack_now_ = true;
  } else if (from < to) {
    const bool in_order = from == rcv_nxt_;
    const bool fills_hole = in_order && !reassembly_.empty();
    note_repeated_part(begin, {from, to});
    store({from, to}, payload.subspan(static_cast<std::size_t>((from - begin).value()),
                                      static_cast<std::size_t>((to - from).value())));
    // What holds the duplicate stays behind its report, though other blocks are newer now.
    if (duplicate_ && duplicate_->begin > rcv_nxt_) reassembly_.touch(duplicate_->begin);
    tune_buffer(echo, now);
    schedule_ack(in_order && !fills_hole, now);
  }
  reach_fin();
  if (fin) ack_now_ = true;
}

void Receiver::note_repeated_part(StreamOffset begin, Stretch fresh) {
  const auto held =
      begin < rcv_nxt_ ? std::optional(Stretch{begin, rcv_nxt_}) : reassembly_.first_held(fresh);
  if (!held) return;
  duplicate_ = *held;
  ack_now_ = true;
}

void Receiver::store(Stretch stretch, Bytes payload) {
  if (stretch.begin > rcv_nxt_ && !reassembly_.insert(stretch)) return;
  // Beyond the in-order data, what is held out of order must survive a growing ring as well.
  const StreamOffset live_end =
      reassembly_.empty() ? rcv_nxt_ : std::max(rcv_nxt_, reassembly_.stretches().back().end);
  ring_.reserve(read_next_, live_end, std::max(stretch.end, live_end));
  ring_.write(stretch.begin, payload);
  received_ += size_of(payload);
  if (stretch.begin == rcv_nxt_) rcv_nxt_ = reassembly_.advance(stretch.end);
}

void Receiver::schedule_ack(bool in_order, Instant now) {
  // RFC 5681 §4.2: at once for a gap and when one is filled, else for at least every second full
  // segment.
  const bool quick = quick_acks_ > 0 && !dialogue_;
  if (quick) --quick_acks_;
  if (!in_order || quick || !delayed_ack_ || rcv_nxt_ - last_ack_sent_ >= 2 * segment_size_) {
    ack_now_ = true;
  } else if (ack_deadline_ == kNever) {
    ack_deadline_ = now + ack_delay_;
  }
}

std::pair<Bytes, Bytes> Receiver::readable() const {
  return ring_.view(read_next_, static_cast<std::size_t>(unread().value()));
}

std::size_t Receiver::discard(std::size_t count) {
  const std::size_t taken = std::min(count, static_cast<std::size_t>(unread().value()));
  read_next_ += ByteCount{static_cast<std::int64_t>(taken)};
  if (taken == 0) return taken;
  update_window_after_read();
  const bool waits = ack_deadline_ != kNever && !dialogue_;
  if (reads_send_acks_ && waits && pushed_ && unread() == ByteCount{0}) ack_now_ = true;
  return taken;
}

std::size_t Receiver::read(MutableBytes out) {
  const auto [head, tail] = readable();
  const std::size_t from_head = std::min(out.size(), head.size());
  const std::size_t from_tail = std::min(out.size() - from_head, tail.size());
  if (from_head > 0) std::memcpy(out.data(), head.data(), from_head);
  if (from_tail > 0) std::memcpy(&out[from_head], tail.data(), from_tail);
  return discard(from_head + from_tail);
}

void Receiver::update_window_after_read() {
  const ByteCount open = promised_edge_ - rcv_nxt_;
  const ByteCount growth = wanted_edge() - promised_edge_;
  // Tell the sender when a closed window opens, and when two segments' worth of room is news to it.
  const ByteCount step = std::min(segment_size_, buffer_size_ / 2);
  if (lazy_window_updates_) {
    ack_now_ |= 2 * open <= largest_announced_ && growth >= std::max(open, step);
    return;
  }
  if (growth >= std::min(2 * segment_size_, buffer_size_ / 2) || (open < step && growth >= step)) {
    ack_now_ = true;
  }
}

RecentStretches Receiver::sack_blocks(std::size_t max) const {
  RecentStretches blocks;
  if (reports_duplicate() && max > 0) blocks.push_back(*duplicate_);
  for (const Stretch& stretch : reassembly_.recent(max - blocks.size())) blocks.push_back(stretch);
  return blocks;
}

void Receiver::on_data_sent(Instant now) {
  const Instant heard = std::max(last_text_, handshake_);
  if (heard != Instant{} && now - heard < ack_delay_) dialogue_ = true;
}

void Receiver::set_quick_acks(int count) {
  quick_acks_ = count;
  dialogue_ = count == 0;
  if (count > 0 && ack_deadline_ != kNever) ack_now_ = true;
}

void Receiver::on_ack_sent(Instant now) {
  if (ack_deadline_ <= now) dialogue_ = false;
  ack_now_ = false;
  ack_deadline_ = kNever;
  last_ack_sent_ = rcv_nxt_;
  duplicate_.reset();
}

void Receiver::fill(Snapshot& snapshot) const {
  snapshot.unread = unread();
  snapshot.out_of_order = reassembly_.held();
  snapshot.receive_buffer_size = buffer_size_;
  snapshot.receive_window = std::max(ByteCount{0}, announced_edge_ - rcv_nxt_);
  snapshot.counters.bytes_received = received_;
  snapshot.counters.duplicate_segments_received = duplicates_;
}

void Receiver::fill(Details& details) const {
  details.last_data_received = last_text_;
  details.receive_mss = segment_size_;
  details.receive_shift = shift_;
}

}  // namespace inflight::tcp
