// The import's loop.
#include "ui/bridge/import_worker.h"

#include <exception>
#include <utility>

#include "analysis/flow_trace.h"
#include "capture/reader.h"

namespace inflight::ui {

namespace {
// Some milliseconds of work: wishes and Cancel are answered between steps.
constexpr std::size_t kPacketsPerStep = 5'000;
}  // namespace

ImportWorker::ImportWorker(std::filesystem::path file, Judge judge)
    : m_file(std::move(file)), m_judge(std::move(judge)) {}

void ImportWorker::run() {
  try {
    auto reader = capture::Reader::open(m_file);
    if (!reader) {
      finish({capture::describe(reader.error(), m_file.filename().string()), {}, {}, false});
      return;
    }
    analysis::Importer importer(std::move(*reader));
    import(importer);
    while (answer(&importer, true)) {
    }
  } catch (const std::exception& error) {
    finish({"Reading " + m_file.filename().string() + " stopped: " + error.what() +
                ". Is there enough memory?",
            {},
            {},
            false});
  }
}

void ImportWorker::import(analysis::Importer& importer) {
  const auto cancelled = [this] {
    const std::lock_guard lock(m_mutex);
    return m_cancelled || m_quit;
  };
  auto state = analysis::ImportState::Running;
  while (state == analysis::ImportState::Running && !cancelled()) {
    state = importer.step(kPacketsPerStep);
    publish(importer);
    answer(&importer, false);
  }
  ImportEnd end;
  end.cancelled = state == analysis::ImportState::Running;
  end.notes = importer.notes();
  if (importer.damage()) end.damage = capture::describe(*importer.damage());
  finish(std::move(end));
}

void ImportWorker::publish(analysis::Importer& importer) {
  const auto changed = importer.flows().take_changed();
  std::vector<FlowRow> rows;
  rows.reserve(changed.size());
  m_activity.resize(importer.flows().size());
  for (const auto index : changed) {
    const auto& flow = importer.flows()[index];
    m_activity[index].take(flow, importer.flows().log());
    rows.push_back(rowOf(flow, index));
    rows.back().activity = m_activity[index].shape();
  }
  const std::lock_guard lock(m_mutex);
  m_news.progress = importer.progress();
  // The window may not have taken the last ones yet: the newest of each flow counts, and it is the
  // one that comes last.
  m_news.rows.insert(m_news.rows.end(), std::make_move_iterator(rows.begin()),
                     std::make_move_iterator(rows.end()));
}

void ImportWorker::finish(ImportEnd end) {
  const std::lock_guard lock(m_mutex);
  m_news.end = std::move(end);
}

bool ImportWorker::answer(const analysis::Importer* importer, bool wait) {
  std::vector<std::uint32_t> wanted;
  {
    std::unique_lock lock(m_mutex);
    if (wait) m_wish.wait(lock, [this] { return m_quit || !m_wanted.empty(); });
    if (m_quit) return false;
    wanted = std::exchange(m_wanted, {});
  }
  for (const auto index : wanted) {
    if (index >= importer->flows().size()) continue;
    auto made = make(*importer, index);
    const std::lock_guard lock(m_mutex);
    if (m_quit) return false;
    m_news.traces.push_back(std::move(made));
  }
  return true;
}

FlowTrace ImportWorker::make(const analysis::Importer& importer, std::uint32_t index) const {
  auto trace = std::make_shared<trace::Trace>(
      analysis::make_trace(importer.flows(), index, importer.start()));
  FlowTrace made{index, nullptr, {}};
  if (m_judge) made.verdict = m_judge(*trace);
  made.trace = std::move(trace);
  return made;
}

ImportNews ImportWorker::takeNews() {
  const std::lock_guard lock(m_mutex);
  ImportNews news{std::move(m_news.rows), std::move(m_news.traces), m_news.progress,
                  std::exchange(m_news.end, std::nullopt)};
  m_news.rows.clear();
  m_news.traces.clear();
  return news;
}

void ImportWorker::requestTrace(std::uint32_t index) {
  {
    const std::lock_guard lock(m_mutex);
    m_wanted.push_back(index);
  }
  m_wish.notify_one();
}

void ImportWorker::cancel() {
  const std::lock_guard lock(m_mutex);
  m_cancelled = true;
}

void ImportWorker::quit() {
  {
    const std::lock_guard lock(m_mutex);
    m_quit = true;
  }
  m_wish.notify_one();
}

}  // namespace inflight::ui
