// Dense optical flow between pairs of face crops, behind one small interface.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "mestr/core/image_view.h"

namespace mestr {

// One flow to compute. All four views have one size, 16 x 16 to 16384 x 16384 px. `from` and `to`
// are 8-bit gray; `u` and `v` receive the displacement in px (to(x + u, y + v) looks like from(x,
// y)) and must not overlap anything else.
struct FlowPair {
  ImageView<const std::uint8_t> from;
  ImageView<const std::uint8_t> to;
  ImageView<float> u;
  ImageView<float> v;
};

// Parameters of TV-L1 (Zach, Pock, Bischof 2007; Sanchez et al., IPOL 2013, algorithm 1). The
// defaults are OpenCV's DualTVL1 defaults, which the published baseline uses.
struct Tvl1Options {
  double tau = 0.25;        // time step of the dual iteration, in (0, 0.25]
  double lambda = 0.15;     // weight of the data term, > 0
  double theta = 0.3;       // tightness of the coupling, > 0
  int scales = 5;           // levels of the pyramid, >= 1
  double scale_step = 0.8;  // size of a level relative to the one below it, in (0, 1)
  int warps = 5;            // warpings a level, >= 1
  double epsilon = 0.01;    // stops the iterations of a warping, > 0
  int inner_iterations = 30;
  int outer_iterations = 10;
  int median_filtering = 5;  // 1 (off), 3 or 5: size of the median filter on the flow

  // Throws Error{kConfig} "flow.<field> is <value>; it must be <limit>".
  void Check() const;
  friend bool operator==(const Tvl1Options&, const Tvl1Options&) = default;
};

enum class FlowMethod {
  // OpenCV's own DualTVL1, on one thread. OpenCV can be told so only for the whole process
  // (cv::setNumThreads): while such an engine lives, all of OpenCV computes on one thread.
  kOpenCv,
  // Ours, SIMD: the bits that OpenCV 4.6 built without IPP (Debian's; PyPI's wheels have IPP) gives
  // on x86-64, for all options, on every instruction set.
  kExact,
  // Ours: fused multiply-add and approximate reciprocals. Close to kExact, not equal; may differ
  // between processors.
  kFast,
  kCuda,  // ours, on a CUDA device: the same bits as kExact
};

// "opencv", "exact", "fast", "cuda"; parsing throws Error{kConfig} naming the four.
std::string_view FlowMethodName(FlowMethod method);
FlowMethod ParseFlowMethod(std::string_view name);

// A method and the parameters of each kind of flow; those of another kind are not looked at.
struct FlowOptions {
  FlowMethod method = FlowMethod::kExact;
  Tvl1Options tvl1;

  // Throws Error{kConfig} as above, for the kind of flow that `method` computes.
  void Check() const;
  friend bool operator==(const FlowOptions&, const FlowOptions&) = default;
};

// Not thread-safe: give each worker an engine of its own. Results do not depend on the batching or
// on the engine's history.
class FlowEngine {
 public:
  virtual ~FlowEngine() = default;

  // Computes every pair. Throws Error{kInvalidArgument} when sizes differ within a pair or are out
  // of range, or when a view has no pixels; nothing is computed then.
  virtual void Compute(std::span<const FlowPair> pairs) = 0;

  // How many pairs a call should hold for full speed: 1 on a CPU.
  virtual int PreferredBatch() const = 0;

  // For people: method, instruction set or device, for example "exact (AVX2)".
  virtual std::string Description() const = 0;
};

// Throws Error{kConfig} naming the option that is out of range, Error{kDevice} when a CUDA engine
// is asked for and this build or machine has none.
std::unique_ptr<FlowEngine> MakeFlowEngine(const FlowOptions& options);

}  // namespace mestr
