// Calls something at once, and at most every so many milliseconds while it is asked for more often;
// the last ask is never lost. For what follows the crosshair beside the charts: a mouse reports
// hundreds of moves a second, and nobody reads so many texts.
#pragma once

#include <QTimer>
#include <functional>
#include <utility>

namespace inflight::ui {

class Throttle {
 public:
  Throttle(int ms, std::function<void()> work) : m_work(std::move(work)) {
    m_rest.setSingleShot(true);
    m_rest.setInterval(ms);
    QObject::connect(&m_rest, &QTimer::timeout, &m_rest, [this] {
      if (std::exchange(m_isAsked, false)) begin();
    });
  }

  void ask() {
    if (m_rest.isActive()) {
      m_isAsked = true;
    } else {
      begin();
    }
  }

 private:
  void begin() {
    m_work();
    m_rest.start();
  }

  std::function<void()> m_work;
  QTimer m_rest;
  bool m_isAsked = false;
};

}  // namespace inflight::ui
