// What the command line asks of the window, done in turn without blocking it: open files, run
// scenarios one after the other, compare, take a picture, quit. The same works without a display.
#pragma once

#include <QObject>
#include <QTimer>

#include "gui_options.h"

namespace inflight::ui {
class MainWindow;
}

namespace inflight::app {

class WindowScript : public QObject {
  Q_OBJECT

 public:
  WindowScript(ui::MainWindow& window, GuiOptions options);

  void start();

 private:
  void step();
  void finish();

  ui::MainWindow& m_window;
  GuiOptions m_options;
  QTimer m_poll;
  // Idle polls still to wait before the picture, so that the last frame is drawn.
  int m_settling = 0;
};

}  // namespace inflight::app
