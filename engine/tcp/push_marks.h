// Where Linux sets PSH, which it does by the buffers that it builds: at the end of a buffer that a
// write completed, and at the end of two segments or more that are handed to the device as one,
// which holds for that transmission alone. RFC 9293 MUST-61 needs none of this.
#pragma once

#include "base/ring_queue.h"
#include "base/sequence.h"
#include "base/units.h"

namespace inflight::tcp {

class PushMarks {
 public:
  // The application wrote up to `end`. What it writes before the last write was sent joins that
  // write's buffer, until the buffer holds `limit`.
  void on_written(StreamOffset begin, StreamOffset end, StreamOffset snd_nxt, ByteCount limit);
  // Data was sent, for the first time or again: whether as the last of its burst.
  void on_sent(StreamOffset begin, StreamOffset end, bool last);
  void release_until(StreamOffset una);

  // A buffer ends here.
  bool contains(StreamOffset end) const;
  // How many segments the burst has that data from `begin` on would continue.
  int burst_before(StreamOffset begin) const { return begin == burst_end_ ? burst_size_ : 0; }

 private:
  // Ascending; all above what is acknowledged.
  RingQueue<StreamOffset> marks_;
  // Where the buffer began that takes what is written now.
  StreamOffset buffer_begin_;
  StreamOffset burst_end_;
  int burst_size_ = 0;
};

}  // namespace inflight::tcp
