// What the extension and the network's process say to each other.
//
// LibTorch is never loaded into a Python process, where another one may be (PyPI's torch has its
// own): the network runs in a process of its own, the program mestr-network, and rows and scores go
// over a socket. Requests, and what is answered:
//
//   {"ask": "facts"}                               {"cuda": bool, "torch": text, "blas": text}
//   {"ask": "load", "folder": text, "files": [...], "cuda": bool, "limits": {...}} {"sha256": text}
//   {"ask": "score"} with rows                     {"classes": n, "sizes": [spot, probabilities,
//   logits, bounds]} with these
//
// or, to any of them, {"error": line, "kind": ErrorKind} or {"no_memory": true}.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace mestr::internal {

struct NetworkMessage {
  nlohmann::json head;
  std::vector<float> values;
};

// Over a connected socket, which is somebody else's. Both sides are of one build on one machine:
// numbers go as they are.
class NetworkChannel {
 public:
  explicit NetworkChannel(int socket) : socket_(socket) {}

  // False where the other side is gone. Throws Error{kStopped}, as below, where `stop` is requested
  // before all is sent or received.
  bool Send(const nlohmann::json& head, std::span<const float> values = {},
            const std::stop_token& stop = {}) const;

  // Empty where the other side is gone.
  std::optional<NetworkMessage> Receive(const std::stop_token& stop = {}) const;

 private:
  bool ReceiveBytes(std::span<std::byte> bytes, const std::stop_token& stop) const;
  bool SendBytes(std::span<const std::byte> bytes, const std::stop_token& stop) const;
  void WaitFor(short event, const std::stop_token& stop) const;

  int socket_;
};

}  // namespace mestr::internal
