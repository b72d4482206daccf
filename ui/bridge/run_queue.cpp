// One lock, held for moves only (and, in a live run that the window cannot follow, for a merge).
#include "ui/bridge/run_queue.h"

#include <utility>

#include "ui/bridge/coalesce.h"

namespace inflight::ui {

// Events weigh as samples do; a delivery of nothing still takes its place.
std::size_t RunQueue::weight(const Delivery& delivery) {
  return delivery.batch->samples.size() + delivery.batch->events.size() + 1;
}

bool RunQueue::push(Delivery delivery) {
  std::unique_lock lock(m_mutex);
  const auto fits = [&] {
    return m_deliveries.empty() || m_samples + weight(delivery) <= m_maxSamples;
  };
  if (m_whenFull == WhenFull::Wait) m_room.wait(lock, [&] { return m_abandoned || fits(); });
  if (m_abandoned) return false;
  if (fits()) {
    m_samples += weight(delivery);
    m_deliveries.push_back(std::move(delivery));
  } else {
    mergeIntoLast(std::move(delivery));
  }
  return true;
}

void RunQueue::mergeIntoLast(Delivery delivery) {
  auto& last = m_deliveries.back();
  m_samples -= weight(last);
  last.batch = coalesce(*last.batch, *delivery.batch);
  m_samples += weight(last);
  if (delivery.info) last.info = std::move(delivery.info);
  last.summary = delivery.summary;
  for (auto& refusal : delivery.refusals) last.refusals.push_back(std::move(refusal));
}

void RunQueue::finish(RunEnd end) {
  const std::lock_guard lock(m_mutex);
  m_end = std::move(end);
}

RunQueue::Taken RunQueue::takeAll() {
  Taken taken;
  {
    const std::lock_guard lock(m_mutex);
    taken.deliveries = std::exchange(m_deliveries, {});
    taken.end = std::exchange(m_end, std::nullopt);
    m_samples = 0;
  }
  m_room.notify_one();
  return taken;
}

void RunQueue::abandon() {
  {
    const std::lock_guard lock(m_mutex);
    m_abandoned = true;
  }
  m_room.notify_all();
}

}  // namespace inflight::ui
