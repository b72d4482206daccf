// The control of one setting, made after its kind: a field with its unit (and a slider in steps of
// a factor of two for buffers), a row of segments or a combo box for choices, a check box for
// switches. It shows and hands out the text form of --set and knows nothing of scenarios.
#pragma once

#include <QWidget>
#include <memory>

#include "lab/settings.h"

namespace inflight::ui {

class SettingEditor : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;

  // Shows this value; does not report it as edited.
  virtual void showValue(const QString& value) = 0;
  // Marks what was typed as not acceptable, or takes the mark back.
  virtual void setInvalid(bool invalid) = 0;
  // True where the control wants a line of its own under its label.
  virtual bool isWide() const { return false; }
  // What gets the focus, the tooltip and the name for screen readers.
  virtual QWidget* control() const = 0;

 Q_SIGNALS:
  // A person chose or typed this; it may not be acceptable.
  void edited(const QString& value);
};

SettingEditor* makeSettingEditor(const lab::SettingInfo& info, QWidget* parent);

}  // namespace inflight::ui
