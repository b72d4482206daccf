// Keeping runs, and moving the traces of old ones to disk and back.
#include "ui/models/run_store.h"

#include <algorithm>

namespace inflight::ui {

RunStore::RunStore(TraceFiles files, std::size_t memoryBytes, QObject* parent)
    : QObject(parent), m_files(std::move(files)), m_memoryBytes(memoryBytes) {}

int RunStore::add(Run run, std::shared_ptr<const trace::Trace> trace) {
  run.id = m_nextId++;
  run.color = freeColor();
  const auto shown = std::ranges::count_if(m_entries, [](const Entry& e) { return e.run.shown; });
  if (shown >= kMaxShown) run.shown = false;
  if (!run.running) run.figures = diagnosis::figures(*trace);
  const int row = count();
  Q_EMIT aboutToAdd(row);
  m_entries.push_back({std::move(run), std::move(trace), {}, ++m_clock});
  Q_EMIT added(row);
  const int id = m_entries.back().run.id;
  moveOldToDisk(id);
  return id;
}

void RunStore::finish(int id, std::shared_ptr<const trace::Trace> trace, const QString& verdict) {
  auto* found = entry(id);
  if (!found) return;
  found->trace = std::move(trace);
  found->run.running = false;
  found->run.figures = diagnosis::figures(*found->trace);
  found->run.verdict = verdict;
  Q_EMIT changed(rowOf(id));
  moveOldToDisk(id);
}

void RunStore::setVerdict(int id, trace::Verdict verdict) {
  if (auto* found = entry(id)) found->run.judgement = std::move(verdict);
}

void RunStore::rename(int id, const QString& name) {
  auto* found = entry(id);
  if (!found) return;
  found->run.name = name;
  Q_EMIT changed(rowOf(id));
}

bool RunStore::setShown(int id, bool shown) {
  auto* found = entry(id);
  if (!found) return false;
  const auto others = std::ranges::count_if(
      m_entries, [&](const Entry& e) { return e.run.shown && e.run.id != id; });
  if (shown && others >= kMaxShown) return false;
  found->run.shown = shown;
  Q_EMIT changed(rowOf(id));
  return true;
}

void RunStore::hideAll() {
  for (const Entry& entry : m_entries) setShown(entry.run.id, false);
}

void RunStore::remove(int id) {
  const int row = rowOf(id);
  if (row < 0) return;
  Q_EMIT aboutToRemove(row);
  m_entries.erase(m_entries.begin() + row);
  Q_EMIT removed(row);
}

const Run* RunStore::find(int id) const {
  const int row = rowOf(id);
  return row < 0 ? nullptr : &at(row);
}

int RunStore::rowOf(int id) const {
  const auto found = std::ranges::find(m_entries, id, [](const Entry& e) { return e.run.id; });
  return found == m_entries.end() ? -1 : static_cast<int>(found - m_entries.begin());
}

RunStore::Entry* RunStore::entry(int id) {
  const int row = rowOf(id);
  return row < 0 ? nullptr : &m_entries[static_cast<std::size_t>(row)];
}

std::shared_ptr<const trace::Trace> RunStore::trace(int id) {
  auto* found = entry(id);
  if (!found) return nullptr;
  found->lastUsed = ++m_clock;
  if (found->trace) return found->trace;
  found->trace = m_files.load(found->file);
  moveOldToDisk(id);
  return entry(id)->trace;
}

bool RunStore::isOnDisk(int id) const {
  const int row = rowOf(id);
  return row >= 0 && !m_entries[static_cast<std::size_t>(row)].trace;
}

int RunStore::freeColor() const {
  int color = 0;
  const auto taken = [&] {
    return std::ranges::any_of(m_entries, [&](const Entry& e) { return e.run.color == color; });
  };
  while (taken()) ++color;
  return color;
}

QString RunStore::fileFor(int id) const {
  return m_directory.filePath(QStringLiteral("run-%1.inflight").arg(id));
}

void RunStore::moveOldToDisk(int keep) {
  const auto total = [this] {
    std::size_t sum = 0;
    for (const auto& e : m_entries) sum += e.trace ? e.trace->memory() : 0;
    return sum;
  };
  while (m_directory.isValid() && total() > m_memoryBytes) {
    Entry* oldest = nullptr;
    for (auto& e : m_entries) {
      const bool movable = e.trace && !e.run.running && e.run.id != keep;
      if (movable && (!oldest || e.lastUsed < oldest->lastUsed)) oldest = &e;
    }
    if (!oldest) return;
    const QString file = fileFor(oldest->run.id);
    // A full disk leaves the trace where it is: too much memory is better than a lost run.
    if (oldest->file.isEmpty() && !m_files.save(*oldest->trace, file)) return;
    oldest->file = file;
    oldest->trace.reset();
  }
}

}  // namespace inflight::ui
