// The analysis of one video in a thread of its own, so that the thread that asked for it, Python's,
// goes on: to tell of progress, to hand in frames, and to be interrupted.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mestr/core/window_layout.h"
#include "mestr/features/extractor.h"
#include "mestr/pipeline/analyzer.h"
#include "mestr/video/inputs.h"
#include "python/frame_queue.h"

namespace mestr::internal {

// What the flags of `mestr run` say.
struct AnalysisRequest {
  std::string path;                    // of a video; empty: frames
  std::shared_ptr<FrameQueue> frames;  // of a video that is called `name`
  std::string name;
  std::optional<double> fps;          // of the path
  std::vector<std::string> configs;   // --config; none: the usual one for the video
  std::vector<std::string> settings;  // --set
  std::vector<std::string> models;    // --model
  std::string device = "auto";        // --device
  int jobs = 0;                       // --jobs
  bool rows_only = false;             // the features of pairs, and no scores
  bool windows_only = false;          // those of windows
  std::vector<FramePair> besides;     // with rows_only, Analyzer::ExtractRows
};

// Rows of features, in the order in which they came.
struct FeatureRows {
  ExtractorSpec spec;
  std::vector<float> values;
  std::vector<std::int64_t> indices;  // of each; -1 of those besides
  std::vector<FramePair> frames;      // of each
};

// Rows of windows, in their order.
struct WindowRowsOfVideo {
  std::string kind;
  std::vector<int> row_shape;
  WindowLayout layout;
  std::vector<float> values;
  std::vector<std::int64_t> first_frames;     // of the video, of each window
  std::vector<std::int64_t> faceless_frames;  // WindowRows::FacelessFrames of each
};

struct AnalysisResult {
  VideoInput input;
  std::vector<std::string> notes;  // on it, as of ResolveInputs
  Analysis analysis;
  FeatureRows rows;
  WindowRowsOfVideo windows;
  std::filesystem::path landmark_model;  // the config's
  nlohmann::ordered_json head;           // of a folder of results: RunHeadToJson
  // MadeFrom of the input; of frames nothing.
  nlohmann::ordered_json made_from = nlohmann::ordered_json::object();
};

class AnalysisJob {
 public:
  using Line = std::pair<bool, std::string>;  // whether it is a warning
  struct Progress {
    std::int64_t frames_done = 0;
    std::optional<std::int64_t> frames_expected;
  };

  explicit AnalysisJob(AnalysisRequest request);
  ~AnalysisJob() { Stop(); }

  // What was told since the last call.
  std::vector<Line> TakeLines();
  std::optional<Progress> TakeProgress();

  // True once it has ended; false after `seconds`.
  bool Wait(double seconds);
  // Once it has ended: the result, or what ended it. The video's own errors begin with its path.
  std::shared_ptr<AnalysisResult> Result() const;
  // Ends it between two frames, and waits for that.
  void Stop();

 private:
  void Work(const std::stop_token& stop);
  AnalysisResult Analyze(const std::stop_token& stop);
  void FindInput(const Config& config, AnalysisResult& result);
  // Calls with the opened video; its errors name it.
  void WithSource(const Config& config, const AnalysisResult& result,
                  const std::function<void(FrameSource& source)>& call);
  void ExtractRows(Analyzer& analyzer, FrameSource& source, const std::stop_token& stop,
                   AnalysisResult& result);
  void ExtractWindows(const AnalyzerOptions& options, FrameSource& source,
                      const std::stop_token& stop, AnalysisResult& result);
  AnalysisObserver Observer();
  void Tell(bool is_warning, const std::string& line);

  AnalysisRequest request_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Line> lines_;
  std::optional<Progress> progress_;
  bool ended_ = false;
  std::shared_ptr<AnalysisResult> result_;
  std::exception_ptr error_;
  std::jthread thread_;  // the last, as it uses all above
};

}  // namespace mestr::internal
