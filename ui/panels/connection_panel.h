// The side panel of the Live page: where to, which way and for how long; how the other end is
// started; and the settings of the connection. It shows and edits what a LiveEditor holds.
#pragma once

#include <QScrollArea>
#include <map>
#include <optional>
#include <string_view>

#include "ui/bridge/live_plan.h"

class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace inflight::ui {

class LiveEditor;
class Section;
class SegmentedControl;
class SettingRow;
class UnitField;

class ConnectionPanel : public QScrollArea {
  Q_OBJECT

 public:
  explicit ConnectionPanel(LiveEditor& editor, QWidget* parent = nullptr);

  // What is offered under the target: URLs, newest first.
  void setRecent(const QStringList& urls);
  // What is being typed goes to the editor, as when the field is left.
  void takeTyped();
  // Marks the field that a start was refused for, until anything is changed.
  void markRefused(std::optional<LiveRefusal::Field> field);
  // Puts the cursor where the target is typed.
  void focusTarget();
  SettingRow* row(std::string_view key) const;

 Q_SIGNALS:
  // Enter in a field, or a setting that waits for the next start.
  void startAsked();
  void thisMachineAsked();

 private:
  void addConnection(QVBoxLayout* column);
  void connectFields();
  void addOtherEnd(QVBoxLayout* column);
  void addSettings(QVBoxLayout* column);
  SettingRow* addRow(std::string_view key, QWidget* parent);
  void refresh();

  LiveEditor& m_editor;
  QComboBox* m_target = nullptr;
  QLineEdit* m_key = nullptr;
  SegmentedControl* m_direction = nullptr;
  UnitField* m_time = nullptr;
  Section* m_settings = nullptr;
  std::map<std::string_view, SettingRow*> m_rows;
};

}  // namespace inflight::ui
