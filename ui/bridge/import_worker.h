// What runs on the thread of a capture's import: reads the file in small steps, hands out the rows
// of new and changed flows, and makes the trace of a flow when it is asked for, also while the file
// still loads. It stays after the end of the file to make further traces, until it is told to quit.
// Plain C++ without Qt, for the thread sanitizer's sake.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "analysis/importer.h"
#include "trace/trace.h"
#include "trace/verdict.h"
#include "ui/bridge/flow_row.h"

namespace inflight::ui {

struct FlowTrace {
  std::uint32_t index = 0;
  std::shared_ptr<const trace::Trace> trace;
  trace::Verdict verdict;
};

struct ImportEnd {
  // Why nothing could be read; empty if something was.
  std::string failure;
  // How far a damaged file was good; empty if it is whole.
  std::string damage;
  std::vector<std::string> notes;
  bool cancelled = false;
};

struct ImportNews {
  // New and changed ones.
  std::vector<FlowRow> rows;
  std::vector<FlowTrace> traces;
  analysis::ImportProgress progress;
  // Once.
  std::optional<ImportEnd> end;
};

using Judge = std::function<trace::Verdict(const trace::Trace&)>;

class ImportWorker {
 public:
  ImportWorker(std::filesystem::path file, Judge judge);

  // On the import's thread, until quit().
  void run();

  // From the window's thread.
  ImportNews takeNews();
  void requestTrace(std::uint32_t index);
  // No further step; what was read stays.
  void cancel();
  void quit();

 private:
  void import(analysis::Importer& importer);
  void publish(analysis::Importer& importer);
  void finish(ImportEnd end);
  // Makes the traces asked for; waits for the next wish if `wait`. False on quit.
  bool answer(const analysis::Importer* importer, bool wait);
  FlowTrace make(const analysis::Importer& importer, std::uint32_t index) const;

  const std::filesystem::path m_file;
  const Judge m_judge;
  // By flow; only of the import's thread.
  std::vector<FlowActivity> m_activity;
  std::mutex m_mutex;
  std::condition_variable m_wish;
  ImportNews m_news;
  std::vector<std::uint32_t> m_wanted;
  bool m_cancelled = false;
  bool m_quit = false;
};

}  // namespace inflight::ui
