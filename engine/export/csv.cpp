// A merge of the chosen series by time.
#include "export/csv.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "trace/derived.h"

namespace inflight::exporting {
namespace {

using trace::SeriesId;
using trace::TimeSeries;
using trace::Trace;

constexpr std::size_t kPieceSize = 32768;
// Against an interval so short that the rate rows would never end.
constexpr std::int64_t kMostRateRows = 10'000'000;

struct RateColumn {
  SeriesId counter;
  std::string_view name;
};
constexpr std::array kRateColumns{RateColumn{SeriesId::ReadBytes, "throughput_mbits"},
                                  RateColumn{SeriesId::SentBytes, "sent_mbits"},
                                  RateColumn{SeriesId::WireBytes, "wire_mbits"}};

// Exact nanoseconds as seconds: "-0.000000001".
void append_time(std::string& line, Instant time) {
  const std::int64_t ns = time.time_since_epoch().count();
  const std::uint64_t magnitude =
      ns < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  std::string fraction = std::to_string(magnitude % 1'000'000'000);
  if (ns < 0) line += '-';
  line += std::to_string(magnitude / 1'000'000'000);
  line += '.';
  line.append(9 - fraction.size(), '0');
  line += fraction;
}

// The shortest text that parses back to the same value, never in powers of ten.
void append_value(std::string& line, double value) {
  std::array<char, 400> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  line.append(buffer.data(), end.ptr);
}

void append_rate(std::string& line, double bits_per_second) {
  std::array<char, 400> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 bits_per_second * 1e-6, std::chars_format::fixed, 6);
  line.append(buffer.data(), end.ptr);
}

class Table {
 public:
  Table(const Trace& trace, const CsvOptions& options, const TextSink& out,
        const trace::KeepGoing& keep_going)
      : trace_(trace), options_(options), out_(out), keep_going_(keep_going) {
    for (const trace::SeriesInfo& one : trace::all_series()) {
      if (options.series.empty() && trace.has(one.id)) add(one.id);
    }
    for (const SeriesId id : options.series) add(id);
    if (options.rate_interval <= Duration::zero()) return;
    interval_ = std::max(options.rate_interval, last_time() / kMostRateRows);
    for (const RateColumn& rate : kRateColumns) {
      if (trace.has(rate.counter)) rates_.push_back(rate);
    }
    if (!rates_.empty()) next_rate_ = first_rate_time();
  }

  bool write() {
    header();
    for (Instant time = next_time(); time != kNever && time <= options_.end; time = next_time()) {
      row(time);
      if (text_.size() < kPieceSize) continue;
      out_(text_);
      text_.clear();
      if (keep_going_ && !keep_going_(share_until(time))) return false;
    }
    out_(text_);
    return true;
  }

 private:
  struct Cursor {
    SeriesId id;
    const TimeSeries& series;
    std::size_t next;
  };

  void add(SeriesId id) {
    const TimeSeries& series = trace_.series(id);
    cursors_.push_back({id, series, series.lower_bound(options_.begin)});
  }

  Duration last_time() const { return std::max(trace_.end().time_since_epoch(), Duration::zero()); }

  // The first multiple of the interval, not 0, in the chosen range.
  Instant first_rate_time() const {
    const Duration begin = std::max(options_.begin.time_since_epoch(), Duration{1});
    if (begin > last_time()) return kNever;
    return Instant{(begin + interval_ - Duration{1}) / interval_ * interval_};
  }

  Instant next_time() const {
    Instant time = next_rate_ > trace_.end() ? kNever : next_rate_;
    for (const Cursor& cursor : cursors_) {
      if (cursor.next < cursor.series.size()) {
        time = std::min(time, cursor.series[cursor.next].time);
      }
    }
    return time;
  }

  void header() {
    text_ = "time_seconds";
    for (const Cursor& cursor : cursors_) text_ += ',' + csv_column(cursor.id);
    for (const RateColumn& rate : rates_) text_.append(1, ',').append(rate.name);
    text_ += '\n';
  }

  void row(Instant time) {
    append_time(text_, time);
    for (Cursor& cursor : cursors_) {
      text_ += ',';
      if (cursor.next < cursor.series.size() && cursor.series[cursor.next].time == time) {
        append_value(text_, cursor.series[cursor.next++].value);
      }
    }
    for (const RateColumn& rate : rates_) {
      text_ += ',';
      if (time != next_rate_) continue;
      append_rate(text_, trace::mean_rate(trace_.series(rate.counter), time, interval_));
    }
    text_ += '\n';
    if (time == next_rate_) next_rate_ += interval_;
  }

  double share_until(Instant time) const {
    const Instant begin = std::max(options_.begin, Instant{});
    const double whole = to_seconds(std::min(options_.end, trace_.end()) - begin);
    return whole > 0 ? std::clamp(to_seconds(time - begin) / whole, 0.0, 1.0) : 1;
  }

  const Trace& trace_;
  const CsvOptions& options_;
  const TextSink& out_;
  const trace::KeepGoing& keep_going_;
  std::vector<Cursor> cursors_;
  std::vector<RateColumn> rates_;
  Duration interval_{};
  Instant next_rate_ = kNever;
  std::string text_;
};

}  // namespace

std::string csv_column(SeriesId series) {
  const trace::SeriesInfo& info = trace::info(series);
  std::string name(info.name);
  const std::string_view unit = trace::to_string(info.unit);
  return name.find(unit) != std::string::npos ? name : name + '_' + std::string(unit);
}

bool write_csv(const Trace& trace, const CsvOptions& options, const TextSink& out,
               const trace::KeepGoing& keep_going) {
  return Table(trace, options, out, keep_going).write();
}

std::expected<void, trace::FileError> save_csv(const Trace& trace, const CsvOptions& options,
                                               const std::filesystem::path& path,
                                               const trace::KeepGoing& keep_going) {
  auto file = trace::AtomicFile::create(path);
  if (!file) return std::unexpected(file.error());
  const auto out = [&](std::string_view text) { file->write(text); };
  if (!write_csv(trace, options, out, keep_going)) {
    return std::unexpected(trace::FileError{"Writing " + path.string() + " was cancelled."});
  }
  return file->commit();
}

}  // namespace inflight::exporting
