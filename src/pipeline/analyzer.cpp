#include "mestr/pipeline/analyzer.h"

#include <algorithm>
#include <utility>

#include "core/border.h"
#include "core/number_text.h"
#include "face/face_finder.h"
#include "mestr/core/error.h"
#include "pipeline/device.h"
#include "pipeline/extractor_choice.h"
#include "pipeline/feature_stream.h"
#include "pipeline/flow_worker.h"
#include "pipeline/model_set.h"
#include "pipeline/pair_parameters.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/tell.h"

namespace mestr {
using namespace internal;
namespace {

// What ExtractRows makes where neither config nor model says.
constexpr const char* kDefaultFeatures = "mean-v1";

AnalyzerOptions Checked(AnalyzerOptions options) {
  options.config.Check();
  CheckKinds(options.extractors);
  return options;
}

StageSeconds SecondsOf(const StageCosts& costs, const Cost& network) {
  return {.decode_s = costs.decode.wall_s,
          .align_s = costs.search.wall_s + costs.align.wall_s,
          .flow_s = costs.flow.wall_s,
          .features_s = costs.features.wall_s,
          .network_s = network.wall_s};
}

FlowOptions OnDevice(FlowOptions flow, const DeviceChoice& device) {
  flow.method = device.flow_method;
  return flow;
}

// The published code's way with the detector is for its data sets, as its box is.
FaceOptions FaceFor(const Config& config, const std::string& dataset) {
  FaceOptions face = config.face;
  if (face.detector_channels != DetectorChannels::kAuto) return face;
  const bool of_a_data_set =
      std::any_of(config.datasets.begin(), config.datasets.end(),
                  [&](const DatasetConfig& known) { return known.layout.dataset == dataset; });
  face.detector_channels = of_a_data_set && face.alignment == AlignmentMode::kCrop
                               ? DetectorChannels::kBgr
                               : DetectorChannels::kRgb;
  return face;
}

}  // namespace

class Analyzer::Impl {
 public:
  explicit Impl(AnalyzerOptions options)
      : options_(Checked(std::move(options))),
        device_(ChooseDevice(options_.device, options_.config.flow.method)),
        models_(options_.config.model, device_.model),
        finder_(FindLandmarkModel(options_.config.landmarks)),
        stream_(options_.config.face, finder_,
                MakeFlowEngines(OnDevice(options_.config.flow, device_), options_.jobs)) {}

  Analysis Analyze(FrameSource& source, const VideoKey& video, const AnalysisObserver& observer,
                   const std::stop_token& stop) {
    Cost total;
    Analysis analysis;
    {
      const ScopedCost cost(total);
      Network& network = ModelFor(video);
      analysis = Begin(source, video, &network.info(), observer);
      CheckModelFits(network.info(), analysis.parameters, analysis.fps);
      TellParameters(analysis.parameters, observer);
      Score(source, network, observer, stop, analysis);
      Spot(network.info(), analysis);
      AddWarnings(observer, analysis);
    }
    analysis.wall_s = total.wall_s;
    return analysis;
  }

  Analysis ExtractRows(FrameSource& source, const VideoKey& video,
                       const std::vector<FramePair>& besides, const RowSink& sink,
                       const AnalysisObserver& observer, const std::stop_token& stop) {
    Cost total;
    Analysis analysis;
    {
      const ScopedCost cost(total);
      analysis = Begin(source, video, nullptr, observer);
      const auto extractor = MakeExtractor(
          ConfiguredKind(), OptionsOf(analysis.parameters.k_frames, besides), options_.extractors);
      TellParameters(analysis.parameters, observer);
      Stream(source, *extractor, sink, observer, stop, analysis);
      AddWarnings(observer, analysis);
    }
    analysis.wall_s = total.wall_s;
    return analysis;
  }

  VideoInput OneVideo(const std::filesystem::path& path, std::optional<double> fps) const {
    const std::vector<VideoInput> inputs =
        ResolveInputs({path.string()}, InputOptionsOf(options_.config, fps));
    if (inputs.size() == 1) return inputs.front();
    throw Error(ErrorKind::kInput, path.string() + " is " + std::to_string(inputs.size()) +
                                       " videos; give one of them");
  }

  ExtractorSpec RowSpec() const {
    return MakeExtractor(ConfiguredKind(), OptionsOf(1), options_.extractors)->spec();
  }

  Network& ModelFor(const VideoKey& video) {
    Network& network = models_.For(video);
    CheckFeatures(network.info());
    return network;
  }

  const DeviceChoice& device() const { return device_; }
  std::vector<LoadedModel> models() const { return models_.loaded(); }

 private:
  std::string ConfiguredKind() const {
    const std::string& kind = options_.config.features.kind;
    return kind.empty() ? kDefaultFeatures : kind;
  }

  ExtractorOptions OptionsOf(int k_frames, const std::vector<FramePair>& besides = {}) const {
    return {k_frames, options_.config.features.jpeg_quality, besides};
  }

  void CheckFeatures(const ModelInfo& model) const {
    const std::string& wanted = options_.config.features.kind;
    if (!wanted.empty() && wanted != model.features) {
      throw Error(ErrorKind::kModel, "the model " + model.name + " takes features of kind '" +
                                         model.features + "', and features.kind is '" + wanted +
                                         "'");
    }
    MakeExtractorFor(model, OptionsOf(model.k_frames), options_.extractors);
  }

  Analysis Begin(FrameSource& source, const VideoKey& video, const ModelInfo* model,
                 const AnalysisObserver& observer) const {
    Analysis analysis;
    analysis.video = video;
    analysis.info = source.info();
    if (!analysis.info.warning.empty()) Warn(observer, analysis.info.warning, analysis);
    analysis.fps = KnownFrameRate(analysis.info);
    analysis.parameters = PairParametersFor(options_.config, model, video.dataset, analysis.fps);
    return analysis;
  }

  static void TellParameters(const PairParameters& parameters, const AnalysisObserver& observer) {
    Tell(observer.on_info, "k = " + std::to_string(parameters.k_frames) +
                               ", k_p = " + std::to_string(parameters.k_p_frames) +
                               " frames (from " + parameters.origin + ")");
  }

  void Score(FrameSource& source, Network& network, const AnalysisObserver& observer,
             const std::stop_token& stop, Analysis& analysis) {
    const auto extractor = MakeExtractorFor(network.info(), OptionsOf(analysis.parameters.k_frames),
                                            options_.extractors);
    RowScorer scorer(network);
    Cost network_cost;
    const StageCosts costs = Stream(
        source, *extractor,
        [&](const RowId&, std::span<const float> row) {
          const ScopedCost cost(network_cost, CLOCK_THREAD_CPUTIME_ID);
          scorer.Add(row);
        },
        observer, stop, analysis);
    {
      const ScopedCost cost(network_cost, CLOCK_THREAD_CPUTIME_ID);
      analysis.scores = scorer.Finish();
    }
    analysis.scores.first_frame = analysis.face.first_frame;
    analysis.scores.frames = analysis.frames;
    analysis.seconds = SecondsOf(costs, network_cost);
    analysis.model_name = network.info().name;
    analysis.model_sha256 = network.sha256();
  }

  StageCosts Stream(FrameSource& source, FeatureExtractor& extractor, const RowSink& sink,
                    const AnalysisObserver& observer, const std::stop_token& stop,
                    Analysis& analysis) {
    const auto announced = source.info().announced_frames;
    const std::optional<std::int64_t> expected =
        announced
            ? std::optional(std::max<std::int64_t>(0, *announced - extractor.spec().frame_distance))
            : std::nullopt;
    stream_.SetFace(FaceFor(options_.config, analysis.video.dataset));
    StreamReport report = stream_.Run(
        source, analysis.fps, extractor,
        [&](const RowId& id, std::span<const float> row) {
          sink(id, row);
          if (id.index) Tell(observer.on_progress, *id.index + 1, expected);
        },
        stop);
    if (report.video.warning != analysis.info.warning) {
      Warn(observer, report.video.warning, analysis);
    }
    analysis.info = report.video;
    analysis.frames = report.frames;
    analysis.frame_times_s = std::move(report.frame_times_s);
    analysis.face = report.face;
    analysis.regions = AtBorder(ErrorKind::kInput, kFeatures,
                                [&] { return extractor.Regions(report.face.crop_landmarks); });
    analysis.rows = report.rows;
    analysis.seconds = SecondsOf(report.costs, {});
    return report.costs;
  }

  void Spot(const ModelInfo& model, Analysis& analysis) const {
    const SpotConfig& spot = options_.config.spot;
    analysis.classes = model.classes;
    analysis.spotting =
        SpotExpressions(analysis.scores, {.k_p_frames = analysis.parameters.k_p_frames,
                                          .p = spot.p.value_or(model.p),
                                          .drop_overlaps = spot.drop_overlaps});
  }

  static void Warn(const AnalysisObserver& observer, const std::string& warning,
                   Analysis& analysis) {
    analysis.warnings.push_back(warning);
    Tell(observer.on_warning, warning);
  }

  // Of what is known once the video was computed.
  static void AddWarnings(const AnalysisObserver& observer, Analysis& analysis) {
    if (analysis.info.variable_frame_rate) {
      Warn(observer,
           "the frame rate varies; frame counts are those of its average, " +
               NumberText(analysis.fps) + " fps, and seconds come from the time stamps",
           analysis);
    }
    if (analysis.face.frames_missed > 0) {
      Warn(observer,
           "the face was not found in " + std::to_string(analysis.face.frames_missed) + " of " +
               std::to_string(analysis.frames) + " frames",
           analysis);
    }
  }

  AnalyzerOptions options_;
  DeviceChoice device_;
  ModelSet models_;
  FaceFinder finder_;
  FeatureStream stream_;
};

Analyzer::Analyzer(AnalyzerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Analyzer::~Analyzer() = default;

Analysis Analyzer::Analyze(FrameSource& source, const VideoKey& video,
                           const AnalysisObserver& observer, const std::stop_token& stop) {
  return impl_->Analyze(source, video, observer, stop);
}

Analysis Analyzer::Analyze(const std::filesystem::path& path, std::optional<double> fps,
                           const AnalysisObserver& observer, const std::stop_token& stop) {
  const VideoInput input = impl_->OneVideo(path, fps);
  return Analyze(*OpenInput(input), input.key, observer, stop);
}

Analysis Analyzer::ExtractRows(FrameSource& source, const VideoKey& video,
                               const std::vector<FramePair>& besides, const RowSink& sink,
                               const AnalysisObserver& observer, const std::stop_token& stop) {
  return impl_->ExtractRows(source, video, besides, sink, observer, stop);
}

const ModelInfo& Analyzer::LoadModel(const VideoKey& video) {
  return impl_->ModelFor(video).info();
}

ExtractorSpec Analyzer::RowSpec() const { return impl_->RowSpec(); }

const DeviceChoice& Analyzer::device() const { return impl_->device(); }

std::vector<LoadedModel> Analyzer::models() const { return impl_->models(); }

}  // namespace mestr
