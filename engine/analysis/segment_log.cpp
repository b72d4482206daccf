#include "analysis/segment_log.h"

#include <algorithm>

#include "base/check.h"

namespace inflight::analysis {

SegmentLog::Index SegmentLog::append(const CapturedSegment& segment, Index previous) {
  CHECK(size_ < kNone);
  if (size_ % kChunk == 0) chunks_.push_back(std::make_unique_for_overwrite<Entry[]>(kChunk));
  const auto index = static_cast<Index>(size_++);
  const auto time = static_cast<std::uint64_t>(segment.time.time_since_epoch().count());
  Entry& stored = entry(index);
  stored.time_low = static_cast<std::uint32_t>(time);
  stored.time_high = static_cast<std::uint32_t>(time >> 32);
  stored.frame = segment.frame;
  stored.next = kNone;
  stored.seq = segment.seq.value();
  stored.ack = segment.ack.value();
  stored.timestamp = segment.timestamps ? segment.timestamps->value : 0;
  stored.timestamp_echo = segment.timestamps ? segment.timestamps->echo_reply : 0;
  stored.sack_begin = static_cast<std::uint32_t>(sack_size_);
  stored.window = segment.window;
  stored.ip_id = segment.ip_id;
  stored.payload = std::min(segment.payload, kMaxPayload) & kMaxPayload;
  stored.flags = segment.flags.pack();
  stored.sack_count = segment.sack.size() & 7;
  stored.has_timestamps = segment.timestamps.has_value();
  stored.from_listener = segment.from == End::Listener;
  for (const wire::SackBlock& block : segment.sack) {
    if (sack_size_ % kChunk == 0) {
      sack_chunks_.push_back(std::make_unique<wire::SackBlock[]>(kChunk));
    }
    sack_chunks_.back()[sack_size_++ % kChunk] = block;
  }
  if (previous != kNone) entry(previous).next = index;
  return index;
}

CapturedSegment SegmentLog::operator[](Index index) const {
  const Entry& stored = entry(index);
  CapturedSegment segment;
  const std::uint64_t time = std::uint64_t{stored.time_high} << 32 | stored.time_low;
  segment.time = Instant(Duration(static_cast<std::int64_t>(time)));
  segment.frame = stored.frame;
  segment.from = stored.from_listener ? End::Listener : End::Opener;
  segment.seq = SeqNum(stored.seq);
  segment.ack = SeqNum(stored.ack);
  segment.flags = wire::TcpFlags::unpack(stored.flags & 0xff);
  segment.window = stored.window;
  segment.ip_id = stored.ip_id;
  if (stored.has_timestamps) {
    segment.timestamps = wire::TcpTimestamps{stored.timestamp, stored.timestamp_echo};
  }
  segment.payload = stored.payload;
  for (std::size_t i = stored.sack_begin; i < stored.sack_begin + stored.sack_count; ++i) {
    segment.sack.push_back(sack_chunks_[i / kChunk][i % kChunk]);
  }
  return segment;
}

std::size_t SegmentLog::memory() const {
  return chunks_.size() * kChunk * sizeof(Entry) +
         sack_chunks_.size() * kChunk * sizeof(wire::SackBlock);
}

}  // namespace inflight::analysis
