// Start here: a video goes in, an Analysis comes out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "mestr/config/config.h"
#include "mestr/features/extractor.h"
#include "mestr/features/window_extractor.h"
#include "mestr/model/network.h"
#include "mestr/pipeline/analysis.h"

namespace mestr {

class Analyzer;
namespace internal {
class RunResources;
RunResources& ResourcesOf(Analyzer& analyzer);  // for mestr's own commands
}  // namespace internal

struct AnalyzerOptions {
  Config config = DefaultConfig();
  Device device = Device::kAuto;
  int jobs = 0;  // processors, however they are spent; 0: all
  // Of one's own, besides the built-in ones.
  std::vector<ExtractorKind> extractors = {};
  std::vector<WindowExtractorKind> window_extractors = {};
};

// What computes, and why it was chosen, for people.
struct DeviceChoice {
  FlowMethod flow_method = FlowMethod::kExact;
  ModelDevice model = ModelDevice::kCpu;
  std::string reason;
};

// Told what happens, from the thread that called. Any of them may be empty. What they throw ends
// the analysis and is thrown on as it is.
struct AnalysisObserver {
  std::function<void(const std::string& line)> on_info;
  std::function<void(const std::string& line)> on_warning;
  // After each row of features, and at the end: how many frames the stages before have taken, which
  // never falls, of how many; that is empty where the container does not say how long it is.
  std::function<void(std::int64_t frames_done, std::optional<std::int64_t> frames_expected)>
      on_progress;
};

// The row of one id: ExtractorSpec::row_shape values, valid during the call. What it throws is
// thrown on as it is.
using RowSink = std::function<void(const RowId& id, std::span<const float> row)>;

struct LoadedModel {
  ModelInfo info;
  std::string sha256;
};

// Keeps its landmark model, flow engines and networks from video to video. Thread-safe: several
// videos may be analysed at the same time, each by a thread of its own with its own source; they
// share the workers and, with them, take no more processors than one, and no more than 64 MiB a job
// for frames that were read ahead. Networks that stitch windows as published count those of a
// subject: give them its videos one after another.
class Analyzer {
 public:
  // Checks the config. Throws Error{kConfig}; {kDevice} where the device asked for can't be had;
  // {kModel} without a landmark model.
  explicit Analyzer(AnalyzerOptions options);
  ~Analyzer();
  Analyzer(const Analyzer&) = delete;
  Analyzer& operator=(const Analyzer&) = delete;

  // The whole way: frames, face, flow, features, scores, intervals. Results have the same bytes
  // whatever the number of workers; memory grows by a few values a frame (with a network of
  // sequences, by a row a frame). Dataset and subject of `video` choose frame counts and model;
  // both may be empty. Throws Error{kInput} for the video (unreadable, no frame rate, no face, too
  // short; the message does not name it), {kModel} for a model that is missing or does not fit,
  // {kDevice} where a device is out of memory or of threads, {kStopped} where `stop` is requested
  // before the last row.
  Analysis Analyze(FrameSource& source, const VideoKey& video,
                   const AnalysisObserver& observer = {}, const std::stop_token& stop = {});

  // The same of a video file or a folder of frames (`fps`: frame rate, > 0, in place of
  // a video file's own), named as
  // `mestr run` names it. Throws Error{kInput} for a path that is several videos, {kConfig}
  // for an `fps` out of range.
  Analysis Analyze(const std::filesystem::path& path, std::optional<double> fps = std::nullopt,
                   const AnalysisObserver& observer = {}, const std::stop_token& stop = {});

  // As far as the features: rows in the order of their indices and, among them, those of the pairs
  // `besides` that the video covers. Needs no network, so that k is the data set's or spot.k_s, as
  // no model says one.
  Analysis ExtractRows(FrameSource& source, const VideoKey& video,
                       const std::vector<FramePair>& besides, const RowSink& sink,
                       const AnalysisObserver& observer = {}, const std::stop_token& stop = {});

  // Loads the network that Analyze would take for this video, if it is not there yet, and checks
  // that its features can be made. Throws Error{kModel}, {kDevice}.
  const ModelInfo& LoadModel(const VideoKey& video);

  // What ExtractRows gives. Throws Error{kConfig} for features.kind.
  ExtractorSpec RowSpec() const;

  const DeviceChoice& device() const;
  std::vector<LoadedModel> models() const;  // every network that was loaded

 private:
  friend internal::RunResources& internal::ResourcesOf(Analyzer& analyzer);
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mestr
