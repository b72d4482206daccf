// A private key from a file, for --identity.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "tunnel/keys.h"

namespace inflight::app {

// The error is a sentence that names the file.
std::expected<tunnel::PrivateKey, std::string> read_private_key(const std::filesystem::path& file);

}  // namespace inflight::app
