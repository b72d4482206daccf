// What the window's pictures and its timing run: the Lab itself and the diagnosis, nothing made up.
#pragma once

#include "diagnosis/diagnose.h"
#include "lab/simulation.h"
#include "ui/main_window.h"

namespace inflight::testing {

inline ui::WindowEngine real_engine() {
  ui::WindowEngine engine;
  engine.lab.makeSession = [](const lab::Scenario& scenario) {
    return lab::make_session(scenario);
  };
  engine.lab.judge = &diagnosis::diagnose;
  return engine;
}

}  // namespace inflight::testing
