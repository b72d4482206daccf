// The files opened last, newest first, kept in the settings. A file that is missing stays in the
// list with the reason why it cannot be opened.
#pragma once

#include <QList>
#include <QString>

namespace inflight::ui {

struct RecentFile {
  QString path;
  // Empty when it can be opened; else why not: "no longer there".
  QString missing;
};

class RecentFiles {
 public:
  static constexpr qsizetype kMost = 10;

  static QList<RecentFile> list();
  // Puts it first.
  static void add(const QString& path);
  static void clear();
};

}  // namespace inflight::ui
