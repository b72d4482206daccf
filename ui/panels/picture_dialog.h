// Asks how large a picture of the charts shall be: width and height in points, as they look on the
// screen, and how many pixels a point has. Says what comes out. Writes nothing.
#pragma once

#include <QDialog>
#include <QSize>

class QLabel;
class QSpinBox;

namespace inflight::ui {

class SegmentedControl;

// Of a whole picture, its title included.
struct PictureSize {
  // Points.
  QSize size;
  // Pixels for a point: 1 to 3.
  int scale = 2;

  QSize pixels() const { return size * scale; }
  bool operator==(const PictureSize&) const = default;
};

class PictureDialog : public QDialog {
  Q_OBJECT

 public:
  // What the charts are still legible at, and what a picture of three pixels a point can hold.
  static constexpr QSize kLeast{400, 320};
  static constexpr QSize kMost{4000, 3000};

  explicit PictureDialog(const PictureSize& proposal, QWidget* parent = nullptr);

  PictureSize chosen() const;

 private:
  void tellPixels();

  QSpinBox* m_width;
  QSpinBox* m_height;
  SegmentedControl* m_scale;
  QLabel* m_pixels;
};

}  // namespace inflight::ui
