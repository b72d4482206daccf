// The way out of an engine thread: deliveries (batches with the totals so far) and at last how the
// run ended. Bounded by the samples that wait in it. When it is full the engine waits for room
// (Lab: virtual time has no hurry, and what is drawn, exported and judged stays the same run) or
// the newest deliveries are coalesced (Live: the engine never waits). abandon() wakes an engine
// that waits and makes every later push fail.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "trace/trace.h"

namespace inflight::ui {

enum class WhenFull { Wait, Coalesce };
enum class RunOutcome { Finished, Stopped, Failed };

struct RunEnd {
  RunOutcome outcome = RunOutcome::Finished;
  // A sentence with a cause and a next step; empty unless Failed.
  std::string failure;
};

struct Delivery {
  std::shared_ptr<const trace::Batch> batch;
  // Null where nothing changed since the delivery before.
  std::shared_ptr<const trace::TraceInfo> info;
  trace::RunSummary summary;
  // Commands that the session refused, as sentences.
  std::vector<std::string> refusals;
};

class RunQueue {
 public:
  explicit RunQueue(WhenFull whenFull, std::size_t maxSamples = 200'000)
      : m_whenFull(whenFull), m_maxSamples(maxSamples) {}

  // False once abandoned: nobody will ever take it.
  bool push(Delivery delivery);
  // The last thing an engine thread says.
  void finish(RunEnd end);

  struct Taken {
    std::vector<Delivery> deliveries;
    // Set once, with the last deliveries.
    std::optional<RunEnd> end;
  };
  Taken takeAll();
  void abandon();

 private:
  static std::size_t weight(const Delivery& delivery);
  void mergeIntoLast(Delivery delivery);

  const WhenFull m_whenFull;
  const std::size_t m_maxSamples;
  std::mutex m_mutex;
  std::condition_variable m_room;
  std::vector<Delivery> m_deliveries;
  std::size_t m_samples = 0;
  std::optional<RunEnd> m_end;
  bool m_abandoned = false;
};

}  // namespace inflight::ui
