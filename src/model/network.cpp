#include "mestr/model/network.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/script.h>

#include <algorithm>
#include <cfenv>
#include <new>
#include <sstream>
#include <string_view>
#include <utility>

#include "core/border.h"
#include "mestr/core/error.h"
#include "model/blas.h"
#include "model/model_check.h"
#include "model/refusal.h"
#include "model/run_limits.h"

namespace mestr {
using namespace internal;
namespace fs = std::filesystem;
namespace {

// What `forward` gives for N inputs, on the CPU, float32.
struct Outputs {
  at::Tensor spot;     // N
  at::Tensor classes;  // N x C: probabilities; of windows logits
  at::Tensor bounds;   // N x 2; undefined of a network that gives none
};

struct LoadedNetwork {
  std::string file;
  at::Device device;
  ModelInfo info;
  ModelLimits limits;
  torch::jit::Module module;
};

// LibTorch's messages carry stack traces, and TorchScript's put the reason in the last line.
std::string OneLine(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  std::string_view text =
      torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  constexpr std::string_view kPrefix = "RuntimeError: ";
  if (const size_t at = text.rfind(kPrefix); at != std::string_view::npos) {
    text.remove_prefix(at + kPrefix.size());
  }
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  return std::string(text.substr(0, text.find('\n')));
}

// Threads of mestr's own work side by side, so LibTorch gets one; with it, results do not depend on
// the machine's number of cores. LibTorch keeps the number per calling thread.
void UseOneTorchThread() {
  thread_local const bool done = [] {
    at::set_num_threads(1);
    UseOneBlasThread();
    return true;
  }();
  static_cast<void>(done);
}

// Weights that training has left near zero are often subnormal numbers (a twentieth of those of
// models/mean_synthetic.pt), with which Intel's processors compute some ten times as slowly, and
// which change no score. Zeros for the thread that has it.
class SubnormalsAreZero {
 public:
  SubnormalsAreZero() {
    std::fegetenv(&before_);
    at::globalContext().setFlushDenormal(true);
  }
  ~SubnormalsAreZero() { std::fesetenv(&before_); }
  SubnormalsAreZero(const SubnormalsAreZero&) = delete;
  SubnormalsAreZero& operator=(const SubnormalsAreZero&) = delete;

 private:
  std::fenv_t before_ = {};
};

// CUDA's convolutions round to 10 bits of mantissa (TF32) and choose an algorithm by timing, unless
// told otherwise; both would make results differ from the CPU's and from run to run.
void UseExactCuda() {
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setDeterministicCuDNN(true);
}

bool IsFloatTensor(const torch::jit::IValue& value) {
  return value.isTensor() && value.toTensor().is_floating_point();
}

bool IsOfWindows(const LoadedNetwork& network) {
  return network.info.input == NetworkInput::kWindows;
}

std::string ShapeOf(const at::Tensor& tensor) {
  std::ostringstream shape;
  shape << tensor.sizes();
  return shape.str();
}

void CheckBounds(const LoadedNetwork& network, const at::Tensor& bounds, std::int64_t count) {
  const bool needs_bounds = IsOfWindows(network) && network.info.decoding.rule == SpotRule::kBounds;
  if (!bounds.defined()) {
    if (!needs_bounds) return;
    RefuseModel(network.file,
                "its record has \"decode\" = \"bounds\", but its network gives no third tensor "
                "with the frames to onset and offset");
  }
  if (bounds.dim() == 2 && bounds.size(0) == count && bounds.size(1) == 2) return;
  RefuseModel(network.file, "its network gives bounds of shape " + ShapeOf(bounds) + " for " +
                                std::to_string(count) + " inputs; [N, 2] is expected");
}

void CheckShapes(const LoadedNetwork& network, const Outputs& outputs, std::int64_t count) {
  if (outputs.spot.dim() != 1 || outputs.spot.size(0) != count) {
    RefuseModel(network.file, "its network gives a spotting score of shape " +
                                  ShapeOf(outputs.spot) + " for " + std::to_string(count) +
                                  " inputs; [N] is expected");
  }
  const char* name = IsOfWindows(network) ? "logits" : "probabilities";
  if (outputs.classes.dim() != 2 || outputs.classes.size(0) != count) {
    RefuseModel(network.file, std::string("its network gives ") + name + " of shape " +
                                  ShapeOf(outputs.classes) + " for " + std::to_string(count) +
                                  " inputs; [N, classes] is expected");
  }
  const auto classes = static_cast<std::int64_t>(network.info.classes.size());
  if (outputs.classes.size(1) != classes) {
    RefuseModel(network.file, "its record names " + std::to_string(classes) +
                                  " classes, but its network gives " +
                                  std::to_string(outputs.classes.size(1)));
  }
  CheckBounds(network, outputs.bounds, count);
}

void CheckFinite(const LoadedNetwork& network, const Outputs& outputs) {
  for (const at::Tensor& values : {outputs.spot, outputs.classes, outputs.bounds}) {
    if (values.defined() && !at::isfinite(values).all().item<bool>()) {
      RefuseModel(network.file, "its network gives values that are not finite");
    }
  }
}

// TorchScript turns the exception of an allocator into a plain runtime_error, so only its text
// tells.
bool IsOutOfMemory(const std::exception& error) {
  return std::string_view(error.what()).find("out of memory") != std::string_view::npos;
}

[[noreturn]] void ThrowOutOfMemory() {
  throw Error(ErrorKind::kDevice,
              "the CUDA device is out of memory; free some of it, or choose the device cpu");
}

// `input` lies on the CPU; so do the outputs, whatever device computes them.
Outputs ComputeOutputs(LoadedNetwork& network, const at::Tensor& input) {
  const torch::jit::IValue result = network.module.forward({input.to(network.device)});
  const auto refuse = [&] {
    RefuseModel(network.file, IsOfWindows(network)
                                  ? "its network does not give two or three tensors, spotting "
                                    "score, logits and bounds"
                                  : "its network does not give two tensors, spotting score and "
                                    "probabilities");
  };
  if (!result.isTuple()) refuse();
  const auto& elements = result.toTupleRef().elements();
  const std::size_t most = IsOfWindows(network) ? 3 : 2;
  if (elements.size() < 2 || elements.size() > most) refuse();
  std::vector<at::Tensor> tensors(3);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!IsFloatTensor(elements[i])) refuse();
    tensors[i] = elements[i].toTensor().to(at::kCPU, at::kFloat).contiguous();
  }
  return {tensors[0], tensors[1], tensors[2]};
}

// A loaded model, or one call of its network: `run` under limits, and LibTorch's exceptions as
// ours.
template <typename Call>
void RunWithin(RunLimits& limits, const std::string& file, const char* failure, Call run) {
  std::string reason;
  try {
    return run();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    if (limits.reason().empty() && IsLackOfMemory(error)) throw std::bad_alloc();
    if (limits.reason().empty() && IsOutOfMemory(error)) ThrowOutOfMemory();
    reason = OneLine(error);
  } catch (...) {
    reason = "it throws what is no exception of C++'s library";
  }
  RefuseModel(file, limits.reason().empty() ? failure + reason : limits.reason());
}

Outputs Run(LoadedNetwork& network, const at::Tensor& input, RunLimits& limits) {
  // LibTorch's profiling executor rewrites the network after its first calls, with which the last
  // bits of a video's scores would depend on what ran before it.
  const torch::jit::GraphOptimizerEnabledGuard same_graph_every_time(false);
  const c10::InferenceMode no_gradients;
  Outputs outputs;
  RunWithin(limits, network.file,
            "its network does not run: ", [&] { outputs = ComputeOutputs(network, input); });
  CheckShapes(network, outputs, input.size(0));
  CheckFinite(network, outputs);
  return outputs;
}

std::vector<std::int64_t> InputSizes(const ModelInfo& info, std::int64_t rows) {
  std::vector<std::int64_t> sizes = {rows};
  sizes.insert(sizes.end(), info.row_shape.begin(), info.row_shape.end());
  return sizes;
}

// Two inputs and one, because a network that squeezes its outputs is right for one of them only; of
// windows what they will be, as others need not work.
std::vector<std::int64_t> TrialCounts(const LoadedNetwork& network) {
  if (IsOfWindows(network)) return {network.info.window.window_frames};
  return {2, 1};
}

void TryOut(LoadedNetwork& network) {
  RunLimits limits(network.limits.trial_s, network.limits.call_mib, "model.trial_s",
                   "model.call_mib");
  for (const std::int64_t count : TrialCounts(network)) {
    const auto values = count * static_cast<std::int64_t>(network.info.RowValues());
    const at::Tensor ramp = at::arange(values, at::kFloat).remainder(17).div(16);
    const Outputs outputs = Run(network, ramp.view(InputSizes(network.info, count)), limits);
    if (IsOfWindows(network)) continue;
    const at::Tensor sums = outputs.classes.sum(1);
    constexpr double kTolerance = 1e-3;
    if (outputs.classes.min().item<float>() < 0 ||
        (sums - 1).abs().max().item<double>() > kTolerance) {
      RefuseModel(network.file,
                  "its network gives class scores that are no probabilities (0 or more, sum 1)");
    }
  }
}

void MoveToDevice(LoadedNetwork& network) {
  try {
    network.module.to(network.device);
  } catch (const std::exception& error) {
    if (IsOutOfMemory(error)) ThrowOutOfMemory();
    throw Error(ErrorKind::kDevice, "the CUDA device does not work: " + OneLine(error));
  }
}

// Nothing of the file runs here: what would was refused by CheckModelArchive.
void LoadModule(const ModelFile& file, std::string archive, LoadedNetwork& network) {
  std::istringstream stream(std::move(archive));
  RunLimits limits(network.limits.trial_s, 2 * network.limits.most_mib, "model.trial_s",
                   "model.most_mib");
  RunWithin(limits, network.file, "not a TorchScript model: ", [&] {
    network.module = torch::jit::load(stream, at::Device(at::kCPU));
    PrepareFunctions(network.module, file.trusted, network.file);
    network.module.eval();
  });
}

LoadedNetwork Load(CheckedFile checked, const at::Device& device, const ModelLimits& limits) {
  LoadedNetwork network{checked.file.path.string(), device, std::move(checked.info), limits, {}};
  LoadModule(checked.file, std::move(checked.archive), network);
  MoveToDevice(network);
  TryOut(network);
  return network;
}

[[noreturn]] void RefuseBoundsOfSome(const LoadedNetwork& network) {
  RefuseModel(network.file,
              "cannot be averaged with the others: only some of their networks give bounds");
}

std::vector<float> ValuesOf(const at::Tensor& tensor) {
  const at::Tensor values = tensor.contiguous();
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

class TorchNetwork : public Network {
 public:
  TorchNetwork(std::vector<LoadedNetwork> networks, std::string sha256)
      : networks_(std::move(networks)), sha256_(std::move(sha256)) {}

  const ModelInfo& info() const override { return networks_.front().info; }
  const std::string& sha256() const override { return sha256_; }

  ScoreTrack Score(std::span<const float> rows) override {
    const std::size_t row_values = info().RowValues();
    if (rows.size() % row_values != 0) {
      throw Error(ErrorKind::kInvalidArgument, "Network::Score: " + std::to_string(rows.size()) +
                                                   " values are no multiple of " +
                                                   std::to_string(row_values));
    }
    ScoreTrack track;
    if (rows.empty()) return track;
    UseOneTorchThread();
    const SubnormalsAreZero zeros;
    const Outputs mean = MeanOutputs(ToTensor(rows));
    track.classes = static_cast<int>(info().classes.size());
    track.spot = ValuesOf(mean.spot);
    if (info().input == NetworkInput::kWindows) {
      track.probabilities = ValuesOf(at::softmax(mean.classes, 1));
      track.logits = ValuesOf(mean.classes);
      if (mean.bounds.defined()) track.bounds = ValuesOf(mean.bounds);
    } else {
      track.probabilities = ValuesOf(mean.classes);
    }
    track.valid.assign(track.spot.size(), 1);
    track.frames = static_cast<std::int64_t>(track.spot.size());
    return track;
  }

 private:
  at::Tensor ToTensor(std::span<const float> rows) const {
    const auto count = static_cast<std::int64_t>(rows.size() / info().RowValues());
    // from_blob wants a mutable pointer, but the network only reads its input.
    return at::from_blob(const_cast<float*>(rows.data()), InputSizes(info(), count), at::kFloat);
  }

  static Outputs RunOne(LoadedNetwork& network, const at::Tensor& input) {
    RunLimits limits(network.limits.call_s, network.limits.call_mib, "model.call_s",
                     "model.call_mib");
    return Run(network, input, limits);
  }

  Outputs MeanOutputs(const at::Tensor& input) {
    Outputs mean = RunOne(networks_.front(), input);
    if (networks_.size() == 1) return mean;
    const c10::InferenceMode no_gradients;
    for (size_t i = 1; i < networks_.size(); ++i) {
      const Outputs outputs = RunOne(networks_[i], input);
      mean.spot = mean.spot + outputs.spot;
      mean.classes = mean.classes + outputs.classes;
      if (mean.bounds.defined() != outputs.bounds.defined()) RefuseBoundsOfSome(networks_[i]);
      if (mean.bounds.defined()) mean.bounds = mean.bounds + outputs.bounds;
    }
    const auto count = static_cast<double>(networks_.size());
    return {mean.spot / count, mean.classes / count,
            mean.bounds.defined() ? mean.bounds / count : at::Tensor()};
  }

  std::vector<LoadedNetwork> networks_;
  std::string sha256_;
};

at::Device SelectDevice(ModelDevice device) {
  if (device == ModelDevice::kCpu) return at::kCPU;
  if (!TorchHasCuda()) {
    throw Error(ErrorKind::kDevice,
                "LibTorch " + TorchVersion() + " has no CUDA device here; choose the device cpu");
  }
  UseExactCuda();
  return at::kCUDA;
}

}  // namespace

std::unique_ptr<Network> internal::LoadCheckedFiles(std::vector<CheckedFile> files,
                                                    ModelDevice device, const ModelLimits& limits) {
  const at::Device torch_device = SelectDevice(device);
  UseOneTorchThread();
  std::string sha256 = JoinedSha256(files);
  std::vector<LoadedNetwork> networks;
  for (CheckedFile& file : files) networks.push_back(Load(std::move(file), torch_device, limits));
  return std::make_unique<TorchNetwork>(std::move(networks), std::move(sha256));
}

std::unique_ptr<Network> LoadNetwork(const std::vector<ModelFile>& files, ModelDevice device,
                                     const ModelLimits& limits) {
  return LoadCheckedFiles(CheckModelFiles(files, limits), device, limits);
}

bool TorchHasCuda() { return torch::cuda::is_available(); }

std::string TorchBlas() { return BlasDescription(); }

}  // namespace mestr
