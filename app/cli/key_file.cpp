#include "cli/key_file.h"

#include <fstream>

namespace inflight::app {

std::expected<tunnel::PrivateKey, std::string> read_private_key(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  if (!stream || !std::getline(stream, line)) {
    return std::unexpected(file.string() + " cannot be read");
  }
  const auto key = tunnel::parse_private_key(line);
  if (!key) {
    return std::unexpected(file.string() +
                           ": expected a private key of 44 base64 characters on its first line, as "
                           "`inflight-cli keygen` prints it");
  }
  return *key;
}

}  // namespace inflight::app
