// Inside of the settings table: each row is a setting's description together with the place of its
// value in a Scenario, so that a key cannot be described without being settable, or the other way
// round. Everybody but settings*.cpp sees settings.h only. Bounds say what the engine stands
// behind, not what is wise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "lab/scenario.h"
#include "lab/settings.h"

namespace inflight::lab {

// Where a value of type T stands in a scenario.
template <class T>
struct Place {
  const T& (*in)(const Scenario&) = nullptr;
  T& (*in_mutable)(Scenario&) = nullptr;
};

// A value that is an enumeration, by its index in SettingInfo::choices.
struct ChoicePlace {
  std::size_t (*index)(const Scenario&) = nullptr;
  void (*assign)(Scenario&, std::size_t index) = nullptr;
};

// path.distance: path.rtt seen as kilometres of fibre.
struct DistancePlace {};

using AnyPlace =
    std::variant<Place<DataRate>, Place<std::optional<DataRate>>, Place<Duration>,
                 Place<std::optional<Duration>>, Place<ByteCount>, Place<std::optional<ByteCount>>,
                 Place<std::int64_t>, Place<std::optional<std::int64_t>>, Place<std::uint64_t>,
                 Place<double>, Place<bool>, Place<BurstLoss>, Place<Schedule>, ChoicePlace,
                 DistancePlace>;

struct SettingRow {
  SettingInfo info;
  AnyPlace place;
};

inline constexpr std::string_view kLowestRate = "1kbit";
inline constexpr std::string_view kHighestRate = "100Gbit";

// Choices of the sender and of other flows alike, in the order of their enumerations.
inline constexpr std::array<std::string_view, 3> kAlgorithms{"newreno", "cubic", "bbr"};
inline constexpr std::array<std::string_view, 4> kHystarts{"off", "linux", "gvisor", "plusplus"};

// The place of a member of one of the scenario's groups.
template <auto Group, auto Member>
constexpr auto in_group() {
  using T = std::remove_cvref_t<decltype((std::declval<Scenario>().*Group).*Member)>;
  return Place<T>{[](const Scenario& s) -> const T& { return (s.*Group).*Member; },
                  [](Scenario& s) -> T& { return (s.*Group).*Member; }};
}

// The place of a member of the scenario itself.
template <auto Member>
constexpr auto in_scenario() {
  using T = std::remove_cvref_t<decltype(std::declval<Scenario>().*Member)>;
  return Place<T>{[](const Scenario& s) -> const T& { return s.*Member; },
                  [](Scenario& s) -> T& { return s.*Member; }};
}

// The same for an enumeration (or bool) whose choices are listed in the order of its values.
template <auto Group, auto Member>
constexpr ChoicePlace choice_in_group() {
  using T = std::remove_cvref_t<decltype((std::declval<Scenario>().*Group).*Member)>;
  return {[](const Scenario& s) { return static_cast<std::size_t>((s.*Group).*Member); },
          [](Scenario& s, std::size_t index) { (s.*Group).*Member = static_cast<T>(index); }};
}

// The rows by group, each in the order in which it is described and shown.
std::span<const SettingRow> path_rows();
std::span<const SettingRow> cross_rows();
std::span<const SettingRow> sender_rows();
std::span<const SettingRow> receiver_rows();
std::span<const SettingRow> tunnel_rows();
std::span<const SettingRow> tcp_rows();
std::span<const SettingRow> workload_rows();
std::span<const SettingRow> run_rows();

}  // namespace inflight::lab
