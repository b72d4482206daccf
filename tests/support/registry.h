// One test program per folder: each test class registers itself, support/main.cpp runs them all.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <vector>

namespace inflight::testing {

using Factory = std::function<std::unique_ptr<QObject>()>;
std::vector<Factory>& registry();

// Usage: `const Register<RttTest> registered;` behind the class, in an anonymous namespace.
template <class Test>
struct Register {
  Register() {
    registry().push_back([] { return std::make_unique<Test>(); });
  }
};

}  // namespace inflight::testing
