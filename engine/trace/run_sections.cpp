// Columns compress well when alike stands beside alike: times as differences, values as the bits
// that changed, all first bytes together, then all second ones.
#include "trace/run_sections.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "trace/run_fields.h"

namespace inflight::trace {
namespace {

constexpr std::size_t kSamplesPerSection = std::size_t{1} << 20;
constexpr std::size_t kSplitBytes = std::size_t{1} << 20;
constexpr std::int64_t kMaxTime = std::int64_t{1} << 60;

std::int64_t ns(Instant time) { return time.time_since_epoch().count(); }

void write(FieldWriter& out, Duration value) { out.i64(value.count()); }
void write(FieldWriter& out, Instant value) { out.i64(ns(value)); }
void write(FieldWriter& out, ByteCount value) { out.i64(value.value()); }
void write(FieldWriter& out, std::uint64_t value) { out.u64(value); }
void write(FieldWriter& out, const wire::Endpoint& endpoint) {
  out.u8(static_cast<std::uint8_t>(endpoint.address.bytes().size()));
  out.bytes(endpoint.address.bytes());
  out.varint(endpoint.port);
}

template <class T>
void write_optional(FieldWriter& out, const std::optional<T>& value) {
  out.optional(value, [&](const T& present) { write(out, present); });
}

Duration read_duration(FieldReader& in) {
  const std::int64_t count = in.i64();
  if (count > kMaxTime || count < -kMaxTime) in.fail();
  return Duration{in.ok() ? count : 0};
}

Instant read_instant(FieldReader& in) { return Instant{read_duration(in)}; }

wire::Endpoint read_endpoint(FieldReader& in) {
  const std::size_t size = in.u8();
  const Bytes bytes = in.bytes(size);
  const std::uint64_t port = in.varint();
  if (!in.ok() || (size != 4 && size != 16) || port > 0xffff) {
    in.fail();
    return {};
  }
  return {wire::IpAddress::from_bytes(bytes), static_cast<std::uint16_t>(port)};
}

std::optional<Duration> read_optional_duration(FieldReader& in) {
  return in.optional([&] { return read_duration(in); });
}

std::vector<std::uint8_t> encode_info(const TraceInfo& info) {
  FieldWriter out;
  out.text(info.title);
  out.u8(static_cast<std::uint8_t>(info.source));
  out.i64(info.started_unix_ns);
  out.text(info.producer);
  out.text(info.scenario_json);
  write_optional(out, info.seed);
  write_optional(out, info.sender);
  write_optional(out, info.receiver);
  write(out, info.mss);
  write_optional(out, info.base_rtt);
  write_optional(out, info.clock_uncertainty);
  out.varint(info.notes.size());
  for (const std::string& note : info.notes) out.text(note);
  return out.take();
}

bool decode_info(Bytes content, TraceInfo& info) {
  FieldReader in(content);
  info.title = in.text();
  const std::uint8_t source = in.u8();
  if (source > static_cast<std::uint8_t>(Source::Sockets)) return false;
  info.source = static_cast<Source>(source);
  info.started_unix_ns = in.i64();
  info.producer = in.text();
  info.scenario_json = in.text();
  info.seed = in.optional([&] { return in.u64(); });
  info.sender = in.optional([&] { return read_endpoint(in); });
  info.receiver = in.optional([&] { return read_endpoint(in); });
  info.mss = ByteCount{in.i64()};
  info.base_rtt = read_optional_duration(in);
  info.clock_uncertainty = read_optional_duration(in);
  const std::uint64_t notes = in.varint();
  info.notes.clear();
  for (std::uint64_t i = 0; i < notes && in.ok(); ++i) info.notes.push_back(in.text());
  return in.ok();
}

void encode_cross(FieldWriter& out, const std::vector<CrossFlow>& flows) {
  out.varint(flows.size());
  for (const CrossFlow& flow : flows) {
    write(out, flow.begin);
    write(out, flow.end);
    write(out, flow.bytes);
    write(out, flow.shared_bytes);
    out.i64(flow.retransmits);
    out.i64(flow.path_drops);
  }
}

void decode_cross(FieldReader& in, std::vector<CrossFlow>& flows) {
  const std::uint64_t count = in.varint();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    CrossFlow flow;
    flow.begin = read_instant(in);
    flow.end = read_instant(in);
    flow.bytes = ByteCount{in.i64()};
    flow.shared_bytes = ByteCount{in.i64()};
    flow.retransmits = in.i64();
    flow.path_drops = in.i64();
    flows.push_back(flow);
  }
}

std::vector<std::uint8_t> encode_summary(const RunSummary& summary, Instant end) {
  FieldWriter out;
  out.i64(summary.transfer.bytes.value());
  out.u8(summary.transfer.completed ? 1 : 0);
  write_optional(out, summary.transfer.completion);
  write_optional(out, summary.transfer.handshake);
  write_optional(out, summary.transfer.first_byte);
  const TcpSummary& tcp = summary.tcp;
  for (const std::int64_t count :
       {tcp.segments_sent, tcp.retransmits, tcp.rtos, tcp.fast_recoveries}) {
    out.i64(count);
  }
  write(out, tcp.max_cwnd);
  write_optional(out, tcp.min_rtt);
  write_optional(out, tcp.smoothed_rtt);
  out.text(to_string(tcp.slow_start_exit));
  write_optional(out, tcp.slow_start_exit_time);
  write(out, tcp.slow_start_exit_cwnd);
  out.i64(summary.queues.outbound_drops);
  out.i64(summary.queues.outbound_max_packets);
  write(out, summary.queues.outbound_blocked);
  out.i64(summary.queues.path_drops);
  write(out, summary.queues.path_max);
  out.u64(summary.trace_hash);
  write(out, end);
  out.i64(summary.queues.path_marks);
  encode_cross(out, summary.cross);
  return out.take();
}

bool decode_summary(Bytes content, Trace& trace) {
  FieldReader in(content);
  RunSummary& summary = trace.summary;
  summary.transfer.bytes = ByteCount{in.i64()};
  summary.transfer.completed = in.u8() != 0;
  summary.transfer.completion = read_optional_duration(in);
  summary.transfer.handshake = read_optional_duration(in);
  summary.transfer.first_byte = read_optional_duration(in);
  TcpSummary& tcp = summary.tcp;
  for (std::int64_t* count :
       {&tcp.segments_sent, &tcp.retransmits, &tcp.rtos, &tcp.fast_recoveries}) {
    *count = in.i64();
  }
  tcp.max_cwnd = ByteCount{in.i64()};
  tcp.min_rtt = read_optional_duration(in);
  tcp.smoothed_rtt = read_optional_duration(in);
  tcp.slow_start_exit = event_cause_by_name(in.text()).value_or(EventCause::None);
  tcp.slow_start_exit_time = in.optional([&] { return read_instant(in); });
  tcp.slow_start_exit_cwnd = ByteCount{in.i64()};
  summary.queues.outbound_drops = in.i64();
  summary.queues.outbound_max_packets = in.i64();
  summary.queues.outbound_blocked = read_duration(in);
  summary.queues.path_drops = in.i64();
  summary.queues.path_max = ByteCount{in.i64()};
  summary.trace_hash = in.u64();
  trace.extend(read_instant(in));
  // Files from before there were marks and other flows end here.
  if (in.remaining() == 0) return in.ok();
  summary.queues.path_marks = in.i64();
  decode_cross(in, summary.cross);
  return in.ok();
}

std::vector<std::uint8_t> encode_series(SeriesId id, const TimeSeries& series, std::size_t begin,
                                        std::size_t count) {
  FieldWriter out;
  out.text(info(id).name);
  out.varint(count);
  out.i64(ns(series[begin].time));
  for (std::size_t i = 1; i < count; ++i) {
    const Duration step = series[begin + i].time - series[begin + i - 1].time;
    out.varint(static_cast<std::uint64_t>(step.count()));
  }
  std::vector<std::uint64_t> changes(count);
  std::uint64_t previous = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint64_t>(series[begin + i].value);
    changes[i] = bits ^ std::exchange(previous, bits);
  }
  for (int plane = 0; plane < 8; ++plane) {
    for (const std::uint64_t change : changes)
      out.u8(static_cast<std::uint8_t>(change >> (8 * plane)));
  }
  return out.take();
}

void encode_event(FieldWriter& out, const Event& event) {
  write(out, event.time);
  out.text(to_string(event.kind));
  out.text(to_string(event.cause));
  out.i64(event.offset.value());
  write(out, event.length);
  out.f64(event.value);
  out.text(event.detail);
}

template <class Items, class Encode>
void encode_list(SectionKind kind, const Items& items, Encode encode, const SectionSink& emit) {
  FieldWriter out;
  for (const auto& item : items) {
    encode(out, item);
    if (out.size() >= kSplitBytes) emit(kind, out.take());
  }
  if (out.size() > 0) emit(kind, out.take());
}

}  // namespace

void encode_sections(const Trace& trace, const SectionSink& emit) {
  emit(SectionKind::Info, encode_info(trace.info));
  emit(SectionKind::Summary, encode_summary(trace.summary, trace.end()));
  for (const SeriesInfo& one : all_series()) {
    const TimeSeries& series = trace.series(one.id);
    for (std::size_t begin = 0; begin < series.size(); begin += kSamplesPerSection) {
      const std::size_t count = std::min(kSamplesPerSection, series.size() - begin);
      emit(SectionKind::Series, encode_series(one.id, series, begin, count));
    }
  }
  encode_list(SectionKind::Events, trace.events, encode_event, emit);
  encode_list(
      SectionKind::Limits, trace.limits.intervals(),
      [](FieldWriter& out, const LimitInterval& interval) {
        write(out, interval.begin);
        write(out, interval.end);
        out.text(to_string(interval.limit));
      },
      emit);
  emit(SectionKind::End, {});
}

bool SectionDecoder::decode(SectionKind kind, Bytes content) {
  switch (kind) {
    case SectionKind::Info:
      return decode_info(content, trace_.info);
    case SectionKind::Summary:
      return decode_summary(content, trace_);
    case SectionKind::Series:
      return decode_series(content);
    case SectionKind::Events:
      return decode_events(content);
    case SectionKind::Limits:
      return decode_limits(content);
    case SectionKind::End:
      break;
  }
  return true;
}

bool SectionDecoder::decode_series(Bytes content) {
  FieldReader in(content);
  const auto id = series_by_name(in.text());
  const std::uint64_t count = in.varint();
  if (!in.ok() || count == 0 || count > in.remaining() / 8) return false;
  samples_ += count;
  if (samples_ > kMaxSamples) return false;
  if (!id) return true;

  std::vector<std::int64_t> times(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t step = i == 0 ? 0 : in.varint();
    times[i] = i == 0 ? ns(read_instant(in)) : times[i - 1];
    if (!in.ok() || step > static_cast<std::uint64_t>(kMaxTime - times[i])) return false;
    times[i] += static_cast<std::int64_t>(step);
  }
  const Bytes planes = in.bytes(count * 8);
  TimeSeries& series = trace_.series(*id);
  if (!in.ok() || (!series.empty() && times[0] < ns(series.back().time))) return false;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t plane = 0; plane < 8; ++plane) {
      bits ^= static_cast<std::uint64_t>(planes[plane * count + i]) << (8 * plane);
    }
    const auto value = std::bit_cast<double>(bits);
    if (std::isnan(value)) return false;
    series.append(Instant{Duration{times[i]}}, value);
  }
  return true;
}

bool SectionDecoder::decode_events(Bytes content) {
  FieldReader in(content);
  while (in.ok() && in.remaining() > 0) {
    Event event;
    event.time = read_instant(in);
    const auto kind = event_kind_by_name(in.text());
    event.cause = event_cause_by_name(in.text()).value_or(EventCause::None);
    event.offset = StreamOffset{in.i64()};
    event.length = ByteCount{in.i64()};
    event.value = in.f64();
    event.detail = in.text();
    const bool late = !trace_.events.empty() && event.time < trace_.events.back().time;
    if (!in.ok() || late || trace_.events.size() == kMaxEvents) return false;
    if (kind) {
      event.kind = *kind;
      trace_.events.push_back(std::move(event));
    }
  }
  return in.ok();
}

bool SectionDecoder::decode_limits(Bytes content) {
  FieldReader in(content);
  while (in.ok() && in.remaining() > 0) {
    const Instant begin = read_instant(in);
    const Instant end = read_instant(in);
    const auto limit = limit_by_name(in.text());
    const auto before = trace_.limits.intervals();
    if (!in.ok() || end < begin || (!before.empty() && begin != before.back().end)) return false;
    trace_.limits.change(begin, limit.value_or(Limit::Unknown));
    trace_.limits.extend(end);
  }
  return in.ok();
}

}  // namespace inflight::trace
