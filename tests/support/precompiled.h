// Compiled once for all tests: Qt Test is most of what a test costs to compile.
#pragma once

#include <QTest>
#include <algorithm>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>
