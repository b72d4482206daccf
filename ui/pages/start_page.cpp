// The tiles of start_page.h.
#include "ui/pages/start_page.h"

#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShowEvent>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/pages/recent_files.h"
#include "ui/pages/samples.h"
#include "ui/pages/tile_picture.h"

namespace inflight::ui {

namespace {

constexpr int kTileWidth = 340;
constexpr int kTileGap = 24;
constexpr qsizetype kRecentShown = 4;

QLabel* label(const QString& text, const char* role, QWidget* parent) {
  auto* made = new QLabel(text, parent);
  made->setProperty("role", role);
  made->setWordWrap(true);
  return made;
}

QPushButton* button(const QString& text, const QString& tip, const char* property,
                    QWidget* parent) {
  auto* made = new QPushButton(text, parent);
  made->setProperty(property, true);
  made->setToolTip(tip);
  made->setAutoDefault(true);
  return made;
}

}  // namespace

StartPage::StartPage(QWidget* parent) : Page(parent) {
  setProperty("surface", "panel");
  setAttribute(Qt::WA_StyledBackground);
  auto* title =
      label(tr("What is holding this connection back, and what would help?"), "title", this);
  title->setFont(fontOf(font(), 6, true));
  title->setAlignment(Qt::AlignHCenter);
  auto* sub = label(tr("Inflight shows what a TCP sender knows: its windows, its round trips, its "
                       "losses, and the reason for each."),
                    "secondary", this);
  sub->setAlignment(Qt::AlignHCenter);
  auto* tiles = new QHBoxLayout;
  tiles->setSpacing(kTileGap);
  tiles->addStretch();
  tiles->addWidget(makeDemoTile());
  tiles->addWidget(makeCaptureTile());
  tiles->addWidget(makeMeasureTile());
  tiles->addStretch();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(24, 24, 24, 24);
  column->addStretch(2);
  column->addWidget(title);
  column->addSpacing(6);
  column->addWidget(sub);
  column->addSpacing(28);
  column->addLayout(tiles);
  column->addStretch(3);
}

QVBoxLayout* StartPage::makeTile(QWidget* tile, TilePicture* picture, const QString& title,
                                 const QString& text) {
  tile->setProperty("card", true);
  tile->setFixedWidth(kTileWidth);
  m_pictures << picture;
  auto* column = new QVBoxLayout(tile);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(8);
  column->addWidget(picture);
  column->addSpacing(4);
  column->addWidget(label(title, "title", tile));
  column->addWidget(label(text, "secondary", tile));
  return column;
}

QWidget* StartPage::makeDemoTile() {
  auto* tile = new QFrame(this);
  auto* column = makeTile(
      tile, new TilePicture(TilePicture::Subject::Stutter, tile), tr("See the stutter"),
      tr("A download on a long path stands still right after its start. Watch why in slow motion, "
         "then turn one knob and see both runs over one another."));
  const QStringList steps{tr("1   The stall, at a quarter of its speed"),
                          tr("2   With HyStart: both runs, and their figures"),
                          tr("3   What limited 2.9? A window of half a buffer"),
                          tr("4   Lost inside the process: drop or backpressure")};
  column->addSpacing(4);
  for (const auto& step : steps) column->addWidget(label(step, "", tile));
  column->addStretch();
  auto* start = button(tr("See the stutter"), tr("Run the demonstration (Enter)"), "primary", tile);
  auto* lab =
      button(tr("Go to the Lab"), tr("Set up a path and a connection yourself"), "flat", tile);
  column->addWidget(start);
  column->addWidget(lab, 0, Qt::AlignLeft);
  m_first = start;
  connect(start, &QPushButton::clicked, this, &StartPage::demoAsked);
  connect(lab, &QPushButton::clicked, this, &StartPage::labAsked);
  return tile;
}

QWidget* StartPage::makeCaptureTile() {
  auto* tile = new QFrame(this);
  auto* column =
      makeTile(tile, new TilePicture(TilePicture::Subject::Capture, tile), tr("Open a capture"),
               tr("pcap and pcapng, from any of your tools; runs saved here, too. Or drop "
                  "a file on this window."));
  m_files = new QVBoxLayout;
  m_files->setSpacing(2);
  column->addLayout(m_files);
  column->addStretch();
  auto* open = button(tr("Open…"), tr("Choose a capture or a saved run (Ctrl+O)"), "button", tile);
  column->addWidget(open);
  connect(open, &QPushButton::clicked, this, &StartPage::openAsked);
  return tile;
}

QWidget* StartPage::makeMeasureTile() {
  auto* tile = new QFrame(this);
  auto* column =
      makeTile(tile, new TilePicture(TilePicture::Subject::Path, tile), tr("Measure my connection"),
               tr("Our TCP inside a WireGuard tunnel to a peer of yours, up and down, with "
                  "the sender's own numbers."));
  const QStringList steps{tr("1   On the far machine: inflight-cli serve"),
                          tr("2   Here: paste the line that it prints"),
                          tr("3   Down, up or both, for some seconds")};
  column->addSpacing(4);
  for (const auto& step : steps) column->addWidget(label(step, "", tile));
  column->addStretch();
  auto* measure = button(tr("Measure…"), tr("Choose the server and measure"), "button", tile);
  auto* here =
      button(tr("Try on this machine"),
             tr("Starts a server on this machine's loopback and measures to it"), "flat", tile);
  column->addWidget(measure);
  column->addWidget(here, 0, Qt::AlignLeft);
  connect(measure, &QPushButton::clicked, this, &StartPage::measureAsked);
  connect(here, &QPushButton::clicked, this, &StartPage::thisMachineAsked);
  return tile;
}

void StartPage::addFileLink(QVBoxLayout* column, const QString& title, const QString& note,
                            const QString& path, const QString& missing) {
  auto* parent = column->parentWidget();
  auto* link =
      button(title, missing.isEmpty() ? path : tr("%1: %2").arg(path, missing), "flat", parent);
  link->setEnabled(missing.isEmpty());
  link->setCursor(Qt::PointingHandCursor);
  column->addWidget(link, 0, Qt::AlignLeft);
  const QString below = missing.isEmpty() ? note : missing;
  if (!below.isEmpty()) {
    auto* text = label(below, "secondary", parent);
    text->setIndent(6);
    column->addWidget(text);
  }
  connect(link, &QPushButton::clicked, this, [this, path] { Q_EMIT fileAsked(path); });
}

void StartPage::fillFiles() {
  while (auto* item = m_files->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  const auto samples = findSamples();
  for (const auto& sample : samples) {
    addFileLink(m_files, sample.title, sample.story, sample.file, {});
  }
  qsizetype shown = 0;
  for (const auto& file : RecentFiles::list()) {
    const bool isSample = std::ranges::any_of(samples, [&](const Sample& sample) {
      return QFileInfo(sample.file) == QFileInfo(file.path);
    });
    if (isSample || shown++ >= kRecentShown) continue;
    addFileLink(m_files, QFileInfo(file.path).fileName(), {}, file.path, file.missing);
  }
}

void StartPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  fillFiles();
  m_first->setFocus();
}

void StartPage::setTheme(const Theme& theme) {
  for (auto* picture : m_pictures) picture->setTheme(theme);
}

}  // namespace inflight::ui
