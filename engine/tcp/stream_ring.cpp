#include "tcp/stream_ring.h"

#include <algorithm>

namespace inflight::tcp {
namespace {

std::size_t index_of(StreamOffset at, std::size_t capacity) {
  return static_cast<std::size_t>(at.value()) & (capacity - 1);
}

}  // namespace

void StreamRing::reserve(StreamOffset begin, StreamOffset live_end, StreamOffset end) {
  const auto needed = static_cast<std::size_t>((end - begin).value());
  if (needed <= storage_.size()) return;
  std::size_t capacity = std::max(storage_.size(), kSmallest);
  while (capacity < needed) capacity *= 2;
  StreamRing larger;
  larger.storage_.resize(capacity);
  const auto live = static_cast<std::size_t>(std::max<std::int64_t>(0, (live_end - begin).value()));
  const auto [head, tail] = view(begin, std::min(live, storage_.size()));
  larger.write(begin, head);
  larger.write(begin + ByteCount{static_cast<std::int64_t>(head.size())}, tail);
  storage_ = std::move(larger.storage_);
}

void StreamRing::write(StreamOffset at, Bytes bytes) {
  if (bytes.empty()) return;
  CHECK(bytes.size() <= storage_.size());
  const std::size_t index = index_of(at, storage_.size());
  const std::size_t head = std::min(bytes.size(), storage_.size() - index);
  std::memcpy(&storage_[index], bytes.data(), head);
  if (head < bytes.size()) std::memcpy(storage_.data(), &bytes[head], bytes.size() - head);
}

std::pair<Bytes, Bytes> StreamRing::view(StreamOffset at, std::size_t size) const {
  if (size == 0) return {};
  CHECK(size <= storage_.size());
  const std::size_t index = index_of(at, storage_.size());
  const std::size_t head = std::min(size, storage_.size() - index);
  return {Bytes(storage_).subspan(index, head), Bytes(storage_).first(size - head)};
}

}  // namespace inflight::tcp
