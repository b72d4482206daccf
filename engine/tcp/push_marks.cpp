#include "tcp/push_marks.h"

namespace inflight::tcp {

void PushMarks::on_written(StreamOffset begin, StreamOffset end, StreamOffset snd_nxt,
                           ByteCount limit) {
  const bool waits = !marks_.empty() && marks_.back() == begin && begin > snd_nxt;
  if (waits && begin - buffer_begin_ < limit) {
    marks_.back() = end;
  } else {
    buffer_begin_ = begin;
    marks_.push_back(end);
  }
}

void PushMarks::on_sent(StreamOffset begin, StreamOffset end, bool last) {
  burst_size_ = last ? 0 : burst_before(begin) + 1;
  burst_end_ = end;
}

void PushMarks::release_until(StreamOffset una) {
  while (!marks_.empty() && marks_.front() <= una) static_cast<void>(marks_.pop_front());
}

bool PushMarks::contains(StreamOffset end) const {
  for (std::size_t i = 0; i < marks_.size() && marks_[i] <= end; ++i) {
    if (marks_[i] == end) return true;
  }
  return false;
}

}  // namespace inflight::tcp
