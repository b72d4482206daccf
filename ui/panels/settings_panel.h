// The side panel of the Lab, generated from the table of settings: one section for the path, TCP,
// the tunnel with its outbound queue, and the workload; rarely needed settings are folded away. It
// shows and edits what a ScenarioEditor holds.
#pragma once

#include <QScrollArea>
#include <map>
#include <set>
#include <string_view>
#include <vector>

class QVBoxLayout;

namespace inflight::ui {

class ScenarioEditor;
class Section;
class SettingRow;

class SettingsPanel : public QScrollArea {
  Q_OBJECT

 public:
  explicit SettingsPanel(ScenarioEditor& editor, QWidget* parent = nullptr);

  // Unfolds, scrolls to and marks this setting; an empty key takes the mark away.
  void highlight(std::string_view key);
  SettingRow* row(std::string_view key) const;

 Q_SIGNALS:
  void restartAsked();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Part {
    Section* section = nullptr;
    std::set<std::string_view> groups;
    QWidget* advanced = nullptr;
  };

  void addPart(QVBoxLayout* column, const QString& title, std::set<std::string_view> groups);
  void addAdvanced(Part& part);
  SettingRow* addRow(std::string_view key, QWidget* parent);
  void refresh();
  void refreshHints();
  void edit(SettingRow& row, const QString& value);
  void showWanted();

  ScenarioEditor& m_editor;
  std::map<std::string_view, SettingRow*> m_rows;
  std::vector<Part> m_parts;
  // What is marked.
  SettingRow* m_wanted = nullptr;
};

}  // namespace inflight::ui
