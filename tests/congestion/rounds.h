// Feeds rounds of RTT samples to a slow-start exit rule and tells where it acted.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "congestion/controller.h"
#include "congestion/hystart.h"

namespace inflight::testing {

// "60*10 | 68 69.5": rounds of samples in milliseconds.
using Rounds = std::vector<std::vector<Duration>>;

inline Rounds parse_rounds(const QString& text) {
  Rounds rounds;
  for (const QString& round : text.split('|')) {
    rounds.emplace_back();
    for (const QString& item : round.split(' ', Qt::SkipEmptyParts)) {
      const QStringList parts = item.split('*');
      const auto count = parts.size() > 1 ? parts[1].toUInt() : 1U;
      rounds.back().insert(rounds.back().end(), count, from_seconds(parts[0].toDouble() / 1000));
    }
  }
  return rounds;
}

// Makes the ACKs of a large window: the first of each round lies just beyond the round's end.
class AckMaker {
 public:
  congestion::SlowStartAck first_of_round(Duration rtt) {
    una_ = end_ + ByteCount{1};
    end_ = una_ + ByteCount{100'000};
    return next(rtt);
  }
  congestion::SlowStartAck next(Duration rtt) {
    una_ += ByteCount{1};
    return {.rtt = rtt, .snd_una = una_, .snd_nxt = end_, .cwnd_segments = 1000};
  }

 private:
  StreamOffset una_;
  StreamOffset end_;
};

// Each ACK 3 ms after the one before, so that no train forms. `act` is given each ACK and its
// arrival and says what happened, if anything did. Result: "what@round:index ...", counted from 0.
template <class Act>
QString run_rounds(const Rounds& rounds, Act act) {
  AckMaker acks;
  Instant now{};
  QStringList events;
  for (std::size_t round = 0; round < rounds.size(); ++round) {
    for (std::size_t i = 0; i < rounds[round].size(); ++i) {
      now += 3ms;
      const Duration rtt = rounds[round][i];
      const QString what = act(i == 0 ? acks.first_of_round(rtt) : acks.next(rtt), now);
      if (!what.isEmpty()) events << QStringLiteral("%1@%2:%3").arg(what).arg(round).arg(i);
    }
  }
  return events.join(' ');
}

inline QString name(congestion::SlowStartExit exit) {
  if (exit == congestion::SlowStartExit::None) return {};
  const auto text = congestion::to_string(exit);
  return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

}  // namespace inflight::testing
