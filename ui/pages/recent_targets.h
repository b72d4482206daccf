// The servers measured to last, newest first, kept in the settings as their URLs. These hold public
// keys only: a private key is never written.
#pragma once

#include <QString>
#include <QStringList>

namespace inflight::ui {

class RecentTargets {
 public:
  static constexpr qsizetype kMost = 8;

  static QStringList list();
  // Puts it first; an older one of the same host and port is forgotten.
  static void add(const QString& url);
};

}  // namespace inflight::ui
