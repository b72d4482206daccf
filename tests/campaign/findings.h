// The first rule that a run broke, in words; everything after it is a consequence.
#pragma once

#include <QString>

#include "base/time.h"

namespace inflight::campaign {

class Findings {
 public:
  // `detail` is called only when the rule is broken.
  template <class Detail>
  void require(bool kept, const char* rule, Instant now, const Detail& detail) {
    if (kept || !text_.isEmpty()) return;
    text_ = QStringLiteral("at %1 s: %2 (%3)").arg(to_seconds(now), 0, 'f', 6).arg(rule, detail());
  }
  void require(bool kept, const char* rule, Instant now) {
    require(kept, rule, now, [] { return QStringLiteral("no detail"); });
  }

  bool none() const { return text_.isEmpty(); }
  const QString& text() const { return text_; }

 private:
  QString text_;
};

}  // namespace inflight::campaign
