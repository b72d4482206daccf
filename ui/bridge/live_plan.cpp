// The checks of live_plan.h, in the order of the fields.
#include "ui/bridge/live_plan.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include "base/quantity.h"
#include "live/client_session.h"

namespace inflight::ui {

namespace {

using Field = LiveRefusal::Field;

QString tr(const char* text) { return QCoreApplication::translate("LivePlan", text); }

std::unexpected<LiveRefusal> refuse(Field field, const QString& sentence) {
  return std::unexpected(LiveRefusal{field, sentence});
}

std::expected<live::Target, LiveRefusal> readTarget(const LiveRequest& request) {
  const QString text = request.target.trimmed();
  const QString key = request.key.trimmed();
  if (text.isEmpty()) {
    return refuse(Field::Target, tr("Where to? Give the inflight:// line that `inflight-cli serve` "
                                    "prints on the other machine."));
  }
  auto target = live::parse_target(text.toStdString());
  if (!target) {
    return refuse(Field::Target,
                  tr("The target %1").arg(QString::fromStdString(target.error().text)));
  }
  if (!key.isEmpty()) {
    const auto withKey = live::parse_target("x#" + key.toStdString());
    if (!withKey) {
      return refuse(Field::Key, tr("The peer's key '%1' is none: expected the 44 characters of "
                                   "base64 behind the # of the server's line.")
                                    .arg(key));
    }
    target->key = withKey->key;
  }
  if (!target->key) {
    return refuse(Field::Key, tr("The server's public key is missing: paste the whole inflight:// "
                                 "line that `inflight-cli serve` prints, or the key alone."));
  }
  return *target;
}

std::expected<live::TransferSettings, LiveRefusal> readSettings(const LiveRequest& request) {
  live::TransferSettings settings;
  const auto time = parse_duration(request.time.trimmed().toStdString());
  if (!time || *time < 1ms || *time > live::kMaxTransfer) {
    return refuse(
        Field::Time,
        tr("The time '%1': expected up to 60 s with its unit, such as 5s.").arg(request.time));
  }
  settings.duration = *time;
  for (const auto& [key, value] : request.settings) {
    const auto changed = live::with_setting(settings, key, value.toStdString());
    if (!changed) return refuse(Field::Setting, QString::fromStdString(changed.error().text));
    settings = *changed;
  }
  return settings;
}

LivePhase phaseOf(live::ClientPhase phase) {
  switch (phase) {
    case live::ClientPhase::Resolving:
      return LivePhase::Resolving;
    case live::ClientPhase::Handshake:
      return LivePhase::Handshake;
    case live::ClientPhase::Connecting:
      return LivePhase::Connecting;
    case live::ClientPhase::Measuring:
      return LivePhase::Measuring;
    case live::ClientPhase::Finishing:
      break;
  }
  return LivePhase::Finishing;
}

LiveLeg makeLeg(const LiveRequest& request, const live::Target& target,
                live::TransferSettings settings, LiveDirection direction) {
  settings.direction =
      direction == LiveDirection::Down ? live::Direction::Down : live::Direction::Up;
  const auto phase = std::make_shared<std::atomic<LivePhase>>(LivePhase::Resolving);
  const auto packets = std::make_shared<PacketLog>();
  LiveLeg leg{direction, {}, phase, packets};
  // The worker keeps the factory, and with it what the session writes to, longer than the session.
  leg.make = [target, settings, phase, packets, limit = request.answerLimit,
              program = request.program.toStdString()] {
    live::ClientConfig config;
    config.target = target;
    config.settings = settings;
    config.program = program;
    config.answer_limit = limit;
    config.on_phase = [phase](live::ClientPhase now) { *phase = phaseOf(now); };
    config.tap = packets.get();
    packets->setEpoch(config.clock.epoch());
    return live::make_client_session(std::move(config));
  };
  return leg;
}

}  // namespace

std::expected<LivePlan, LiveRefusal> planLive(const LiveRequest& request) {
  const auto target = readTarget(request);
  if (!target) return std::unexpected(target.error());
  const auto settings = readSettings(request);
  if (!settings) return std::unexpected(settings.error());
  LivePlan plan;
  plan.url = QString::fromStdString(live::to_url(*target));
  plan.server = QString::fromStdString(live::host_and_port(*target));
  plan.duration = settings->duration;
  for (const auto direction : {LiveDirection::Down, LiveDirection::Up}) {
    if (request.direction != LiveDirection::Both && request.direction != direction) continue;
    plan.legs.push_back(makeLeg(request, *target, *settings, direction));
  }
  return plan;
}

QString liveDefault(std::string_view key) {
  const auto json = QByteArray::fromStdString(live::to_json(live::TransferSettings{}));
  const auto dot = key.find('.');
  const auto part = [](std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
  };
  const auto group = QJsonDocument::fromJson(json).object().value(part(key.substr(0, dot)));
  return dot == key.npos ? group.toString()
                         : group.toObject().value(part(key.substr(dot + 1))).toString();
}

QString refuseLiveSetting(std::string_view key, const QString& value) {
  const auto changed =
      live::with_setting(live::TransferSettings{}, std::string(key), value.toStdString());
  return changed ? QString() : QString::fromStdString(changed.error().text);
}

bool canChangeLive(LiveDirection running, std::string_view key) {
  return live::acts_in_mid_run(
      key, running == LiveDirection::Up ? live::Direction::Up : live::Direction::Down);
}

}  // namespace inflight::ui
