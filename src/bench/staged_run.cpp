#include "bench/staged_run.h"

#include <algorithm>
#include <string>

#include "bench/gray_views.h"
#include "mestr/core/error.h"
#include "mestr/features/features.h"

namespace mestr {
namespace {

constexpr std::size_t kNetworkBatch = 16;

template <typename Body>
StageCost Timed(const std::string& stage, const std::string& item, std::size_t items,
                const Body& body) {
  StageCost timed{stage, item, static_cast<std::int64_t>(items), {}};
  const ScopedCost cost(timed.cost);
  body();
  return timed;
}

std::vector<Frame> ReadFrames(FrameSource& source, std::int64_t count) {
  std::vector<Frame> frames;
  for (Frame frame; static_cast<std::int64_t>(frames.size()) < count && source.Next(frame);) {
    frames.push_back(frame);
  }
  return frames;
}

struct Crops {
  std::vector<cv::Mat> images;
  std::int64_t first_face_frame = 0;
  CropLandmarks landmarks{};
};

// Pushes all frames; the clock runs from the first one that is not `untimed`.
template <typename Untimed>
StageCost Align(const std::vector<Frame>& frames, FaceFinder& finder, AlignmentMode mode,
                const StagedOptions& options, Crops& crops, const Untimed& untimed) {
  FaceOptions face = options.face;
  face.alignment = mode;
  FaceAligner aligner(face, finder, options.fps);
  const FaceAligner::Sink sink = [&](std::int64_t, cv::Mat crop) {
    crops.images.push_back(std::move(crop));
  };
  auto next = frames.begin();
  while (next != frames.end() && untimed(*next)) aligner.Push(*next++, sink);
  StageCost cost = Timed(std::string(AlignmentModeName(mode)), "frame",
                         static_cast<std::size_t>(frames.end() - next), [&] {
                           for (; next != frames.end(); ++next) aligner.Push(*next, sink);
                           aligner.Finish(sink);
                         });
  crops.landmarks = aligner.report().crop_landmarks;
  crops.first_face_frame = aligner.report().first_face_frame;
  return cost;
}

// The aligner looks for the first face itself, which is detection and not alignment.
std::vector<StageCost> AlignAll(const std::vector<Frame>& frames, FaceFinder& finder,
                                const StagedOptions& options, Crops& crops) {
  std::vector<StageCost> costs;
  costs.push_back(Align(frames, finder, AlignmentMode::kCrop, options, crops,
                        [&](const Frame&) { return crops.images.empty(); }));
  if (options.also_similarity) {
    Crops others;
    costs.push_back(
        Align(frames, finder, AlignmentMode::kSimilarity, options, others,
              [&](const Frame& frame) { return frame.index <= crops.first_face_frame; }));
  }
  return costs;
}

struct FlowImages {
  cv::Mat u = cv::Mat(kCropSide, kCropSide, CV_32F);
  cv::Mat v = cv::Mat(kCropSide, kCropSide, CV_32F);
};

std::vector<FlowImages> ComputeFlows(FlowEngine& engine, const std::vector<cv::Mat>& crops,
                                     std::size_t k) {
  std::vector<FlowImages> flows(crops.size() - k);
  std::vector<FlowPair> pairs;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    pairs.push_back(FlowPairOf(crops[i], crops[i + k], flows[i].u, flows[i].v));
  }
  const auto batch = static_cast<std::size_t>(engine.PreferredBatch());
  for (std::size_t i = 0; i < pairs.size(); i += batch) {
    engine.Compute(std::span(pairs).subspan(i, std::min(batch, pairs.size() - i)));
  }
  return flows;
}

std::vector<float> FeaturesOf(const std::vector<FlowImages>& flows, const FeatureRois& rois) {
  std::vector<float> features(flows.size() * kFeatureValues);
  for (std::size_t i = 0; i < flows.size(); ++i) {
    ComputeFeatures(ViewOf<const float>(flows[i].u), ViewOf<const float>(flows[i].v), rois,
                    std::span(features).subspan(i * kFeatureValues, kFeatureValues));
  }
  return features;
}

void Score(MeanModel& model, std::span<const float> features, StagedRun& run) {
  constexpr std::size_t kBatchValues = kNetworkBatch * kFeatureValues;
  for (std::size_t i = 0; i < features.size(); i += kBatchValues) {
    const ModelOutput output =
        model.Forward(features.subspan(i, std::min(kBatchValues, features.size() - i)));
    run.scores.insert(run.scores.end(), output.spot.begin(), output.spot.end());
    run.probabilities.insert(run.probabilities.end(), output.probabilities.begin(),
                             output.probabilities.end());
  }
}

FaceOptions WithCrop(FaceOptions face) {
  face.alignment = AlignmentMode::kCrop;
  return face;
}

}  // namespace

std::int64_t FirstFaceFrame(FrameSource& source, FaceFinder& finder, const FaceOptions& face,
                            double fps) {
  FaceAligner aligner(WithCrop(face), finder, fps);
  bool found = false;
  const FaceAligner::Sink sink = [&](std::int64_t, const cv::Mat&) { found = true; };
  for (Frame frame; !found && source.Next(frame);) aligner.Push(frame, sink);
  aligner.Finish(sink);
  return aligner.report().first_face_frame;
}

StagedRun RunStaged(FrameSource& source, FaceFinder& finder, FlowEngine& flow, MeanModel& model,
                    const StagedOptions& options) {
  StagedRun run;
  std::vector<Frame> frames;
  run.stages.push_back(
      Timed("decode", "frame", 0, [&] { frames = ReadFrames(source, options.frames); }));
  run.stages.back().items = run.frames = static_cast<std::int64_t>(frames.size());

  const auto detections = static_cast<std::size_t>(std::min(options.detections, run.frames));
  run.stages.push_back(Timed("detection", "frame", detections, [&] {
    for (std::size_t i = 0; i < detections; ++i) {
      finder.Detect(frames[i].image_bgr, options.face.upsamplings);
    }
  }));

  Crops crops;
  for (StageCost& cost : AlignAll(frames, finder, options, crops)) {
    run.stages.push_back(std::move(cost));
  }
  const auto k = static_cast<std::size_t>(options.k_frames);
  if (crops.images.size() <= k) {
    throw Error(ErrorKind::kInput, "the first " + std::to_string(frames.size()) +
                                       " frames of the clip hold no pair of faces " +
                                       std::to_string(k) + " frames apart");
  }
  const std::size_t pairs = crops.images.size() - k;
  run.pairs = static_cast<std::int64_t>(pairs);

  std::vector<FlowImages> flows;
  run.stages.push_back(
      Timed("flow", "pair", pairs, [&] { flows = ComputeFlows(flow, crops.images, k); }));
  std::vector<float> features;
  run.stages.push_back(Timed("features", "pair", pairs, [&] {
    features = FeaturesOf(flows, RoisFromLandmarks(crops.landmarks));
  }));
  run.stages.push_back(Timed("network", "pair", pairs, [&] { Score(model, features, run); }));
  return run;
}

}  // namespace mestr
