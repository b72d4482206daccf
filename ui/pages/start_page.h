// The first thing a person sees: what this is, and one tile for each thing to do. Enter starts the
// demonstration.
#pragma once

#include "ui/pages/page.h"

class QVBoxLayout;

namespace inflight::ui {

class TilePicture;

class StartPage : public Page {
  Q_OBJECT

 public:
  explicit StartPage(QWidget* parent = nullptr);

  void setTheme(const Theme& theme) override;

 Q_SIGNALS:
  void demoAsked();
  void labAsked();
  void openAsked();
  void fileAsked(const QString& path);
  void measureAsked();
  void thisMachineAsked();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* makeDemoTile();
  QWidget* makeCaptureTile();
  QWidget* makeMeasureTile();
  QVBoxLayout* makeTile(QWidget* tile, TilePicture* picture, const QString& title,
                        const QString& text);
  void addFileLink(QVBoxLayout* column, const QString& title, const QString& note,
                   const QString& path, const QString& missing);
  void fillFiles();

  QList<TilePicture*> m_pictures;
  QVBoxLayout* m_files = nullptr;
  QWidget* m_first = nullptr;
};

}  // namespace inflight::ui
