// Version and build of the program: for the About box, --version and reports.
#pragma once

#include <QString>

class QWidget;

namespace inflight::ui {

// "Inflight 0.1.0 (gcc 12.2, Qt 6.4.2, release)"
QString buildInfo();
// The same with licence, in a box whose text can be copied.
void showAboutBox(QWidget* parent);

}  // namespace inflight::ui
