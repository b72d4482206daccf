// From what a person typed to the runs of a measurement: a request in text form is checked in one
// place, and becomes one leg a direction, each ready for a RunController. What is wrong comes back
// as a sentence and the field it is about.
#pragma once

#include <QString>
#include <atomic>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "ui/bridge/packet_log.h"
#include "ui/bridge/run_worker.h"

namespace inflight::ui {

enum class LiveDirection : std::uint8_t { Down, Up, Both };

// What a run is about at this moment; each before Measuring has the request's answer limit.
enum class LivePhase : std::uint8_t { Resolving, Handshake, Connecting, Measuring, Finishing };

// Keys and values in the text form of --set.
using LiveSettings = std::map<std::string, QString, std::less<>>;

struct LiveRequest {
  // "inflight://HOST:PORT#KEY", or HOST:PORT with the key beside it.
  QString target;
  // Base64; empty where the target has it.
  QString key;
  LiveDirection direction = LiveDirection::Down;
  QString time = QStringLiteral("5s");
  // Those that are not as liveDefault() says.
  LiveSettings settings;
  // How long each answer before the transfer may take.
  Duration answerLimit = 5s;
  // Of the program, for the run's file: "inflight 0.1.0".
  QString program = QStringLiteral("inflight");
};

struct LiveRefusal {
  enum class Field : std::uint8_t { Target, Key, Time, Setting };
  Field field = Field::Target;
  QString sentence;
};

struct LiveLeg {
  // Down or Up.
  LiveDirection direction = LiveDirection::Down;
  SessionFactory make;
  // Written by the engine thread.
  std::shared_ptr<const std::atomic<LivePhase>> phase;
  // To be read once the run has ended.
  std::shared_ptr<const PacketLog> packets;
};

struct LivePlan {
  // Of the server: whole, and without its key.
  QString url;
  QString server;
  Duration duration{};
  // In the order in which they run.
  std::vector<LiveLeg> legs;
};

std::expected<LivePlan, LiveRefusal> planLive(const LiveRequest& request);

// What a setting is unless the request says otherwise; the key must be one of a measurement's.
QString liveDefault(std::string_view key);
// Why this value cannot be; empty if it can.
QString refuseLiveSetting(std::string_view key, const QString& value);
// During a run of this direction (Down or Up): only our own end's connection can be changed.
bool canChangeLive(LiveDirection running, std::string_view key);

}  // namespace inflight::ui
