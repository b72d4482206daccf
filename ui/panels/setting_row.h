// One setting in the side panel: label, control, and below them what there is to say: why a value
// was refused, a hint, or that it waits for the next connection.
#pragma once

#include <QWidget>

#include "lab/settings.h"

class QLabel;

namespace inflight::ui {

class SettingEditor;

class SettingRow : public QWidget {
  Q_OBJECT

 public:
  explicit SettingRow(const lab::SettingInfo& info, QWidget* parent = nullptr);

  const lab::SettingInfo& info() const { return m_info; }
  void showValue(const QString& value);
  // A sentence why the value was refused; empty takes it back.
  void showError(const QString& sentence);
  // "Bandwidth × delay = 1.95 MB"; empty hides it.
  void showHint(const QString& hint);
  // "takes effect when a connection starts: restart now".
  void showWaiting(bool waiting);
  // Draws the eye to it: the next step of a demonstration.
  void setHighlighted(bool highlighted);
  QWidget* control() const;

 Q_SIGNALS:
  void edited(const QString& value);
  void restartAsked();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QLabel* makeNote(const char* role);

  const lab::SettingInfo& m_info;
  SettingEditor* m_editor;
  QLabel* m_error;
  QLabel* m_hint;
  QLabel* m_waiting;
  bool m_highlighted = false;
};

}  // namespace inflight::ui
