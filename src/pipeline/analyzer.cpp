#include "mestr/pipeline/analyzer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "config/input_options.h"
#include "core/border.h"
#include "core/number_text.h"
#include "core/text.h"
#include "face/face_finder.h"
#include "mestr/core/error.h"
#include "pipeline/device.h"
#include "pipeline/extractor_choice.h"
#include "pipeline/feature_stream.h"
#include "pipeline/flow_worker.h"
#include "pipeline/model_set.h"
#include "pipeline/pair_parameters.h"
#include "pipeline/run_resources.h"
#include "pipeline/spotting.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/stretch_scorer.h"
#include "pipeline/tell.h"
#include "pipeline/window_analysis.h"
#include "pipeline/window_fit.h"
#include "results/usability_text.h"

namespace mestr {
using namespace internal;
namespace {

// What ExtractRows makes where neither config nor model says.
constexpr const char* kDefaultFeatures = "mean-v1";

AnalyzerOptions Checked(AnalyzerOptions options) {
  options.config.Check();
  CheckKinds(options.extractors);
  CheckWindowKinds(options.window_extractors, options.extractors);
  return options;
}

void FillSeconds(const StageCosts& costs, const Cost& network, Analysis& analysis) {
  const auto by_clock = [&](double Cost::*clock) -> StageSeconds {
    return {.decode_s = costs.decode.*clock,
            .align_s = costs.search.*clock + costs.align.*clock,
            .flow_s = costs.flow.*clock,
            .features_s = costs.features.*clock,
            .network_s = network.*clock};
  };
  analysis.seconds = by_clock(&Cost::wall_s);
  analysis.cpu_seconds = by_clock(&Cost::cpu_s);
}

// "a face is in frames 1 to 45 (0.00 to 1.47 s), ...; the other 3 of 90 frames are left out", and
// why with alignment similarity.
std::string StretchesText(const Analysis& analysis) {
  constexpr std::size_t kMostListed = 5;
  std::string text = "a face is in frames ";
  for (std::size_t i = 0; i < std::min(kMostListed, analysis.stretches.size()); ++i) {
    const FaceTrack& stretch = analysis.stretches[i];
    text += (i == 0 ? "" : ", ") + std::to_string(stretch.first_frame + 1) + " to " +
            std::to_string(stretch.end_frame) + " (" +
            FixedText(analysis.frame_times_s.at(stretch.first_frame), 2) + " to " +
            FixedText(analysis.frame_times_s.at(stretch.end_frame - 1), 2) + " s" +
            (stretch.too_short ? ", too short to be judged)" : ")");
  }
  if (analysis.stretches.size() > kMostListed) {
    text += " and " + std::to_string(analysis.stretches.size() - kMostListed) + " more stretches";
  }
  if (const std::int64_t without = analysis.FramesNotJudged(); without > 0) {
    text += "; the other " + std::to_string(without) + " of " + Counted(analysis.frames, "frame") +
            " are left out";
    if (!analysis.usability.empty()) text += " (" + analysis.usability + ")";
  }
  return text + (analysis.stretches.size() > 1 ? "; nothing goes across" : "");
}

FlowOptions OnDevice(FlowOptions flow, const DeviceChoice& device) {
  flow.method = device.flow_method;
  return flow;
}

// The shipped configs that a model of the family runs with.
std::string_view ConfigsOf(NetworkInput input) {
  switch (input) {
    case NetworkInput::kPairs:
      return "the configs mean_cas, mean_samm and megc2025";
    case NetworkInput::kSequences:
      return "the config demo";
    case NetworkInput::kWindows:
      break;
  }
  return "the configs boosting_* and metst_*";
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
        resources_(options_.jobs),
        models_(options_.config.model, device_.model),
        finder_(FindLandmarkModel(options_.config.landmarks)),
        stream_(finder_, MakeFlowEngines(OnDevice(options_.config.flow, device_), options_.jobs),
                resources_),
        windows_(options_.config, resources_, options_.window_extractors) {}

  Analysis Analyze(FrameSource& source, const VideoKey& video, const AnalysisObserver& observer,
                   const std::stop_token& stop) {
    Cost total;
    Analysis analysis;
    {
      const ScopedCost cost(total);
      SharedNetwork& network = ModelFor(video);
      const ModelInfo& model = network.network->info();
      analysis = Begin(source, video, observer);
      if (model.input == NetworkInput::kWindows) {
        windows_.Begin(model, analysis);
        TellParameters(analysis, observer);
        windows_.Score(source, network, observer, stop, analysis);
        analysis.model_name = model.name;
        analysis.model_sha256 = network.network->sha256();
      } else {
        TakeParameters(&model, analysis);
        CheckModelFits(model, analysis.parameters, analysis.fps);
        TellParameters(analysis, observer);
        Score(source, network, observer, stop, analysis);
      }
      SpotIn(options_.config, model, analysis);
      for (Analysis& other : analysis.others) SpotIn(options_.config, model, other);
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
      analysis = Begin(source, video, observer);
      TakeParameters(nullptr, analysis);
      const auto extractor = MakeExtractor(
          ConfiguredKind(), OptionsOf(analysis.parameters.k_frames, besides), options_.extractors);
      TellParameters(analysis, observer);
      Stream(source, *extractor, sink, observer, stop, analysis);
      AddWarnings(observer, analysis);
    }
    analysis.wall_s = total.wall_s;
    return analysis;
  }

  VideoInput OneVideo(const std::filesystem::path& path, std::optional<double> fps,
                      const AnalysisObserver& observer) const {
    const ResolvedInputs inputs =
        ResolveInputs({path.string()}, InputOptionsOf(options_.config, fps));
    for (const std::string& note : inputs.notes) Tell(observer.on_warning, note);
    if (inputs.videos.size() == 1) return inputs.videos.front();
    throw Error(ErrorKind::kInput, path.string() + " is " + std::to_string(inputs.videos.size()) +
                                       " videos; give one of them");
  }

  ExtractorSpec RowSpec() const {
    return MakeExtractor(ConfiguredKind(), OptionsOf(1), options_.extractors)->spec();
  }

  SharedNetwork& ModelFor(const VideoKey& video) {
    SharedNetwork& network = models_.For(video);
    CheckFeatures(network.network->info());
    return network;
  }

  RunResources& resources() { return resources_; }

  const VideoOptions& video_options() const { return options_.config.video; }
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
      throw Error(ErrorKind::kModel,
                  "the model " + model.name + " takes features of kind '" + model.features +
                      "', and features.kind is '" + wanted +
                      "'; give a model of that kind (--model), or run this one with " +
                      std::string(ConfigsOf(model.input)));
    }
    if (options_.config.spot.min_evidence && model.scores == ScoreKind::kRelative) {
      throw Error(ErrorKind::kModel,
                  "the model " + model.name +
                      " gives scores that only compare frames of one video, so there is no "
                      "evidence to ask for; use spot.p in place of spot.min_evidence");
    }
    if (model.input == NetworkInput::kWindows) {
      windows_.Check(model);
    } else {
      CheckNoWindowKeys(options_.config, model);
      MakeExtractorFor(model, OptionsOf(model.k_frames), options_.extractors);
    }
  }

  Analysis Begin(FrameSource& source, const VideoKey& video,
                 const AnalysisObserver& observer) const {
    Analysis analysis;
    analysis.video = video;
    analysis.info = source.info();
    for (const std::string& note : analysis.info.notes) Warn(observer, note, analysis);
    analysis.fps = KnownFrameRate(analysis.info);
    return analysis;
  }

  void TakeParameters(const ModelInfo* model, Analysis& analysis) const {
    analysis.parameters =
        PairParametersFor(options_.config, model, analysis.video.dataset, analysis.fps);
  }

  void TellParameters(const Analysis& analysis, const AnalysisObserver& observer) const {
    const PairParameters& parameters = analysis.parameters;
    const std::string k_p = "k_p = " + std::to_string(parameters.k_p_frames);
    const std::string from = " (from " + parameters.origin + ")";
    if (!analysis.windows) {
      Tell(observer.on_info,
           "k = " + std::to_string(parameters.k_frames) + ", " + k_p + " frames" + from);
      return;
    }
    const WindowLayout& layout = analysis.windows->layout;
    Tell(observer.on_info,
         "windows of " + std::to_string(layout.window_frames) + " used frames, " +
             std::to_string(layout.hop_frames) + " from one to the next, one of " +
             Counted(layout.frame_step, "frame") + " used, " + k_p + " used frames" + from +
             (options_.config.spot.published == PublishedDecoding::kNo
                  ? ""
                  : "; as published, intervals are one used frame early"));
  }

  void Score(FrameSource& source, SharedNetwork& shared, const AnalysisObserver& observer,
             const std::stop_token& stop, Analysis& analysis) {
    NetworkInTurn network(shared, resources_.processors());
    const auto make = [&] {
      return MakeExtractorFor(network.info(), OptionsOf(analysis.parameters.k_frames),
                              options_.extractors);
    };
    const auto extractor = make();
    std::map<std::size_t, StretchScorer> scorers;  // of each lane
    StreamReport report = Stream(
        source, *extractor,
        [&](const RowId& id, std::span<const float> row) {
          scorers.try_emplace(id.lane, network, analysis.fps).first->second.Add(*id.index, row);
        },
        observer, stop, analysis, make);
    const auto finish = [&](LaneReport& lane, Analysis& of_lane) {
      TakeScores(scorers.at(lane.lane).Finish(), extractor->spec().frame_distance, lane, of_lane);
      of_lane.model_name = network.info().name;
      of_lane.model_sha256 = network.sha256();
    };
    finish(report, analysis);
    for (std::size_t i = 0; i < report.others.size(); ++i) {
      finish(report.others[i], analysis.others[i]);
    }
    FillSeconds(report.costs, network.cost(), analysis);
  }

  static void TakeScores(ScoreTrack scores, std::int64_t distance, LaneReport& lane,
                         Analysis& analysis) {
    analysis.scores = std::move(scores);
    // As many as one stretch would have: after the last one's end nothing is scored.
    analysis.scores.PadTo(static_cast<std::size_t>(
        std::max<std::int64_t>(0, analysis.frames - lane.first_frame - distance)));
    analysis.scores.first_frame = lane.first_frame;
    analysis.scores.motion_px = std::move(lane.motion_px);
    analysis.scores.motion_px.resize(analysis.scores.size());
    analysis.scores.frames = analysis.frames;
  }

  // What it leaves out of `analysis` is in the report: costs and motion.
  StreamReport Stream(FrameSource& source, FeatureExtractor& extractor, const RowSink& sink,
                      const AnalysisObserver& observer, const std::stop_token& stop,
                      Analysis& analysis, const ExtractorMaker& more = nullptr) {
    const std::optional<std::int64_t> expected = source.info().announced_frames;
    FaceOptions face = FaceFor(options_.config, analysis.video.dataset);
    face.all_faces = face.all_faces && more;  // rows for training are of one face
    StreamReport report =
        stream_.Run(source, analysis.fps, face, extractor, sink, stop, more,
                    [&](std::int64_t frames) { Tell(observer.on_progress, frames, expected); });
    for (const std::string& note : report.video.notes) {
      const auto& told = analysis.info.notes;
      if (std::find(told.begin(), told.end(), note) == told.end()) Warn(observer, note, analysis);
    }
    analysis.info = report.video;
    analysis.frames = report.frames;
    analysis.frame_times_s = std::move(report.frame_times_s);
    FillSeconds(report.costs, {}, analysis);
    analysis.others.assign(report.others.size(), analysis);  // what they have in common
    TakeFaces(extractor, report, analysis);
    for (std::size_t i = 0; i < report.others.size(); ++i) {
      TakeFaces(extractor, report.others[i], analysis.others[i]);
    }
    return report;
  }

  static void TakeFaces(const FeatureExtractor& extractor, LaneReport& lane, Analysis& analysis) {
    analysis.faces = std::move(lane.faces);
    if (!analysis.faces.empty())
      analysis.usability = UsabilityText(FramesByCause(analysis.faces), analysis.fps);
    analysis.stretches = std::move(lane.stretches);
    const Landmarks& landmarks = analysis.FirstJudged().crop_landmarks;
    analysis.crop_side_px = extractor.spec().crop.side_px;
    analysis.regions =
        AtBorder(ErrorKind::kInput, kFeatures, [&] { return extractor.Regions(landmarks); });
    analysis.rows = lane.rows;
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
           "the frame rate varies; frame counts are those of " + NumberText(analysis.fps) +
               " fps, and seconds come from the time stamps",
           analysis);
    }
    if (analysis.FramesNotJudged() > 0 || analysis.stretches.size() > 1) {
      Warn(observer, StretchesText(analysis), analysis);
    }
  }

  AnalyzerOptions options_;
  DeviceChoice device_;
  RunResources resources_;
  ModelSet models_;
  FaceFinder finder_;
  FeatureStream stream_;
  WindowAnalyzer windows_;
};

const FaceTrack& Analysis::FirstJudged() const {
  const auto first = std::find_if(stretches.begin(), stretches.end(),
                                  [](const FaceTrack& stretch) { return !stretch.too_short; });
  if (first == stretches.end()) {
    throw Error(ErrorKind::kInvalidArgument, "Analysis: no stretch was judged");
  }
  return *first;
}

std::int64_t Analysis::FramesNotJudged() const {
  std::int64_t without = frames;
  for (const FaceTrack& stretch : stretches) {
    if (!stretch.too_short) without -= stretch.end_frame - stretch.first_frame;
  }
  return without;
}

Analyzer::Analyzer(AnalyzerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Analyzer::~Analyzer() = default;

Analysis Analyzer::Analyze(FrameSource& source, const VideoKey& video,
                           const AnalysisObserver& observer, const std::stop_token& stop) {
  return impl_->Analyze(source, video, observer, stop);
}

Analysis Analyzer::Analyze(const std::filesystem::path& path, std::optional<double> fps,
                           const AnalysisObserver& observer, const std::stop_token& stop) {
  const VideoInput input = impl_->OneVideo(path, fps, observer);
  return Analyze(*OpenInput(input, impl_->video_options()), input.key, observer, stop);
}

Analysis Analyzer::ExtractRows(FrameSource& source, const VideoKey& video,
                               const std::vector<FramePair>& besides, const RowSink& sink,
                               const AnalysisObserver& observer, const std::stop_token& stop) {
  return impl_->ExtractRows(source, video, besides, sink, observer, stop);
}

const ModelInfo& Analyzer::LoadModel(const VideoKey& video) {
  return impl_->ModelFor(video).network->info();
}

ExtractorSpec Analyzer::RowSpec() const { return impl_->RowSpec(); }

RunResources& internal::ResourcesOf(Analyzer& analyzer) { return analyzer.impl_->resources(); }

const DeviceChoice& Analyzer::device() const { return impl_->device(); }

std::vector<LoadedModel> Analyzer::models() const { return impl_->models(); }

}  // namespace mestr
