// The runs of this sitting: their names, figures and traces. Traces are kept in memory up to a
// bound; beyond it the ones looked at longest ago are written to a temporary folder as .inflight
// files and come back when asked for. The run being shown and the run being made are never moved.
#pragma once

#include <QObject>
#include <QString>
#include <QTemporaryDir>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "diagnosis/what_if.h"
#include "lab/scenario.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::ui {

struct Run {
  int id = 0;
  QString name;
  // Which of the palette's run colours; the first free one when the run was added.
  int color = 0;
  // Ticked: drawn with the others.
  bool shown = true;
  // Still being made: figures and verdict come at its end.
  bool running = false;
  // What it was made from, where that is known: runs again with Ctrl+R.
  std::optional<lab::Scenario> scenario;
  diagnosis::RunFigures figures;
  // One line: "Slow start overshot".
  QString verdict;
  // The whole of it.
  trace::Verdict judgement;
};

// How a trace gets to disk and back: false or null if it failed.
struct TraceFiles {
  std::function<bool(const trace::Trace& trace, const QString& file)> save;
  std::function<std::shared_ptr<const trace::Trace>(const QString& file)> load;
};

class RunStore : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kDefaultMemoryBytes = std::size_t{512} << 20;
  static constexpr int kMaxShown = 6;

  explicit RunStore(TraceFiles files, std::size_t memoryBytes = kDefaultMemoryBytes,
                    QObject* parent = nullptr);

  // Adds a run at the end; its id is returned. The trace may still grow until finish().
  int add(Run run, std::shared_ptr<const trace::Trace> trace);
  // The trace is complete: figures are taken, the verdict's headline is noted. `trace` replaces the
  // one it was added with.
  void finish(int id, std::shared_ptr<const trace::Trace> trace, const QString& verdict);
  void setVerdict(int id, trace::Verdict verdict);
  void rename(int id, const QString& name);
  // Refused (false) when kMaxShown runs are shown already.
  bool setShown(int id, bool shown);
  // For a new subject.
  void hideAll();
  void remove(int id);

  int count() const { return static_cast<int>(m_entries.size()); }
  const Run& at(int row) const { return m_entries[static_cast<std::size_t>(row)].run; }
  // Null if there is no such run.
  const Run* find(int id) const;
  int rowOf(int id) const;
  // Reads it back from disk if need be; null if that failed or there is no such run.
  std::shared_ptr<const trace::Trace> trace(int id);
  // True while the trace is only on disk.
  bool isOnDisk(int id) const;

 Q_SIGNALS:
  void aboutToAdd(int row);
  void added(int row);
  void changed(int row);
  void aboutToRemove(int row);
  void removed(int row);

 private:
  struct Entry {
    Run run;
    std::shared_ptr<const trace::Trace> trace;
    QString file;
    std::uint64_t lastUsed = 0;
  };
  Entry* entry(int id);
  int freeColor() const;
  QString fileFor(int id) const;
  void moveOldToDisk(int keep);

  TraceFiles m_files;
  std::size_t m_memoryBytes;
  QTemporaryDir m_directory;
  std::vector<Entry> m_entries;
  int m_nextId = 1;
  std::uint64_t m_clock = 0;
};

}  // namespace inflight::ui
