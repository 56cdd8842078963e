// The MEAN network (Liong, See, Chan 2023, section 3.3) as TorchScript.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mestr {

// Size of the network's input: channels u, v, strain; eyes and eyebrows in the upper 21 rows, mouth
// in the lower.
inline constexpr int kFeatureChannels = 3;
inline constexpr int kFeatureSide = 42;
inline constexpr int kFeatureValues = kFeatureChannels * kFeatureSide * kFeatureSide;

// What a model says of itself: JSON in the extra file "mestr.json" inside the .pt, all fields
// required.
struct ModelInfo {
  int format = 0;                    // of this record: 1
  std::string name;                  // "mean-casme2-s1"
  std::string version;               // of the weights
  std::vector<std::string> classes;  // of the probabilities, in order
  std::string
      features;  // what the input must be: "mean-v1" is u, v, strain, min-max normalised, two ROIs
  double fps = 0;      // frame rate that k and k_p are meant for
  int k_frames = 0;    // distance of the two frames of a pair
  int k_p_frames = 0;  // half the mean length of a micro-expression
  double p = 0;        // threshold parameter, in [0, 1]
  std::string training_data;
  std::string licence;
};

struct ModelOutput {
  std::vector<float> spot;           // N
  std::vector<float> probabilities;  // N x C, row-major
};

enum class ModelDevice { kCpu, kCuda };

// One network or the mean of several (an ensemble). Not thread-safe; models of their own in several
// threads are. LibTorch is set to one thread in every thread that loads or runs a model: the
// pipeline's stages fill the cores already, and results then do not depend on their number.
class MeanModel {
 public:
  virtual ~MeanModel() = default;

  // The first model's record. All models of an ensemble agree on everything but name, version,
  // training_data and licence.
  virtual const ModelInfo& info() const = 0;

  // SHA-256 of the file(s), hexadecimal; several are joined by '+'.
  virtual const std::string& sha256() const = 0;

  // `features` holds N x 3 x 42 x 42 float32, row-major, each channel in [0, 1]. The result depends
  // on the way a sequence is cut into calls only in the last bits; callers that need the same bytes
  // cut it the same way, whatever ran before. 16 inputs a call are fastest on a CPU (0.09 ms each;
  // from 32 on the buffers go back to the system and are faulted in anew at each call). Throws
  // Error{kInvalidArgument} when the size is no multiple of 3 x 42 x 42, Error{kModel} when the
  // network gives other shapes or values that are not finite.
  virtual ModelOutput Forward(std::span<const float> features) = 0;
};

// Loads and checks: the file exists, is TorchScript, carries a complete record, and gives (spot[N],
// probabilities[N, C]) on a trial input. Throws Error{kModel} naming file and reason;
// Error{kDevice} when CUDA is asked for and LibTorch has none.
std::unique_ptr<MeanModel> LoadMeanModel(const std::vector<std::filesystem::path>& files,
                                         ModelDevice device);

// True when this LibTorch can compute on a CUDA device now.
bool TorchHasCuda();
// Its version, for run records.
std::string TorchVersion();

}  // namespace mestr
