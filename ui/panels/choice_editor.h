// A closed choice: segments when there are at most four short ones, else a combo box.
#pragma once

#include <QStringList>

#include "ui/panels/setting_editor.h"

class QComboBox;

namespace inflight::ui {

class SegmentedControl;

class ChoiceEditor : public SettingEditor {
  Q_OBJECT

 public:
  ChoiceEditor(const lab::SettingInfo& info, QWidget* parent);

  void showValue(const QString& value) override;
  void setInvalid(bool) override {}
  bool isWide() const override { return m_segments != nullptr; }
  QWidget* control() const override;

 private:
  QStringList m_values;
  SegmentedControl* m_segments = nullptr;
  QComboBox* m_combo = nullptr;
};

}  // namespace inflight::ui
