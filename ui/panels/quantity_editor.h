// A quantity: its number in a field, its unit beside it. Buffers also have a slider whose steps are
// factors of two. Reported when the field is left or Enter is pressed, and at every step of the
// slider.
#pragma once

#include "ui/panels/setting_editor.h"

class QSlider;

namespace inflight::ui {

class UnitField;

class QuantityEditor : public SettingEditor {
  Q_OBJECT

 public:
  QuantityEditor(const lab::SettingInfo& info, QWidget* parent);

  void showValue(const QString& value) override;
  void setInvalid(bool invalid) override;
  QWidget* control() const override;
  // A list of changes needs room.
  bool isWide() const override;

 private:
  void addSlider(const lab::SettingInfo& info);

  const lab::SettingInfo& m_info;
  UnitField* m_field;
  QSlider* m_slider = nullptr;
  // Of the value shown, as in files.
  QString m_unit;
};

}  // namespace inflight::ui
