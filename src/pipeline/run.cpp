#include "mestr/pipeline/run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <set>
#include <thread>

#include "mestr/core/error.h"
#include "mestr/submission/records.h"
#include "pipeline/model_set.h"
#include "pipeline/outputs.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/stopwatch.h"

namespace mestr {
namespace {

// Pairs a call of the network. Cut the same way whatever the number of workers, so that the scores
// are the same to the last bit; of this size, because larger ones were slower on one thread.
constexpr std::size_t kNetworkBatch = 16;

// A model's k and a run's k are one distance in time when they differ by less than this many frames
// of the slower of the two rates.
constexpr double kSameDistanceFrames = 0.75;

template <typename Call>
void Tell(const std::function<Call>& observer, const auto&... arguments) {
  if (observer) observer(arguments...);
}

// Features in, scores and probabilities out, in batches.
class NetworkSink {
 public:
  NetworkSink(MeanModel& model, double& seconds) : model_(model), seconds_(seconds) {}

  void Add(std::span<const float> features) {
    batch_.insert(batch_.end(), features.begin(), features.end());
    if (batch_.size() == kNetworkBatch * kFeatureValues) Flush();
  }

  void Flush() {
    if (batch_.empty()) return;
    const ScopedSeconds timer(seconds_);
    const ModelOutput output = model_.Forward(batch_);
    scores_.insert(scores_.end(), output.spot.begin(), output.spot.end());
    probabilities_.insert(probabilities_.end(), output.probabilities.begin(),
                          output.probabilities.end());
    batch_.clear();
  }

  std::vector<float> TakeScores() { return std::move(scores_); }
  std::vector<float> TakeProbabilities() { return std::move(probabilities_); }

 private:
  MeanModel& model_;
  double& seconds_;
  std::vector<float> batch_;
  std::vector<float> scores_;
  std::vector<float> probabilities_;
};

void CheckModelFits(const ModelInfo& model, const PairParameters& parameters, double fps,
                    const VideoInput& input) {
  const double model_s = model.k_frames / model.fps;
  const double run_s = parameters.k_frames / fps;
  if (std::abs(model_s - run_s) * std::min(fps, model.fps) > kSameDistanceFrames) {
    throw Error(ErrorKind::kModel,
                "the model " + model.name + " was trained with k = " +
                    std::to_string(model.k_frames) + " at " + nlohmann::json(model.fps).dump() +
                    " fps, and this run has k = " + std::to_string(parameters.k_frames) + " at " +
                    nlohmann::json(fps).dump() + " fps (from " + parameters.origin + ")");
  }
  const bool leaderboard = std::find(kLeaderboardDatasets.begin(), kLeaderboardDatasets.end(),
                                     input.dataset) != kLeaderboardDatasets.end();
  if (!leaderboard) return;
  for (const std::string& name : model.classes) {
    const bool known = name == kOthers ||
                       std::find(kLeaderboardEmotions.begin(), kLeaderboardEmotions.end(), name) !=
                           kLeaderboardEmotions.end();
    if (!known) {
      throw Error(ErrorKind::kModel, "the model " + model.name + " knows the class '" + name +
                                         "', which the leaderboard of " + input.dataset +
                                         " does not");
    }
  }
}

// Of what is known once the video was computed.
std::vector<std::string> WarningsOf(const VideoOutcome& outcome) {
  std::vector<std::string> warnings;
  if (outcome.stream.video.variable_frame_rate) {
    warnings.push_back("the frame rate varies; frame counts are those of its average, " +
                       nlohmann::json(outcome.fps).dump() +
                       " fps, and seconds come from the time stamps");
  }
  if (outcome.stream.face.frames_missed > 0) {
    warnings.push_back("the face was not found in " +
                       std::to_string(outcome.stream.face.frames_missed) + " of " +
                       std::to_string(outcome.frames) + " frames");
  }
  return warnings;
}

class Runner {
 public:
  Runner(const RunOptions& options, const RunObserver& observer)
      : options_(options),
        observer_(observer),
        inputs_(ResolveInputs(options.inputs, InputOptionsOf(options.config, options.fps))),
        device_(ChooseDevice(options.device, options.config.flow_method)),
        models_(options.config.model, device_.model, inputs_),
        finder_(FindLandmarkModel(options.config.landmarks)),
        stream_(options.config.face, finder_,
                MakeFlowEngines(device_.flow_method, options.config.tvl1, options.jobs)) {}

  RunSummary Run() {
    PrepareOutputFolder(options_.output);
    Tell(observer_.on_info, device_.reason);
    RunSummary summary;
    {
      const ScopedSeconds timer(summary.wall_s);
      for (std::size_t i = 0; i < inputs_.size(); ++i) {
        Tell(observer_.on_video, i, inputs_.size(), inputs_[i]);
        summary.videos.push_back(RunOne(inputs_[i]));
        Tell(observer_.on_video_done, summary.videos.back());
      }
    }
    summary.files = WritePredictions(options_.output, summary.videos);
    summary.files.push_back(options_.output / "run.json");
    WriteJson(summary.files.back(), RunToJson(options_, device_, models_, summary));
    return summary;
  }

 private:
  // What goes wrong with one video is that video's outcome. A model that does not fit it, too: the
  // next may have another rate.
  VideoOutcome RunOne(const VideoInput& input) {
    VideoOutcome outcome;
    outcome.input = input;
    try {
      MeanModel& model = models_.For(outcome.input);
      {
        const ScopedSeconds timer(outcome.wall_s);
        Process(model, outcome);
      }
      WriteVideo(model, outcome);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInput && error.kind() != ErrorKind::kModel) throw;
      Fail(outcome, error.what());
    } catch (const cv::Exception& error) {
      Fail(outcome, "OpenCV failed: " + error.err);
    }
    return outcome;
  }

  static void Fail(VideoOutcome& outcome, const std::string& why) {
    const VideoInput input = outcome.input;
    outcome = {};
    outcome.input = input;
    outcome.error = why;
  }

  void Process(MeanModel& model, VideoOutcome& outcome) {
    const auto source = OpenInput(outcome.input);
    if (!source->info().warning.empty()) Warn(outcome, source->info().warning);
    outcome.fps = KnownFrameRate(source->info());
    outcome.parameters =
        PairParametersFor(options_.config, model.info(), outcome.input.dataset, outcome.fps);
    CheckModelFits(model.info(), outcome.parameters, outcome.fps, outcome.input);
    Tell(observer_.on_info, "k = " + std::to_string(outcome.parameters.k_frames) +
                                ", k_p = " + std::to_string(outcome.parameters.k_p_frames) +
                                " frames (from " + outcome.parameters.origin + ")");
    Score(*source, model, outcome);
    Decode(model.info(), outcome);
    for (const std::string& warning : WarningsOf(outcome)) Warn(outcome, warning);
  }

  void Warn(VideoOutcome& outcome, const std::string& warning) const {
    outcome.warnings.push_back(warning);
    Tell(observer_.on_warning, warning);
  }

  // Per-pair scores and probabilities are in the file alone.
  void WriteVideo(const MeanModel& model, VideoOutcome& outcome) {
    outcome.file = VideoFileName(UniqueStem(outcome.input, taken_names_));
    WriteJson(options_.output / outcome.file, VideoToJson(outcome, model));
    outcome.scores = {};
    outcome.probabilities = {};
    outcome.decoded.smoothed = {};
  }

  void Score(FrameSource& source, MeanModel& model, VideoOutcome& outcome) {
    double network_s = 0;
    NetworkSink network(model, network_s);
    const auto announced = source.info().announced_frames;
    const std::optional<std::int64_t> expected =
        announced ? std::optional(*announced - outcome.parameters.k_frames) : std::nullopt;
    outcome.stream = stream_.Run(source, outcome.fps, outcome.parameters.k_frames,
                                 [&](std::int64_t pair, std::span<const float> features) {
                                   network.Add(features);
                                   Tell(observer_.on_progress, pair + 1, expected);
                                 });
    network.Flush();
    outcome.stream.seconds.network_s = network_s;
    outcome.frames = outcome.stream.frames;
    outcome.scores = network.TakeScores();
    outcome.probabilities = network.TakeProbabilities();
  }

  void Decode(const ModelInfo& model, VideoOutcome& outcome) const {
    outcome.classes = model.classes;
    const DecodeOptions decode{.k_p_frames = outcome.parameters.k_p_frames,
                               .p = options_.config.decode.p.value_or(model.p),
                               .drop_overlaps = options_.config.decode.drop_overlaps};
    outcome.decoded =
        DecodeScores(outcome.scores, outcome.probabilities, static_cast<int>(model.classes.size()),
                     outcome.frames - outcome.stream.face.first_face_frame, decode);
  }

  const RunOptions& options_;
  const RunObserver& observer_;
  std::vector<VideoInput> inputs_;
  DeviceChoice device_;
  ModelSet models_;
  FaceFinder finder_;
  FeatureStream stream_;
  std::set<std::string> taken_names_;
};

// Empty when a CUDA flow engine can be had, else why not.
std::string WhyNoCudaFlow() {
  try {
    MakeFlowEngine(FlowMethod::kCuda);
    return {};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kDevice) throw;
    return error.what();
  }
}

}  // namespace

Device ParseDevice(std::string_view name) {
  if (name == "auto") return Device::kAuto;
  if (name == "cpu") return Device::kCpu;
  if (name == "cuda") return Device::kCuda;
  throw Error(ErrorKind::kConfig,
              "device is '" + std::string(name) + "'; it must be auto, cpu or cuda");
}

DeviceChoice ChooseDevice(Device device, FlowMethod configured) {
  const std::string method(FlowMethodName(configured));
  const bool same_result = configured == FlowMethod::kExact || configured == FlowMethod::kCuda;
  const bool wants_cuda = device == Device::kCuda || configured == FlowMethod::kCuda;
  if (device == Device::kCpu && configured == FlowMethod::kCuda) {
    throw Error(ErrorKind::kConfig, "--device cpu contradicts flow.method cuda");
  }
  if (wants_cuda && !same_result) {
    throw Error(ErrorKind::kConfig,
                "--device cuda computes flow.method exact; the config asks for " + method);
  }
  const ModelDevice model = TorchHasCuda() ? ModelDevice::kCuda : ModelDevice::kCpu;
  const std::string network =
      model == ModelDevice::kCuda ? "the network on cuda" : "the network on the cpu";
  if (device == Device::kCpu) {
    return {configured, ModelDevice::kCpu, "device: cpu, as asked; flow " + method};
  }
  if (!same_result) {
    return {configured, ModelDevice::kCpu, "device: cpu, because flow." + method + " runs there"};
  }
  const std::string why_not = WhyNoCudaFlow();
  if (why_not.empty()) {
    return {FlowMethod::kCuda, model,
            std::string("device: cuda, ") + (wants_cuda ? "as asked" : "because there is one") +
                "; " + network};
  }
  if (wants_cuda) {
    const std::string instead = device == Device::kCuda ? "--device cpu" : "flow.method exact";
    throw Error(ErrorKind::kDevice, why_not + "; " + instead + " gives the same result on the cpu");
  }
  return {FlowMethod::kExact, ModelDevice::kCpu,
          "device: cpu, because " + why_not + "; flow exact, the same result"};
}

std::vector<std::unique_ptr<FlowEngine>> MakeFlowEngines(FlowMethod method,
                                                         const Tvl1Options& options, int jobs) {
  int workers =
      jobs > 0 ? jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  if (method == FlowMethod::kCuda) workers = 1;
  std::vector<std::unique_ptr<FlowEngine>> engines;
  engines.reserve(static_cast<std::size_t>(workers));
  for (int i = 0; i < workers; ++i) engines.push_back(MakeFlowEngine(method, options));
  return engines;
}

RunSummary RunVideos(const RunOptions& options, const RunObserver& observer) {
  return Runner(options, observer).Run();
}

}  // namespace mestr
