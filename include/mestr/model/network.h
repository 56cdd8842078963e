// A network that scores rows of features: TorchScript with a record of what it needs.
//
// A model file is code. It is checked before any of it runs: its archive, its record, its pickles,
// and each operator against a list of those that networks need; its runs have limits (ModelLimits).
// What is left to trust is LibTorch, whose operators were not made for strangers' input. Give the
// file's SHA-256 where you know it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mestr/core/decoding.h"
#include "mestr/core/evidence_weights.h"
#include "mestr/core/model_file.h"
#include "mestr/core/score_track.h"
#include "mestr/core/window_layout.h"

namespace mestr {

// What a network takes in one call.
enum class NetworkInput {
  kPairs,      // [N, row shape], one a pair of frames, each scored by itself
  kSequences,  // [N, row shape], all rows of a video in their order
  kWindows,    // [N, row shape], the rows of one window of used frames
};

// What a network's scores are.
enum class ScoreKind {
  kRelative,       // the higher, the likelier: to be held against the other scores of the video
  kProbabilities,  // that the index lies within a micro-expression, in [0, 1]
};

// What a model says of itself: JSON in the extra file "mestr.json" inside the .pt. Format 4 has all
// fields, those of windows with that input alone; format 3 knows no windows; format 2 lacks scores
// and evidence: relative ones, and none; format 1 lacks row_shape and input, too, which are then
// {3, 42, 42} and pairs.
struct ModelInfo {
  int format = 0;                    // of the record
  std::string name;                  // "mean-casme2-s1"
  std::string version;               // of the weights
  std::vector<std::string> classes;  // of the probabilities, in order
  std::string features;              // kind of the rows (features/extractor.h): "mean-v1"
  std::vector<int> row_shape;        // of one row
  NetworkInput input = NetworkInput::kPairs;
  double fps = 0;      // frame rate that k, k_p and the window are meant for
  int k_frames = 0;    // distance of the two frames of a pair; 0 of windows
  int k_p_frames = 0;  // half the mean length of a micro-expression; of windows in used frames
  // In [0, 1]. Of relative scores, the threshold parameter; of probabilities, the least evidence of
  // an interval; of SpotRule::kBounds, its least score.
  double p = 0;
  ScoreKind scores = ScoreKind::kRelative;
  EvidenceWeights evidence;  // of probabilities
  // Of windows; window_frames is even, and hop_frames at most half of it.
  WindowLayout window;
  FeaturesVariant variant = FeaturesVariant::kMended;
  Decoding decoding;
  std::string training_data;
  std::string licence;

  std::size_t RowValues() const;  // product of row_shape
};

enum class ModelDevice { kCpu, kCuda };

// One network or the mean of several (an ensemble). Not thread-safe; networks of their own in
// several threads are. LibTorch is set to one thread in every thread that loads or runs one, and
// OpenBLAS in the whole process: the pipeline's stages fill the cores already, and results then do
// not depend on their number.
class Network {
 public:
  virtual ~Network() = default;

  // The first model's record. All models of an ensemble agree on everything but name, version,
  // training_data and licence.
  virtual const ModelInfo& info() const = 0;

  // SHA-256 of the file(s), hexadecimal; several are joined by '+'.
  virtual const std::string& sha256() const = 0;

  // `rows` holds N rows, row-major float32. Gives a track of N valid indices that begins at frame
  // 0; none for no rows. With kPairs the result depends on the way a sequence is cut into calls
  // only in the last bits; RowScorer cuts it the same way every time. Throws
  // Error{kInvalidArgument} when the size is no multiple of a row's, Error{kModel} when the network
  // gives other shapes or values that are not finite. Networks of windows give logits, too, and
  // those of SpotRule::kBounds bounds; with two networks or more, their means.
  virtual ScoreTrack Score(std::span<const float> rows) = 0;
};

// Scores the rows of one video as they come. kPairs are scored 16 at a time, cut the same way
// whatever ran before (16 are fastest on a CPU: 0.09 ms each; from 32 on the buffers go back to the
// system and are faulted in anew at each call); a sequence is kept and scored at the end.
class RowScorer {
 public:
  // `network` outlives this. kSequences: of a video with `interleaved` times the frame rate that
  // the network is meant for, >= 1, each `interleaved`-th row is one of a sequence of its own.
  explicit RowScorer(Network& network, int interleaved = 1)
      : network_(network), interleaved_(static_cast<std::size_t>(interleaved)) {}

  // Throws Error{kInvalidArgument} for a row of another size, and as Network::Score does.
  void Add(std::span<const float> row);
  // The whole track; this is empty then.
  ScoreTrack Finish();

 private:
  void Flush();
  ScoreTrack ScoreInterleaved() const;

  Network& network_;
  std::size_t interleaved_;
  std::vector<float> rows_;
  ScoreTrack track_;
};

// Loads and checks: a regular file within the limits, with its SHA-256, an archive with a complete
// record and nothing that a network does not need (a file that is `trusted` may hold such), that
// gives (spot[N], probabilities[N, classes]) on a trial input; of windows (spot[N],
// logits[N, classes]) and, where there are some, bounds[N, 2]. Throws Error{kModel} naming file and
// reason; Error{kDevice} when CUDA is asked for and LibTorch has none.
std::unique_ptr<Network> LoadNetwork(const std::vector<ModelFile>& files, ModelDevice device,
                                     const ModelLimits& limits = {});

// True when this LibTorch can compute on a CUDA device now.
bool TorchHasCuda();
// Its version, for run records.
std::string TorchVersion();
// The library of its matrix products: "OpenBLAS 0.3.21 ...", "MKL"; empty for a slow one.
std::string TorchBlas();

}  // namespace mestr
