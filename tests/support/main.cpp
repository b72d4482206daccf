// The main program of every test folder: runs each class that registered itself.
#include <QCoreApplication>

#include "support/run_registered.h"

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  return inflight::testing::run_registered(QCoreApplication::arguments());
}
