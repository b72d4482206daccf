// A line edit with its unit at the right end in the secondary colour: "205      Mbit/s". It knows
// nothing of quantities; whoever reads the text parses it.
#pragma once

#include <QLineEdit>

namespace inflight::ui {

class UnitField : public QLineEdit {
  Q_OBJECT

 public:
  explicit UnitField(const QString& unit, QWidget* parent = nullptr);

  const QString& unit() const { return m_unit; }
  void setUnit(const QString& unit);
  // Marks the text as not acceptable: an alert border (style.qss). The reason goes to the tooltip.
  void setInvalid(bool invalid);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_unit;
};

}  // namespace inflight::ui
