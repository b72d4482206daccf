// A whole connection fed whatever comes: the input is a list of steps (segments with numbers
// relative to the live ones, time, reads, writes, close, new settings). Whatever they are, the
// connection stays consistent, sends only what its state and the peer's window allow, reads only
// what the peer's stream holds, and does not spin. The first bytes choose the settings.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "tcp/connection.h"

namespace {

using namespace inflight;
using namespace inflight::tcp;

constexpr SeqNum kIss{0xffff'ff00};
constexpr SeqNum kPeerIss{0x7fff'ff00};
constexpr int kMostSegmentsAtOnce = 2000;
constexpr std::size_t kMostSteps = 400;

// Both streams: the byte that stands at an offset.
std::uint8_t coded(StreamOffset at) {
  return static_cast<std::uint8_t>(static_cast<std::uint64_t>(at.value()) * 2654435761U >> 24);
}

// All that BSD does otherwise.
void choose_bsd(Config& config) {
  config.challenges_resets = config.challenges_syns = false;
  config.time_wait_ignores_syns = true;
  config.ignores_fin_of_syn = true;
  config.acks_repeat_fin = true;
  config.unread_data_resets = false;
  config.whole_segment_buffers = true;
  config.window_is_room = true;
  config.rto_slop = 200ms;
  config.syn_retries_with_options = 2;
}

Config make_config(ByteReader& in) {
  constexpr std::array<std::int64_t, 8> kSizes{1'000,  2'000,   5'000,   20'000,
                                               65'535, 100'000, 300'000, 1'000'000};
  const std::uint8_t sizes = in.u8();
  const std::uint8_t options = in.u8();
  const std::uint8_t behaviour = in.u8();
  const std::uint8_t control = in.u8();
  const auto has = [](std::uint8_t bits, int bit) { return (bits >> bit & 1) != 0; };
  Config config;
  config.send_buffer = ByteCount{kSizes[sizes & 7]};
  config.receive_buffer = ByteCount{kSizes[sizes >> 3 & 7]};
  config.mss = ByteCount{has(sizes, 6) ? 100 : 1460};
  config.window_share = has(sizes, 7) ? 0.5 : 1;
  config.window_scaling = has(options, 0);
  config.timestamps = has(options, 1);
  config.sack = has(options, 2);
  config.recovery = static_cast<Recovery>((options >> 3) % 3);
  config.delayed_ack = has(behaviour, 0);
  config.nagle = has(behaviour, 1) ? Nagle::Minshall : Nagle::Off;
  config.rate_reduction = has(behaviour, 2);
  config.forward_rto = has(behaviour, 3);
  config.undo = has(behaviour, 4);
  config.pacing = has(behaviour, 5);
  config.idle_restart = has(behaviour, 6);
  config.window_validation = has(behaviour, 7);
  config.congestion = static_cast<congestion::Algorithm>(control % 3);
  config.hystart = static_cast<congestion::HystartKind>(control >> 2 & 3);
  if (has(control, 4)) config.max_retries = 3;
  if (has(options, 7)) choose_bsd(config);
  if (has(options, 5))
    config.mtu_probing = has(sizes, 6) ? MtuProbing::Always : MtuProbing::BlackHole;
  config.initial_window = 1 + (control >> 5) * 3;
  return config;
}

class Fuzzed {
 public:
  explicit Fuzzed(ByteReader in) : in_(in) {
    const bool active = in_.u8() % 2 == 0;
    config_ = make_config(in_);
    if (active) {
      connection_.emplace(Connection::connect(config_, {1, 2}, kIss, now_));
    } else {
      wire::TcpHeader syn = read_header();
      syn.flags = {.syn = true};
      syn.seq = kPeerIss;
      synchronized_ = true;
      connection_.emplace(Connection::accept(config_, {1, 2}, kIss, {syn, {}, now_}, now_));
    }
    settle();
  }

  void run() {
    for (std::size_t i = 0; i < kMostSteps && in_.remaining() > 0; ++i) {
      step();
      settle();
    }
  }

 private:
  void step() {
    switch (in_.u8() % 10) {
      case 0:
        write(std::size_t{in_.u16be()});
        break;
      case 1:
        read(std::size_t{in_.u16be()});
        break;
      case 2:
        wait(Duration{1us} * in_.u16be());
        break;
      case 3:
        expire();
        break;
      case 4: {
        const std::uint8_t choice = in_.u8();
        if (choice < 64) connection_->close();
        if (choice == 255) connection_->abort();
        break;
      }
      case 5:
        connection_->reconfigure(make_config(in_));
        break;
      case 6:
        acknowledge();
        break;
      default:
        arrive();
        break;
    }
  }

  void write(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
      bytes[i] = coded(written_ + ByteCount{static_cast<std::int64_t>(i)});
    written_ += ByteCount{static_cast<std::int64_t>(connection_->write(bytes))};
  }
  void read(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    bytes.resize(connection_->read(bytes));
    for (const std::uint8_t byte : bytes) {
      CHECK(byte == coded(read_));
      read_ += ByteCount{1};
    }
  }

  void wait(Duration duration) {
    const Instant until = now_ + duration;
    while (connection_->next_timeout() <= until) expire();
    now_ = until;
  }
  void expire() {
    const Instant due = connection_->next_timeout();
    if (due == kNever) return;
    now_ = std::max(now_, due);
    connection_->handle_timeout(now_);
    settle();
  }

  // An honest acknowledgment of all that was sent, so that inputs get somewhere.
  void acknowledge() {
    wire::TcpHeader header = read_header();
    header.flags = {.syn = !synchronized_, .ack = true};
    header.seq = synchronized_ ? wrap(last_ack_, kPeerIss) : kPeerIss;
    header.ack = wrap(next_, kIss);
    synchronized_ = true;
    connection_->handle_segment({header, {}, now_}, now_);
  }
  // Anything: each number relative to where the connection is.
  void arrive() {
    const std::uint8_t scale = in_.u8();
    const auto distance = [&](int shift) {
      const auto value = static_cast<std::int16_t>(in_.u16be());
      return ByteCount{std::int64_t{value} << (shift * 6)};
    };
    wire::TcpHeader header = read_header();
    header.flags = wire::TcpFlags::unpack(in_.u8());
    // The first SYN that is taken says where the peer's stream begins: always at the same number.
    const ByteCount ahead = distance(scale & 3);
    const bool opening = connection_->state() == State::SynSent;
    const StreamOffset seq = opening ? StreamOffset{0} : last_ack_ + ahead;
    header.seq = wrap(seq, kPeerIss);
    header.ack = wrap((scale & 64) != 0 ? next_ : next_ + distance(scale >> 2 & 3), kIss);
    for (int blocks = scale >> 4 & 3; blocks > 0; --blocks) {
      const StreamOffset left = next_ + distance(0);
      header.options.sack.push_back({wrap(left, kIss), wrap(left + distance(0), kIss)});
    }
    std::vector<std::uint8_t> payload((scale & 128) != 0 ? in_.u16be() % 3000 : 0);
    const StreamOffset data = header.flags.syn ? seq + ByteCount{1} : seq;
    for (std::size_t i = 0; i < payload.size(); ++i)
      payload[i] = coded(data + ByteCount{static_cast<std::int64_t>(i)});
    connection_->handle_segment({header, payload, now_}, now_);
  }
  // Window and options.
  wire::TcpHeader read_header() {
    wire::TcpHeader header;
    header.source_port = 2;
    header.destination_port = 1;
    header.window = in_.u16be();
    const std::uint8_t options = in_.u8();
    if ((options & 1) != 0) header.options.mss = in_.u16be();
    if ((options & 2) != 0) header.options.window_scale = in_.u8();
    header.options.sack_permitted = (options & 4) != 0;
    if ((options & 8) != 0) {
      clock_ += in_.u8();
      header.options.timestamps = wire::TcpTimestamps{clock_, own_clock_ - in_.u8()};
    }
    if ((options & 16) != 0) header.options.timestamps = wire::TcpTimestamps{in_.u32be(), 0};
    return header;
  }

  void settle() {
    int segments = 0;
    while (const auto segment = connection_->poll_segment(now_)) {
      CHECK(++segments < kMostSegmentsAtOnce);
      check(*segment);
    }
    while (connection_->poll_event()) {
    }
    CHECK(connection_->is_consistent());
    CHECK(connection_->next_timeout() > now_);
    const Snapshot snapshot = connection_->snapshot();
    CHECK(snapshot.bytes_in_flight >= ByteCount{0} && snapshot.pipe >= ByteCount{0});
    CHECK(snapshot.unread >= ByteCount{0} && snapshot.unread + snapshot.out_of_order <= kMostHeld);
  }

  void check(const OutgoingSegment& segment) {
    const wire::TcpHeader& header = segment.header;
    if (header.flags.rst) return;
    const StreamOffset begin = unwrap(header.seq, kIss, next_);
    CHECK(begin <= next_);
    CHECK(header.flags.syn == (begin == StreamOffset{0}));
    const auto size = ByteCount{static_cast<std::int64_t>(segment.payload_size())};
    StreamOffset at = header.flags.syn ? begin + ByteCount{1} : begin;
    CHECK(size == ByteCount{0} || at + size <= written_);
    for (const Bytes piece : {segment.payload_head, segment.payload_tail}) {
      for (const std::uint8_t byte : piece) {
        CHECK(byte == coded(at));
        at += ByteCount{1};
      }
    }
    next_ = std::max(next_, header.flags.fin ? at + ByteCount{1} : at);
    if (header.options.timestamps) own_clock_ = header.options.timestamps->value;
    if (!header.flags.ack) return;
    const StreamOffset ack = unwrap(header.ack, kPeerIss, last_ack_);
    CHECK(ack >= last_ack_);
    last_ack_ = ack;
  }

  // The largest buffer of make_config, and what rounding of scaled windows adds.
  static constexpr ByteCount kMostHeld{1'000'000 + (1 << 14)};

  ByteReader in_;
  Config config_;
  Instant now_ = Instant{} + 1s;
  std::optional<Connection> connection_;
  bool synchronized_ = false;
  StreamOffset written_{1};
  StreamOffset read_{1};
  // Of what it sent: one past the end, the last ACK, the last timestamp.
  StreamOffset next_;
  StreamOffset last_ack_;
  std::uint32_t own_clock_ = 0;
  std::uint32_t clock_ = 1000;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Fuzzed(ByteReader(Bytes(data, size))).run();
  return 0;
}
