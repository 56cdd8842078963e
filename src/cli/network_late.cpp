// mestr/model/network.h of the program: LibTorch comes with a module, when a network is needed.
#include <dlfcn.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <string_view>
#include <system_error>
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

using Loading = std::shared_future<std::unique_ptr<Network>>;

Loading StartLoading(std::vector<CheckedFile> files, ModelDevice device,
                     const ModelLimits& limits) {
  const auto load = [files = std::move(files), device, limits] {
    return Calls().load(files, device, limits);
  };
  try {
    return std::async(std::launch::async, load);
  } catch (const std::system_error&) {
    // The system has no thread left: when the first rows are there.
    return std::async(std::launch::deferred, load);
  }
}

// A network that is loaded while the first frames are read. What is wrong with that is told by
// Score.
class LateNetwork final : public Network {
 public:
  LateNetwork(std::vector<CheckedFile> files, ModelDevice device, const ModelLimits& limits)
      : info_(files.front().info),
        sha256_(JoinedSha256(files)),
        loading_(StartLoading(std::move(files), device, limits)) {}

  const ModelInfo& info() const override { return info_; }
  const std::string& sha256() const override { return sha256_; }
  ScoreTrack Score(std::span<const float> rows) override { return loading_.get()->Score(rows); }

 private:
  ModelInfo info_;
  std::string sha256_;
  Loading loading_;
};

}  // namespace

std::unique_ptr<Network> LoadNetwork(const std::vector<ModelFile>& files, ModelDevice device,
                                     const ModelLimits& limits) {
  std::vector<CheckedFile> checked = CheckModelFiles(files, limits);
  // What is wrong with a network is told here; of others a thread may tell it later.
  const bool is_known = checked.size() == 1 && IsShipped(checked.front());
  if (!is_known || is_loaded || device != ModelDevice::kCpu) {
    return Calls().load(std::move(checked), device, limits);
  }
  return std::make_unique<LateNetwork>(std::move(checked), device, limits);
}

bool TorchHasCuda() { return Calls().has_cuda(); }

std::string TorchBlas() { return Calls().blas(); }

}  // namespace mestr
