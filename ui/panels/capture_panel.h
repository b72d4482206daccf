// The side panel of the Capture page: what file it is, and what a viewer should know about it.
#pragma once

#include <QScrollArea>

class QFormLayout;
class QLabel;

namespace inflight::ui {

class Section;

class CapturePanel : public QScrollArea {
  Q_OBJECT

 public:
  explicit CapturePanel(QWidget* parent = nullptr);

  void clear();
  // Adds or replaces one fact: "Packets", "4,438".
  void setFact(const QString& name, const QString& value);
  void setNotes(const QStringList& notes);

 private:
  QFormLayout* m_facts;
  Section* m_notesSection;
  QLabel* m_notes;
};

}  // namespace inflight::ui
