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

bool NetworkChannel::Send(const nlohmann::json& head, std::span<const float> values,
                          const std::stop_token& stop) const {
  // Not as text: paths need not be UTF-8.
  const std::vector<std::uint8_t> text = nlohmann::json::to_cbor(head);
  const std::array<std::uint64_t, 2> sizes = {text.size(), values.size()};
  return SendBytes(std::as_bytes(std::span(sizes)), stop) &&
         SendBytes(std::as_bytes(std::span(text)), stop) && SendBytes(std::as_bytes(values), stop);
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
bool NetworkChannel::SendBytes(std::span<const std::byte> bytes,
                               const std::stop_token& stop) const {
  while (!bytes.empty()) {
    WaitFor(POLLOUT, stop);
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool NetworkChannel::ReceiveBytes(std::span<std::byte> bytes, const std::stop_token& stop) const {
  while (!bytes.empty()) {
    WaitFor(POLLIN, stop);
    const ssize_t received = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (received < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (received <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(received));
  }
  return true;
}

void NetworkChannel::WaitFor(short event, const std::stop_token& stop) const {
  pollfd state{.fd = socket_, .events = event, .revents = 0};
  do {
    if (stop.stop_requested()) throw Error(ErrorKind::kStopped, "stopped while the network ran");
  } while (::poll(&state, 1, stop.stop_possible() ? kLookForStop_ms : -1) <= 0);
}

}  // namespace mestr::internal
