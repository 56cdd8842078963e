// mestr/model/network.h of the program: LibTorch comes with a module, when a network is needed.
#include <dlfcn.h>

#include <atomic>
#include <filesystem>
#include <string_view>
#include <utility>

#include "cli/late_module.h"
#include "cli/network_module.h"
#include "mestr/model/network.h"

namespace mestr {
using namespace internal;
namespace {

namespace fs = std::filesystem;
using cli::NetworkCalls;

std::atomic<bool> is_loaded = false;

// Beside the module that this code is in.
fs::path ModulePath() {
  Dl_info info{};
  ::dladdr(reinterpret_cast<const void*>(&ModulePath), &info);
  return fs::absolute(info.dli_fname).parent_path() / cli::kNetworkFile;
}

const NetworkCalls& Calls() {
  static const NetworkCalls& calls =
      cli::TableOfModule<NetworkCalls>(ModulePath(), cli::kNetworkEntry, cli::kNetworkSizes);
  is_loaded = true;
  return calls;
}

// One that comes with mestr: its tests have loaded and run it, so that what is left to go wrong is
// no matter of the file.
bool IsShipped(const CheckedFile& file) {
  return std::string_view(MESTR_SHIPPED_MODELS).find(file.sha256) != std::string_view::npos;
}

// A network that is loaded by the thread that first scores rows, while others read and compute the
// next frames. Not in a thread of its own: where LibTorch lacks memory to set itself up, the
// process ends, and no file may be half-written then.
class LateNetwork final : public Network {
 public:
  LateNetwork(std::vector<CheckedFile> files, const ModelLimits& limits)
      : files_(std::move(files)), limits_(limits), sha256_(JoinedSha256(files_)) {}

  const ModelInfo& info() const override { return files_.front().info; }
  const std::string& sha256() const override { return sha256_; }

  ScoreTrack Score(std::span<const float> rows) override {
    if (network_ == nullptr) network_ = Calls().load(files_, ModelDevice::kCpu, limits_);
    return network_->Score(rows);
  }

 private:
  std::vector<CheckedFile> files_;
  ModelLimits limits_;
  std::string sha256_;
  std::unique_ptr<Network> network_;
};

}  // namespace

std::unique_ptr<Network> LoadNetwork(const std::vector<ModelFile>& files, ModelDevice device,
                                     const ModelLimits& limits) {
  std::vector<CheckedFile> checked = CheckModelFiles(files, limits);
  // What is wrong with any other is told before the first video.
  const bool is_known = checked.size() == 1 && IsShipped(checked.front());
  if (!is_known || is_loaded || device != ModelDevice::kCpu) {
    return Calls().load(std::move(checked), device, limits);
  }
  return std::make_unique<LateNetwork>(std::move(checked), limits);
}

bool TorchHasCuda() { return Calls().has_cuda(); }

std::string TorchBlas() { return Calls().blas(); }

}  // namespace mestr
