// What the main programs of the test folders share.
#pragma once

#include <QStringList>

namespace inflight::testing {

// Runs the registered classes; the number of functions that failed. A first argument that is the
// name of a class selects it: `tcp_test RackTest -v2`, `tcp_test RackTest function:row`.
int run_registered(QStringList arguments);

}  // namespace inflight::testing
