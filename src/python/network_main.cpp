// mestr-network: LibTorch in a process of its own (python/network_messages.h). Its standard input
// is a socket to the process that started it, and it ends with that.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "mestr/core/error.h"
#include "mestr/model/network.h"
#include "python/network_messages.h"

namespace mestr::internal {
namespace {

using nlohmann::json;

NetworkMessage Facts() {
  return {{{"cuda", TorchHasCuda()}, {"torch", TorchVersion()}, {"blas", TorchBlas()}}, {}};
}

std::unique_ptr<Network> Load(const json& request) {
  std::error_code gone;
  std::filesystem::current_path(request.at("folder").get<std::string>(), gone);
  std::vector<ModelFile> files;
  for (const json& file : request.at("files")) {
    files.push_back({file.at("path").get<std::string>(), file.at("sha256").get<std::string>(),
                     file.at("trusted").get<bool>()});
  }
  const json& limits = request.at("limits");
  return LoadNetwork(files, request.at("cuda").get<bool>() ? ModelDevice::kCuda : ModelDevice::kCpu,
                     {.most_mib = limits.at("most_mib").get<int>(),
                      .trial_s = limits.at("trial_s").get<double>(),
                      .call_s = limits.at("call_s").get<double>(),
                      .call_mib = limits.at("call_mib").get<int>()});
}

NetworkMessage Scores(Network& network, std::span<const float> rows) {
  const ScoreTrack track = network.Score(rows);
  NetworkMessage answer{{{"classes", track.classes}, {"sizes", json::array()}}, {}};
  for (const auto* part : {&track.spot, &track.probabilities, &track.logits, &track.bounds}) {
    answer.head["sizes"].push_back(part->size());
    answer.values.insert(answer.values.end(), part->begin(), part->end());
  }
  return answer;
}

// Requests come in the order: facts or not, load, scores.
NetworkMessage Answer(const NetworkMessage& request, std::unique_ptr<Network>& network) {
  const auto ask = request.head.at("ask").get<std::string>();
  if (ask == "facts") return Facts();
  if (ask == "score") return Scores(*network, request.values);
  network = Load(request.head);
  return {{{"sha256", network->sha256()}}, {}};
}

// A network may compute for long; who asked need not be there any more.
void EndWithTheOtherSide() {
  std::thread([] {
    pollfd other{.fd = STDIN_FILENO, .events = 0, .revents = 0};
    while (::poll(&other, 1, -1) != 1) {
    }
    std::_Exit(0);
  }).detach();
}

int Serve() {
  // Ctrl-C is for the Python process, which decides what ends.
  ::signal(SIGINT, SIG_IGN);
  EndWithTheOtherSide();
  const NetworkChannel channel(STDIN_FILENO);
  std::unique_ptr<Network> network;
  while (const auto request = channel.Receive()) {
    NetworkMessage answer;
    try {
      answer = Answer(*request, network);
    } catch (const Error& error) {
      answer = {{{"error", error.what()}, {"kind", static_cast<int>(error.kind())}}, {}};
    } catch (const std::bad_alloc&) {
      answer = {{{"no_memory", true}}, {}};
    }
    if (!channel.Send(answer.head, answer.values)) break;
  }
  return 0;
}

}  // namespace
}  // namespace mestr::internal

int main() {
  if (::isatty(STDIN_FILENO) == 1) {
    std::cerr
        << "mestr-network is started by the Python package mestr, and does nothing by itself\n";
    return 2;
  }
  mestr::internal::Serve();
  std::_Exit(0);  // LibTorch takes long to leave
}
