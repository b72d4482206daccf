// The Export menu: what is looked at as a picture, a table, JSON, packets, settings or a run file.
// Everything but the pictures is written by a background job; files are replaced only when
// complete.
#pragma once

#include <QObject>
#include <QString>
#include <functional>
#include <optional>

#include "ui/bridge/background_job.h"
#include "ui/pages/page.h"
#include "ui/panels/picture_dialog.h"

class QMenu;
class QWidget;

namespace inflight::ui {

enum class ExportKind { ChartsPng, WindowPng, Csv, CsvVisible, Json, Pcapng, Pcap, Settings, Run };

// Writes the inner packets of a Lab run: made anew from its scenario and the changes made during
// it, which gives the same packets. Returns a sentence if it failed.
using PacketExport =
    std::function<QString(const trace::Trace& run, const QString& file, JobControl& control)>;

class ExportActions : public QObject {
  Q_OBJECT

 public:
  // `page`: the page looked at, null on the start page. Without `packets` there are no packet
  // files.
  ExportActions(QWidget& window, std::function<Page*()> page, BackgroundJob& job,
                PacketExport packets, QObject* parent = nullptr);

  // Fills a menu with its actions; they are made once and shared.
  void addTo(QMenu& menu) const;
  QAction* saveRun() const { return m_saveRun; }
  // Asks for a file name and exports.
  void ask(ExportKind kind);
  // Sentences of failures arrive by message().
  void exportTo(ExportKind kind, const QString& file);
  // Of the pictures of charts from now on; at first that of the charts, two pixels a point.
  void setPictureSize(const PictureSize& size) { m_pictureSize = size; }

 Q_SIGNALS:
  void message(inflight::ui::Banner::Kind kind, const QString& sentence);

 private:
  QAction* add(const QString& text, const QString& tip, ExportKind kind);
  // False if the person thought better of it.
  bool askPictureSize(const ChartStack& charts);
  void savePicture(const QImage& image, const QString& file);
  void startJob(ExportKind kind, const Exportable& what, const QString& file);
  void tellEnd(const QString& file, const QString& failure, bool cancelled);
  QString write(ExportKind kind, const Exportable& what, const QString& file,
                JobControl& control) const;

  QWidget& m_window;
  std::function<Page*()> m_page;
  BackgroundJob& m_job;
  PacketExport m_packets;
  std::optional<PictureSize> m_pictureSize;
  QList<QAction*> m_actions;
  QAction* m_saveRun = nullptr;
};

}  // namespace inflight::ui
