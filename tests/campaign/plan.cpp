// Drawing a plan. Sizes and rates are drawn evenly over their logarithm: small ones are as likely
// as large ones.
#include "campaign/plan.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace inflight::campaign {
namespace {

// Longest time of bad weather, and of an application that takes its time.
constexpr Duration kChaos = 20s;
constexpr double kSlowSeconds = 15;
// The most segments in one stream: a seed costs milliseconds.
constexpr std::int64_t kMaxSegments = 250;
constexpr std::int64_t kMaxChunks = 1000;
// Outlasts the longest backed-off timer that chaos can have left behind.
constexpr Duration kLongestWait = 300s;

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  bool chance(double p) { return random_.chance(p); }
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(bound)));
  }
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
  double share(double most) { return random_.uniform() * most; }
  // Evenly over the logarithm.
  double scaled(double low, double high) { return low * std::pow(high / low, random_.uniform()); }
  ByteCount bytes(double low, double high) {
    return ByteCount{static_cast<std::int64_t>(scaled(low, high))};
  }
  Duration seconds(double low, double high) { return from_seconds(scaled(low, high)); }
  template <class Enum>
  Enum one_of(int count) {
    return static_cast<Enum>(below(count));
  }

 private:
  Random random_;
};

// What a seed has at all.
struct Features {
  bool loss, bursts, reordering, duplication, corruption, jitter, outage, small_mtu, tight_queue,
      changes, asymmetry, slow_reader, trickle, answers, aborts, gives_up, attack, reconfigures,
      marks, policer, tuning, keeps_alive, hurries;
};

Features draw_features(Draw& draw) {
  Features features{};
  for (bool* feature :
       {&features.loss,        &features.bursts,  &features.reordering, &features.duplication,
        &features.corruption,  &features.jitter,  &features.outage,     &features.small_mtu,
        &features.tight_queue, &features.changes, &features.asymmetry,  &features.slow_reader,
        &features.trickle,     &features.answers, &features.attack,     &features.reconfigures,
        &features.marks,       &features.policer, &features.tuning,     &features.keeps_alive}) {
    *feature = draw.chance(0.4);
  }
  features.aborts = draw.chance(0.15);
  features.gives_up = draw.chance(0.1);
  features.hurries = draw.chance(0.1);
  return features;
}

Weather draw_weather(Draw& draw, const Features& features) {
  Weather weather;
  path::PathConfig& path = weather.path;
  path.rate = DataRate::bits_per_second(static_cast<std::int64_t>(draw.scaled(3e5, 1e9)));
  path.delay = draw.seconds(50e-6, 0.2);
  path.queue.discipline = draw.one_of<path::Discipline>(3);
  path.queue.room = features.tight_queue ? draw.bytes(3'000, 30'000) : draw.bytes(30'000, 1e6);
  if (features.marks) path.queue.mark_threshold = path.queue.room / 4;
  if (features.policer && draw.chance(0.5)) {
    path.policer = {
        .rate = DataRate::bits_per_second(static_cast<std::int64_t>(draw.scaled(3e5, 1e8))),
        .burst = draw.bytes(9'000, 200'000)};
  }
  path.mtu = ByteCount{9000};
  if (features.jitter) path.jitter = path.delay * draw.between(0, 100) / 100;
  if (features.loss) path.loss = draw.chance(0.8) ? draw.share(0.05) : draw.share(0.3);
  if (features.bursts) {
    path.burst_share = draw.share(0.02);
    path.burst_mean_packets = draw.scaled(1, 20);
  }
  if (features.reordering) {
    path.reorder = draw.share(0.2);
    path.reorder_delay = draw.seconds(1e-4, 0.1);
  }
  if (features.duplication) path.duplicate = draw.share(0.1);
  if (features.corruption) weather.corruption = draw.share(0.05);
  if (features.small_mtu && draw.chance(0.3)) path.mtu = draw.bytes(300, 1500);
  if (features.outage && draw.chance(0.3)) path.outage = true;
  return weather;
}

std::vector<WeatherChange> draw_weather_changes(Draw& draw, const Features& features) {
  std::vector<WeatherChange> changes;
  const std::int64_t count = features.changes || features.outage ? draw.between(2, 6) : 1;
  std::vector<Duration> times{Duration{}};
  for (std::int64_t i = 1; i < count; ++i) times.push_back(draw.seconds(0.01, to_seconds(kChaos)));
  std::ranges::sort(times);
  for (const Duration at : times) {
    const Weather there = draw_weather(draw, features);
    changes.push_back({at, there, features.asymmetry ? draw_weather(draw, features) : there});
  }
  Weather healed;
  healed.path.delay = 10ms;
  healed.path.mtu = ByteCount{9000};
  changes.push_back({draw.seconds(0.5, to_seconds(kChaos)) + times.back(), healed, healed});
  return changes;
}

// What BSD does otherwise, as far as an honest peer may meet it.
void adopt_bsd_habits(tcp::Config& config) {
  config.time_wait_ignores_syns = true;
  config.ignores_fin_of_syn = true;
  config.acks_repeat_fin = true;
  config.cwr_on_retransmissions = true;
  config.rto_slop = 200ms;
  config.syn_retries_with_options = 2;
}

tcp::Config draw_config(Draw& draw, const Features& features) {
  tcp::Config config;
  config.send_buffer = draw.bytes(2'000, 1e6);
  config.receive_buffer = draw.bytes(2'000, 1e6);
  if (features.tuning) {
    config.send_auto_tuning = draw.chance(0.7);
    config.receive_auto_tuning = draw.chance(0.7);
    config.send_buffer_max = config.send_buffer * draw.between(1, 8);
    config.receive_buffer_max = config.receive_buffer * draw.between(1, 8);
  }
  config.window_share = draw.chance(0.3) ? 0.5 : 1;
  config.mss = draw.chance(0.5) ? ByteCount{1460} : draw.bytes(100, 8'900);
  config.window_scaling = draw.chance(0.7);
  config.timestamps = draw.chance(0.6);
  config.sack = draw.chance(0.75);
  config.delayed_ack = draw.chance(0.7);
  config.ack_delay = draw.seconds(1e-3, 0.5);
  config.initial_rto = draw.seconds(0.5, 3);
  config.min_rto = draw.chance(0.5) ? 200ms : draw.seconds(5e-3, 1);
  config.ecn = features.marks && draw.chance(0.8);
  if (features.gives_up) config.max_retries = static_cast<int>(draw.between(1, 4));
  if (features.hurries) config.user_timeout = draw.seconds(1, 30);
  if (features.keeps_alive && draw.chance(0.7)) {
    config.keep_alive = true;
    config.keep_alive_idle = draw.seconds(0.2, 20);
    // Without hurry it outlasts all bad weather.
    config.keep_alive_probes = static_cast<int>(features.hurries ? draw.between(1, 4) : 9);
    config.keep_alive_interval = features.hurries ? draw.seconds(0.2, 5) : 2 * kChaos / 9 + 2s;
  }
  if (features.small_mtu) config.mtu_probing = draw.one_of<tcp::MtuProbing>(3);
  config.nagle = draw.one_of<tcp::Nagle>(3);
  config.quick_acks = static_cast<int>(draw.chance(0.5) ? 0 : draw.between(1, 16));
  config.time_wait = draw.seconds(0.1, 60);
  config.congestion = draw.one_of<congestion::Algorithm>(3);
  config.hystart = draw.one_of<congestion::HystartKind>(4);
  config.recovery = draw.one_of<tcp::Recovery>(3);
  config.rate_reduction = draw.chance(0.7);
  config.forward_rto = draw.chance(0.7);
  config.undo = draw.chance(0.7);
  config.pacing = draw.chance(0.3);
  config.initial_window = draw.between(1, 20);
  config.slow_start_limit = static_cast<int>(draw.chance(0.7) ? 0 : draw.between(1, 8));
  config.idle_restart = draw.chance(0.6);
  config.window_validation = draw.chance(0.3);
  if (draw.chance(0.15)) adopt_bsd_habits(config);
  return config;
}

Behaviour draw_behaviour(Draw& draw, const Features& features, ByteCount mss) {
  Behaviour behaviour;
  const std::int64_t segments = static_cast<std::int64_t>(draw.scaled(1, kMaxSegments));
  behaviour.total =
      draw.chance(0.1) ? ByteCount{} : ByteCount{draw.between(1, segments * mss.value())};
  behaviour.write_chunk = ByteCount{1 << 20};
  behaviour.read_chunk = ByteCount{1 << 20};
  if (features.trickle && draw.chance(0.7)) {
    behaviour.write_chunk = draw.bytes(1, 5'000);
    behaviour.total = std::min(behaviour.total, kMaxChunks * behaviour.write_chunk);
    const auto chunks = static_cast<double>(behaviour.total / behaviour.write_chunk + 1);
    behaviour.write_pause = draw.seconds(1e-3, std::clamp(kSlowSeconds / chunks, 2e-3, 3.0));
  }
  if (features.slow_reader && draw.chance(0.7)) {
    behaviour.read_chunk = draw.bytes(500, 100'000);
    behaviour.read_pause = draw.seconds(1e-3, 0.5);
  }
  if (features.aborts && draw.chance(0.7)) behaviour.aborts_at = draw.seconds(0.05, 30);
  return behaviour;
}

FlowPlan draw_flow(Draw& draw, const Features& features) {
  FlowPlan flow;
  flow.opens_at = draw.chance(0.7) ? Duration{} : draw.seconds(0.01, 5);
  flow.client_config = draw_config(draw, features);
  flow.server_config = draw_config(draw, features);
  const ByteCount mss = std::min(flow.client_config.mss, flow.server_config.mss);
  flow.client = draw_behaviour(draw, features, mss);
  flow.server = draw_behaviour(draw, features, mss);
  flow.server.answers = features.answers;
  for (std::int64_t n = features.reconfigures ? draw.between(1, 3) : 0; n > 0; --n) {
    flow.changes.push_back(
        {draw.seconds(0.01, to_seconds(kChaos)), draw.chance(0.5), draw_config(draw, features)});
  }
  std::ranges::sort(flow.changes, {}, &SettingsChange::at);
  flow.may_be_reset = features.gives_up || features.hurries || flow.client.aborts_at.has_value() ||
                      flow.server.aborts_at.has_value();
  return flow;
}

// What the slowest of a stream's buffers makes of a healed path, a wait for each round.
double seconds_needed(const FlowPlan& flow, const Behaviour& writer, const Behaviour& reader) {
  double window = 1e9;
  double wait = 0.1;
  const auto include = [&](const tcp::Config& config) {
    const double share = config.window_share * static_cast<double>(config.receive_buffer.value());
    window = std::min({window, share, static_cast<double>(config.send_buffer.value())});
    wait = std::max({wait, to_seconds(config.ack_delay), to_seconds(config.min_rto)});
  };
  include(flow.client_config);
  include(flow.server_config);
  for (const SettingsChange& change : flow.changes) include(change.config);
  const auto total = static_cast<double>(writer.total.value());
  return total / (window / 2) * 2 * wait +
         total / static_cast<double>(writer.write_chunk.value()) * to_seconds(writer.write_pause) +
         total / static_cast<double>(reader.read_chunk.value()) * to_seconds(reader.read_pause);
}

}  // namespace

Plan draw_plan(std::uint64_t seed) {
  Draw draw(seed);
  const Features features = draw_features(draw);
  Plan plan;
  plan.seed = seed;
  plan.ipv6 = draw.chance(0.3);
  plan.weather = draw_weather_changes(draw, features);
  const std::int64_t flows = draw.chance(0.75) ? 1 : draw.between(2, 4);
  double slowest = 0;
  for (std::int64_t i = 0; i < flows; ++i) {
    const FlowPlan& flow = plan.flows.emplace_back(draw_flow(draw, features));
    slowest = std::max(slowest, seconds_needed(flow, flow.client, flow.server) +
                                    seconds_needed(flow, flow.server, flow.client));
  }
  if (features.attack) plan.attack_every = draw.seconds(5e-3, 0.5);
  plan.over_by = plan.healed_at() + kLongestWait + from_seconds(slowest);
  return plan;
}

}  // namespace inflight::campaign
