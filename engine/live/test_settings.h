// What a person may set for a measurement of a real path, and its JSON form, which both ends
// exchange and the trace carries. Keys and units are those of a scenario, grouped alike, so that
// diagnosis and the window read both the same way.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/units.h"
#include "congestion/controller.h"
#include "tcp/config.h"

namespace inflight::live {

enum class Direction : std::uint8_t {
  // The server sends.
  Down,
  // The client sends.
  Up,
};
std::string_view to_string(Direction direction);

inline constexpr Duration kMaxTransfer = 60s;
// What a peer may ask a server to set aside for it, for each buffer.
inline constexpr ByteCount kMaxBuffer{64 * 1024 * 1024};

struct TransferSettings {
  Direction direction = Direction::Down;
  // More than 0, at most kMaxTransfer.
  Duration duration = 5s;
  ByteCount send_buffer{4 * 1024 * 1024};
  ByteCount receive_buffer{4 * 1024 * 1024};
  congestion::Algorithm congestion = congestion::Algorithm::Cubic;
  congestion::HystartKind hystart = congestion::HystartKind::Linux;
  // In segments.
  std::int64_t initial_window = 10;
  tcp::Recovery recovery = tcp::Recovery::Rack;
  bool rate_reduction = true;
  bool forward_rto = true;
  bool undo = true;
  bool pacing = false;
  bool delayed_ack = true;
  bool ecn = false;
  // Of the packets inside the tunnel.
  ByteCount mtu{1280};
};

// What was wrong, as a sentence that names the key.
struct SettingsError {
  std::string text;
};

// One line of JSON.
std::string to_json(const TransferSettings& settings);
// Keys that are absent keep their defaults, unknown ones are ignored (a newer peer's); wrong types
// and values out of range are errors.
std::expected<TransferSettings, SettingsError> parse_settings(std::string_view json);
// The settings with one key ("sender.send_buffer") changed; unknown keys are errors here.
std::expected<TransferSettings, SettingsError> with_setting(const TransferSettings& settings,
                                                            const std::string& key,
                                                            const std::string& value);

// The key acts on a connection that goes on, at the end that sends or receives where this direction
// is ours to change.
bool acts_in_mid_run(std::string_view key, Direction direction);

// For one end's connection; `ipv6` of the inner packets.
tcp::Config tcp_config(const TransferSettings& settings, bool ipv6);
// For a control connection: small buffers, segments that fit every tunnel.
tcp::Config control_tcp_config();

}  // namespace inflight::live
