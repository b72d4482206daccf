// What was built, and with what.
#include "ui/about.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QSysInfo>

namespace inflight::ui {

QString buildInfo() {
#ifdef __clang__
  const QString compiler = QStringLiteral("clang " __clang_version__);
#else
  const QString compiler = QStringLiteral("gcc " __VERSION__);
#endif
  return QStringLiteral("Inflight %1 (%2, Qt %3, %4)")
      .arg(QStringLiteral(INFLIGHT_VERSION), compiler, QString::fromLatin1(qVersion()),
           QSysInfo::prettyProductName());
}

void showAboutBox(QWidget* parent) {
  QMessageBox box(parent);
  box.setWindowTitle(QCoreApplication::translate("About", "About Inflight"));
  box.setText(QCoreApplication::translate(
      "About", "What is holding this TCP connection back, and what would help?"));
  box.setInformativeText(
      buildInfo() + QStringLiteral("\n\n") +
      QCoreApplication::translate("About",
                                  "GPL-3.0-or-later. Made with Qt and Qt Charts, libsodium and "
                                  "libb2."));
  box.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  box.exec();
}

}  // namespace inflight::ui
