#include "tcp/script.h"

#include <QRegularExpression>
#include <algorithm>
#include <array>

namespace inflight::testing {
namespace {

// What a peer's segment says, with the buffer that its payload lives in.
struct Parsed {
  wire::TcpHeader header;
  std::int64_t begin = 0;
  std::size_t size = 0;
  wire::Ecn ecn = wire::Ecn::NotEct;
};

void parse_option(const QString& text, SeqNum our_iss, wire::TcpOptions& options) {
  const QStringList words = text.split(' ');
  const auto number = [&](int i) { return words[i].toUInt(); };
  if (words[0] == "mss") {
    options.mss = static_cast<std::uint16_t>(number(1));
  } else if (words[0] == "wscale") {
    options.window_scale = static_cast<std::uint8_t>(number(1));
  } else if (words[0] == "sackOK") {
    options.sack_permitted = true;
  } else if (words[0] == "TS") {
    options.timestamps = wire::TcpTimestamps{number(2), number(4)};
  } else if (words[0] == "sack") {
    for (int i = 1; i < words.size(); ++i) {
      const QStringList edges = words[i].split(':');
      options.sack.push_back({our_iss + static_cast<std::uint32_t>(edges[0].toLongLong()),
                              our_iss + static_cast<std::uint32_t>(edges[1].toLongLong())});
    }
  } else {
    qFatal("unknown option %s", qPrintable(text));
  }
}

Parsed parse(const QString& text, SeqNum our_iss, int& window) {
  static const QRegularExpression form(R"(^(?:\[(ce|ect0)\] )?([SFRPUEW.]+) (\d+):(\d+)\((\d+)\))"
                                       R"((?: ack (\d+))?(?: win (\d+))?(?: <(.*)>)?$)");
  const auto match = form.match(text);
  if (!match.hasMatch()) qFatal("not a segment: %s", qPrintable(text));
  Parsed parsed;
  if (!match.captured(1).isEmpty())
    parsed.ecn = match.captured(1) == "ce" ? wire::Ecn::Ce : wire::Ecn::Ect0;
  const QString flags = match.captured(2);
  wire::TcpHeader& header = parsed.header;
  header.flags.syn = flags.contains('S');
  header.flags.fin = flags.contains('F');
  header.flags.rst = flags.contains('R');
  header.flags.psh = flags.contains('P');
  header.flags.urg = flags.contains('U');
  header.flags.ece = flags.contains('E');
  header.flags.cwr = flags.contains('W');
  header.flags.ack = flags.contains('.');
  parsed.begin = match.captured(3).toLongLong();
  parsed.size = match.captured(5).toULongLong();
  if (match.captured(4).toLongLong() - parsed.begin != static_cast<std::int64_t>(parsed.size))
    qFatal("the length does not fit: %s", qPrintable(text));
  header.seq = SeqNum{Script::kPeerIss} + static_cast<std::uint32_t>(parsed.begin);
  header.ack = header.flags.ack
                   ? our_iss + static_cast<std::uint32_t>(match.captured(6).toLongLong())
                   : SeqNum{};
  if (!match.captured(7).isEmpty()) window = match.captured(7).toInt();
  header.window = static_cast<std::uint16_t>(window);
  if (!match.captured(8).isEmpty()) {
    for (const QString& option : match.captured(8).split(','))
      parse_option(option, our_iss, header.options);
  }
  return parsed;
}

QString options_text(const wire::TcpOptions& options, bool syn, SeqNum peer_iss) {
  QStringList parts;
  if (syn && options.mss) parts << QString("mss %1").arg(*options.mss);
  if (options.sack_permitted) parts << "sackOK";
  if (syn && options.timestamps) parts << "TS";
  if (options.window_scale) parts << QString("wscale %1").arg(*options.window_scale);
  if (!options.sack.empty()) {
    QString sack = "sack";
    for (const wire::SackBlock& block : options.sack)
      sack += QString(" %1:%2").arg(block.left - peer_iss).arg(block.right - peer_iss);
    parts << sack;
  }
  return parts.isEmpty() ? QString() : " <" + parts.join(',') + ">";
}

std::vector<std::uint8_t> coded_bytes(std::int64_t offset, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = coded_byte(offset + static_cast<std::int64_t>(i));
  return bytes;
}

bool is_coded(std::int64_t offset, Bytes bytes) {
  for (const std::uint8_t byte : bytes) {
    if (byte != coded_byte(offset++)) return false;
  }
  return true;
}

}  // namespace

std::uint8_t coded_byte(std::int64_t offset) {
  return static_cast<std::uint8_t>((offset * 7 + (offset >> 8)) % 251);
}

tcp::Config script_config() {
  tcp::Config config;
  config.mss = ByteCount{1000};
  config.timestamps = false;
  config.congestion = congestion::Algorithm::NewReno;
  config.recovery = tcp::Recovery::Sack;
  config.rate_reduction = false;
  config.forward_rto = false;
  return config;
}

Script Script::connecting(const tcp::Config& config, std::uint32_t iss) {
  const Instant start = Instant{} + 100s;
  return {tcp::Connection::connect(config, {4000, 80}, SeqNum{iss}, start), iss, start};
}

Script Script::accepting(const tcp::Config& config, const QString& syn, std::uint32_t iss) {
  const Instant start = Instant{} + 100s;
  int window = 65535;
  const Parsed parsed = parse(syn, SeqNum{iss}, window);
  Script script(
      tcp::Connection::accept(config, {80, 4000}, SeqNum{iss}, {parsed.header, {}, start}, start),
      iss, start);
  script.window_ = window;
  script.peer_next_ = StreamOffset{1};
  return script;
}

Script Script::established(const tcp::Config& config, int window, const QString& options) {
  Script script = connecting(config);
  script.out();
  script.wait(100ms);
  script.in(QString("S. 0:0(0) ack 1 win %1 <mss 1000%2>")
                .arg(window)
                .arg(options.isEmpty() ? QString() : "," + options));
  script.out();
  script.events();
  return script;
}

void Script::in(const QString& segment) {
  const Parsed parsed = parse(segment, iss_, window_);
  const auto payload = coded_bytes(parsed.begin, parsed.size);
  connection_.handle_segment({parsed.header, payload, now_, parsed.ecn}, now_);
  if (!connection_.is_consistent()) qFatal("inconsistent after %s", qPrintable(segment));
}

std::optional<QString> Script::next() {
  const auto segment = connection_.poll_segment(now_);
  if (!connection_.is_consistent()) qFatal("inconsistent after sending");
  if (!segment) return std::nullopt;
  return describe(*segment);
}

QString Script::describe(const tcp::OutgoingSegment& segment) {
  const wire::TcpHeader& header = segment.header;
  last_header_ = header;
  if (header.flags.syn) shift_ = header.options.window_scale.value_or(0);
  const StreamOffset begin = unwrap(header.seq, iss_, sent_until_);
  const auto size = static_cast<std::int64_t>(segment.payload_size());
  sent_until_ = std::max(sent_until_, begin + ByteCount{size});
  const auto head = static_cast<std::int64_t>(segment.payload_head.size());
  if (!is_coded(begin.value(), segment.payload_head) ||
      !is_coded(begin.value() + head, segment.payload_tail))
    qFatal("a byte was altered");
  QString text;
  if (segment.ecn != wire::Ecn::NotEct) text += "[ect0] ";
  if (header.flags.syn) text += 'S';
  if (header.flags.fin) text += 'F';
  if (header.flags.rst) text += 'R';
  if (header.flags.psh) text += 'P';
  if (header.flags.ece) text += 'E';
  if (header.flags.cwr) text += 'W';
  if (header.flags.ack) text += '.';
  text += QString(" %1:%2(%3)").arg(begin.value()).arg(begin.value() + size).arg(size);
  if (header.flags.ack) {
    peer_next_ = unwrap(header.ack, SeqNum{kPeerIss}, peer_next_);
    text += QString(" ack %1").arg(peer_next_.value());
  }
  return text + options_text(header.options, header.flags.syn, SeqNum{kPeerIss});
}

QString Script::out() {
  QStringList segments;
  while (const auto segment = next()) segments << *segment;
  return segments.join("; ");
}

QString Script::out_during(Duration duration) {
  const Instant begin = now_;
  const Instant end = now_ + duration;
  QStringList segments;
  for (;;) {
    while (const auto segment = next()) {
      const double at = to_seconds(now_ - begin);
      segments << QString("+%1 %2").arg(at, 0, 'f', 3).arg(*segment);
    }
    const Instant due = connection_.next_timeout();
    if (due > end) break;
    now_ = std::max(now_, due);
    connection_.handle_timeout(now_);
  }
  now_ = end;
  return segments.join("; ");
}

int Script::write(int size) {
  const auto bytes = coded_bytes(written_ + 1, static_cast<std::size_t>(size));
  const auto taken = static_cast<int>(connection_.write(bytes));
  written_ += taken;
  return taken;
}

int Script::read(int size) {
  const auto wanted = std::min<std::int64_t>(size, connection_.unread().value());
  buffer_.resize(static_cast<std::size_t>(wanted));
  const std::size_t got = connection_.read(buffer_);
  if (!is_coded(read_ + 1, Bytes(buffer_).first(got))) qFatal("a wrong byte was read");
  read_ += static_cast<std::int64_t>(got);
  return static_cast<int>(got);
}

QString Script::events() {
  static constexpr std::array<const char*, 15> kNames = {
      "connected",        "retransmitted", "timed-out",     "unanswered",
      "recovery",         "recovered",     "undone",        "marked",
      "slow-start-ended", "zero-window",   "window-opened", "probe",
      "peer-closed",      "reset",         "closed"};
  QStringList names;
  while (const auto event = connection_.poll_event())
    names << kNames[static_cast<std::size_t>(event->kind)];
  return names.join(' ');
}

std::int64_t Script::last_window() const {
  return std::int64_t{last_header_.window} << (last_header_.flags.syn ? 0 : shift_);
}

QString Script::state() const {
  return QString::fromStdString(std::string(to_string(connection_.state())));
}

QString Script::end_reason() const {
  return QString::fromStdString(std::string(to_string(connection_.end_reason())));
}

QString Script::limit() const {
  static constexpr std::array<const char*, 9> kNames = {"none",     "handshake", "nothing",
                                                        "no-data",  "window",    "congestion",
                                                        "recovery", "nagle",     "pacing"};
  return kNames[static_cast<std::size_t>(connection_.limit())];
}

}  // namespace inflight::testing
