// Which control a setting gets.
#include "ui/panels/setting_editor.h"

#include "ui/panels/choice_editor.h"
#include "ui/panels/quantity_editor.h"
#include "ui/panels/switch_editor.h"

namespace inflight::ui {

SettingEditor* makeSettingEditor(const lab::SettingInfo& info, QWidget* parent) {
  switch (info.kind) {
    case lab::SettingKind::Choice:
      return new ChoiceEditor(info, parent);
    case lab::SettingKind::Switch:
      return new SwitchEditor(info, parent);
    default:
      return new QuantityEditor(info, parent);
  }
}

}  // namespace inflight::ui
