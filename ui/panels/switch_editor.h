// A check box for a setting that is "on" or "off".
#pragma once

#include "ui/panels/setting_editor.h"

class QCheckBox;

namespace inflight::ui {

class SwitchEditor : public SettingEditor {
  Q_OBJECT

 public:
  SwitchEditor(const lab::SettingInfo& info, QWidget* parent);

  void showValue(const QString& value) override;
  void setInvalid(bool) override {}
  QWidget* control() const override;

 private:
  QCheckBox* m_box;
};

}  // namespace inflight::ui
