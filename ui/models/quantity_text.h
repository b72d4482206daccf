// Between the text form of a setting ("205Mbit", "unlimited") and what a field shows of it: a
// number and, beside it, a unit ("205", "Mbit/s"). A person may type the number alone, which keeps
// the unit, or a unit with it.
#pragma once

#include <QString>

#include "lab/settings.h"

namespace inflight::ui {

struct QuantityText {
  QString number;
  // As in files: "Mbit"; empty for words ("unlimited") and plain counts.
  QString unit;

  bool operator==(const QuantityText&) const = default;
};

QuantityText splitQuantity(const QString& text);
// What was typed as the text form: a bare number gets `unit`, or the usual one of its kind.
QString completeQuantity(const lab::SettingInfo& info, const QString& typed, const QString& unit);
// The unit as people read it: "Mbit/s", "packets".
QString unitLabel(const QString& unit);
// The choice of a setting as people read it: "plusplus" is "HyStart++".
QString choiceLabel(std::string_view choice);

QString toQString(std::string_view text);

}  // namespace inflight::ui
