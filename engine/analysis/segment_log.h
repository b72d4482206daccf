// SegmentLog: every TCP segment of a capture in 44 bytes (SACK blocks apart), in the order of the
// file, chained by flow, so that any flow can be walked again later without the file. Grows in
// chunks; nothing is ever moved.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/segment.h"

namespace inflight::analysis {

class SegmentLog {
 public:
  using Index = std::uint32_t;
  // Behind the last segment of a flow.
  static constexpr Index kNone = ~Index{0};
  // Payloads are kept up to 512 KiB - 1, more than offload makes.
  static constexpr std::uint32_t kMaxPayload = (1U << 19) - 1;

  // Adds a segment behind `previous` of the same flow (kNone: its first one). There may be at most
  // 2^32 - 2 segments, which the importer's limit sees to.
  Index append(const CapturedSegment& segment, Index previous);

  CapturedSegment operator[](Index index) const;
  // The same flow's next segment, or kNone.
  Index next(Index index) const { return entry(index).next; }
  std::size_t size() const { return size_; }
  // Bytes of memory held.
  std::size_t memory() const;

 private:
  struct Entry {
    std::uint32_t time_low;
    std::uint32_t time_high;
    std::uint32_t frame;
    Index next;
    std::uint32_t seq;
    std::uint32_t ack;
    std::uint32_t timestamp;
    std::uint32_t timestamp_echo;
    // Of the first of its SACK blocks.
    std::uint32_t sack_begin;
    std::uint16_t window;
    std::uint16_t ip_id;
    std::uint32_t payload : 19;
    std::uint32_t flags : 8;
    std::uint32_t sack_count : 3;
    std::uint32_t has_timestamps : 1;
    std::uint32_t from_listener : 1;
  };
  static_assert(sizeof(Entry) == 44);
  static constexpr std::size_t kChunk = 4096;

  Entry& entry(Index index) { return chunks_[index / kChunk][index % kChunk]; }
  const Entry& entry(Index index) const { return chunks_[index / kChunk][index % kChunk]; }

  std::vector<std::unique_ptr<Entry[]>> chunks_;
  std::vector<std::unique_ptr<wire::SackBlock[]>> sack_chunks_;
  std::size_t size_ = 0;
  std::size_t sack_size_ = 0;
};

}  // namespace inflight::analysis
