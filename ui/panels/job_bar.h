// One line across the page while a long job goes on: what it is, how far it has come, and Cancel.
#pragma once

#include <QFrame>

class QLabel;
class QProgressBar;

namespace inflight::ui {

class BackgroundJob;

class JobBar : public QFrame {
  Q_OBJECT

 public:
  explicit JobBar(BackgroundJob& job, QWidget* parent = nullptr);

 private:
  QLabel* m_text;
  QProgressBar* m_progress;
};

}  // namespace inflight::ui
