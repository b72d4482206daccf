// The demonstration as a table: each step is a scenario, one control to look at and one sentence,
// and the button that leads to the next. There is no other machinery: the Lab page loads the
// scenario, runs it and shows the button at its end.
#pragma once

#include <QString>
#include <span>
#include <string_view>

namespace inflight::ui {

struct DemoStep {
  // A built-in scenario; several in a row of the same path are overlaid.
  std::string_view scenario;
  // The setting to highlight.
  std::string_view control;
  // What to look at while it runs.
  const char* watch;
  // The button at the end, which leads to the next step; empty at the last one.
  const char* next;
  // Played slowly at first: the first seconds at ¼×, then at 1×.
  bool slowStart = false;
  // Laid over the run before and compared with it.
  bool overlay = false;
};

std::span<const DemoStep> demoSteps();

}  // namespace inflight::ui
