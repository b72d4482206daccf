// The right side panel: what held the connection back, in a headline and a sentence; shares of the
// limits; evidence whose moments are links into the charts; and what would help, each with a button
// that changes the settings and runs again.
#pragma once

#include <QScrollArea>

#include "ui/models/verdict_view.h"
#include "ui/theme/theme.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace inflight::ui {

class LimitShares;

class VerdictPanel : public QScrollArea {
  Q_OBJECT

 public:
  explicit VerdictPanel(QWidget* parent = nullptr);

  void setVerdict(const VerdictView& verdict);
  // While a run goes on: shares so far under this headline.
  void setProgress(const QString& headline, const QString& sentence,
                   std::vector<std::pair<trace::Limit, double>> shares);
  // One prominent button under the sentence: the next step of a demonstration. Empty: none.
  void setNextStep(const QString& text, const QString& tip);
  void setTheme(const Theme& theme);

 Q_SIGNALS:
  void momentAsked(inflight::Instant time);
  void changesAsked(const std::vector<std::pair<QString, QString>>& changes, const QString& title);
  void nextStepAsked();

 private:
  QLabel* addText(QVBoxLayout* layout, const char* role);
  QString linked(const VerdictView& verdict) const;
  void addEvidence(const VerdictView& verdict);
  void addAdvice(const VerdictView& verdict);
  void addNotes(const VerdictView& verdict);
  void clearDetails();

  Theme m_theme = Theme::light();
  QVBoxLayout* m_column;
  QLabel* m_headline;
  QLabel* m_sentence;
  QPushButton* m_next;
  LimitShares* m_shares;
  QWidget* m_details = nullptr;
};

}  // namespace inflight::ui
