// What tests of the whole window share: a small engine, settings of their own, buttons by their
// text.
#pragma once

#include <QCoreApplication>
#include <QPushButton>
#include <QSettings>
#include <memory>

#include "support/fake_session.h"
#include "ui/main_window.h"

namespace inflight::testing {

constexpr int kPatienceMs = 8000;

inline ui::WindowEngine engineOf(FakePlan plan) {
  ui::WindowEngine engine;
  engine.lab.makeSession = [plan](const lab::Scenario&) {
    return std::make_unique<FakeSession>(plan);
  };
  return engine;
}

inline FakePlan endless() {
  FakePlan plan;
  plan.length = std::chrono::hours{1};
  plan.sampleEvery = 100ms;
  plan.cost = std::chrono::microseconds{500};
  return plan;
}

// The person's own stay as they are.
inline void keepSettingsIn(const QString& folder) {
  QCoreApplication::setOrganizationName("inflight-test");
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder);
}

// The first one not hidden with this in its text; null if there is none.
inline QPushButton* buttonWith(const QWidget& root, const char* part) {
  for (auto* button : root.findChildren<QPushButton*>()) {
    if (!button->isHidden() && button->text().contains(QLatin1String(part))) return button;
  }
  return nullptr;
}

}  // namespace inflight::testing
