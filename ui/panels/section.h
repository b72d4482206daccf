// A part of a side panel that folds: a heading with an arrow, an optional action at its right end,
// a body, and a hairline below.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QToolButton;
class QVBoxLayout;

namespace inflight::ui {

class Section : public QWidget {
  Q_OBJECT

 public:
  explicit Section(const QString& title, QWidget* parent = nullptr);

  QVBoxLayout* body() const { return m_body; }
  // A link at the right end of the heading ("Reset"); hidden until setActionVisible(true).
  void setAction(const QString& text, const QString& tip);
  void setActionVisible(bool visible);
  bool isOpen() const;
  void setOpen(bool open);

 Q_SIGNALS:
  void actionTriggered();

 private:
  void updateHeading(bool open);

  QString m_title;
  QToolButton* m_heading;
  QHBoxLayout* m_top = nullptr;
  // Made by setAction().
  QToolButton* m_action = nullptr;
  QWidget* m_content;
  QVBoxLayout* m_body;
};

}  // namespace inflight::ui
