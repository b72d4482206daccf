// Looking up keys in the run's JSON.
#include "diagnosis/settings.h"

#include <nlohmann/json.hpp>

#include "base/quantity.h"

namespace inflight::diagnosis {
namespace {

using nlohmann::json;

// The value's text under "group.key" or group: {key}; nothing if there is none.
std::optional<std::string> find_text(const json& root, const std::string& group,
                                     const std::string& key) {
  const json* value = nullptr;
  if (const auto dotted = root.find(group + '.' + key); dotted != root.end()) {
    value = &*dotted;
  } else if (const auto part = root.find(group); part != root.end() && part->is_object()) {
    if (const auto inner = part->find(key); inner != part->end()) value = &*inner;
  }
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  if (value->is_boolean()) return value->get<bool>() ? "on" : "off";
  return std::nullopt;
}

template <class T>
std::optional<T> known(const std::optional<std::string>& text,
                       Quantity<T> (*parse)(std::string_view)) {
  if (!text) return std::nullopt;
  const auto value = parse(*text);
  return value ? std::optional(*value) : std::nullopt;
}

}  // namespace

Settings read_settings(const trace::TraceInfo& info) {
  const json root = json::parse(info.scenario_json, nullptr, false);
  if (!root.is_object()) return {};
  Settings settings;
  settings.send_buffer = known(find_text(root, "sender", "send_buffer"), &parse_bytes);
  settings.receive_buffer = known(find_text(root, "receiver", "receive_buffer"), &parse_bytes);
  settings.window_share = known(find_text(root, "receiver", "window_share"), &parse_share);
  if (const auto scaling = find_text(root, "tcp", "window_scaling")) {
    settings.window_scaling = *scaling == "on";
  }
  settings.hystart = find_text(root, "sender", "hystart");
  settings.outbound_policy = find_text(root, "outbound_queue", "policy");
  settings.discipline = find_text(root, "path", "discipline");
  settings.policer = known(find_text(root, "path", "policer"), &parse_rate);
  settings.workload = find_text(root, "workload", "kind");
  return settings;
}

}  // namespace inflight::diagnosis
