// A combo box whose current text ends in an ellipsis where it does not fit; Qt's own is cut.
#pragma once

#include <QComboBox>

namespace inflight::ui {

class ElidedCombo : public QComboBox {
  Q_OBJECT

 public:
  using QComboBox::QComboBox;

 protected:
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace inflight::ui
