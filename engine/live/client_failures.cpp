#include "live/client_failures.h"

namespace inflight::live {
namespace {

std::string seconds(Duration limit) {
  return limit % 1s == Duration{} ? std::to_string(limit / 1s) + " s"
                                  : std::to_string(limit / 1ms) + " ms";
}

}  // namespace

std::string unknown_name(const std::string& name, const std::string& reason) {
  return "The name " + name + " cannot be resolved: " + reason +
         ". Check its spelling, or give the address.";
}

std::string unanswered_name(const std::string& name, Duration limit) {
  return "The name " + name + " was not resolved within " + seconds(limit) +
         ". Give the address itself, or check this machine's name service.";
}

std::string no_tunnel(const wire::Endpoint& server, Duration limit) {
  return "No answer from " + to_string(server) + " in " + seconds(limit) +
         ". Is `inflight-cli serve` running there, is UDP let through, and is the key right?";
}

std::string no_control(const wire::Endpoint& server, Duration limit) {
  return "The tunnel to " + to_string(server) +
         " is up, but its control connection did not answer in " + seconds(limit) +
         ". Is it an `inflight-cli serve` of this version?";
}

std::string server_lost(const wire::Endpoint& server, Duration silence) {
  return "The connection to " + to_string(server) + " was lost: nothing came from there for " +
         seconds(silence) + ". Is the server still running, and the network up?";
}

std::string control_closed() {
  return "The server closed the control connection before the transfer was over. Was it stopped?";
}

std::string line_too_long() {
  return "The server sent a line of more than 64 KiB: it is no server of this version. Use the "
         "same "
         "release at both ends.";
}

std::string not_understood(const std::string& what) {
  return "The server sent something that is not understood (" + what +
         "). Use the same release at both ends.";
}

}  // namespace inflight::live
