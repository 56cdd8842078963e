#include "python/network_messages.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr int kLookForStop_ms = 50;

}  // namespace

bool NetworkChannel::Send(const nlohmann::json& head, std::span<const float> values) const {
  // Not as text: paths need not be UTF-8.
  const std::vector<std::uint8_t> text = nlohmann::json::to_cbor(head);
  const std::array<std::uint64_t, 2> sizes = {text.size(), values.size()};
  return SendBytes(std::as_bytes(std::span(sizes))) && SendBytes(std::as_bytes(std::span(text))) &&
         SendBytes(std::as_bytes(values));
}

std::optional<NetworkMessage> NetworkChannel::Receive(const std::stop_token& stop) const {
  std::array<std::uint64_t, 2> sizes{};
  if (!ReceiveBytes(std::as_writable_bytes(std::span(sizes)), stop)) return std::nullopt;
  std::vector<std::uint8_t> text(sizes[0]);
  NetworkMessage message;
  message.values.resize(sizes[1]);
  if (!ReceiveBytes(std::as_writable_bytes(std::span(text)), stop) ||
      !ReceiveBytes(std::as_writable_bytes(std::span(message.values)), stop)) {
    return std::nullopt;
  }
  message.head = nlohmann::json::from_cbor(text);
  return message;
}

// A socket that was closed is an answer here and not a signal.
bool NetworkChannel::SendBytes(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool NetworkChannel::ReceiveBytes(std::span<std::byte> bytes, const std::stop_token& stop) const {
  while (!bytes.empty()) {
    if (stop.stop_requested()) throw Error(ErrorKind::kStopped, "stopped while the network ran");
    pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&readable, 1, stop.stop_possible() ? kLookForStop_ms : -1);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const ssize_t received = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(received));
  }
  return true;
}

}  // namespace mestr::internal
