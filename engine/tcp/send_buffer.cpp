#include "tcp/send_buffer.h"

#include <algorithm>

namespace inflight::tcp {

std::size_t SendBuffer::write(Bytes bytes) {
  const std::size_t taken = std::min(bytes.size(), static_cast<std::size_t>(room().value()));
  if (taken == 0) return 0;
  const StreamOffset new_end = end_ + ByteCount{static_cast<std::int64_t>(taken)};
  ring_.reserve(begin_, end_, new_end);
  ring_.write(end_, bytes.first(taken));
  end_ = new_end;
  return taken;
}

void SendBuffer::release_until(StreamOffset offset) { begin_ = std::clamp(offset, begin_, end_); }

}  // namespace inflight::tcp
