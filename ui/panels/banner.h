// One line across the page for what went wrong or is worth knowing: a sentence with its cause and
// the next step, an action if there is one, and a cross to close it. Not a box in the way.
#pragma once

#include <QFrame>
#include <functional>

class QLabel;
class QPushButton;

namespace inflight::ui {

class Banner : public QFrame {
  Q_OBJECT

 public:
  enum class Kind { Info, Warning, Error };

  explicit Banner(QWidget* parent = nullptr);

  void showMessage(Kind kind, const QString& sentence);
  void showMessage(Kind kind, const QString& sentence, const QString& action,
                   std::function<void()> act);
  QString text() const;

 private:
  QLabel* m_mark;
  QLabel* m_text;
  QPushButton* m_action;
  std::function<void()> m_act;
};

}  // namespace inflight::ui
