// Compiled once for the window's libraries: Qt's headers are most of what one of their files costs
// to compile.
#pragma once

#include <QChart>
#include <QLabel>
#include <QLayout>
#include <QPainter>
#include <QWidget>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>
