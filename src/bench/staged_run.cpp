#include "bench/staged_run.h"

#include <algorithm>
#include <utility>

#include "bench/region_decoding.h"
#include "face/crop_aligner.h"
#include "mestr/core/error.h"
#include "mestr/features/extractor.h"
#include "pipeline/extractor_choice.h"

namespace mestr::internal {
namespace {

// The first frames of a video.
class Beginning final : public FrameSource {
 public:
  Beginning(std::unique_ptr<FrameSource> whole, std::int64_t frames)
      : whole_(std::move(whole)), left_(frames) {}

  const VideoInfo& info() const override { return whole_->info(); }
  void Use(const FrameUse& use) override { whole_->Use(use); }
  bool Next(Frame& frame) override { return left_-- > 0 && whole_->Next(frame); }

 private:
  std::unique_ptr<FrameSource> whole_;
  std::int64_t left_;
};

void RequireOneStretch(const StreamReport& report, const VideoInput& clip) {
  if (report.stretches.size() == 1) return;
  throw Error(ErrorKind::kInput, clip.path.string() +
                                     ": has pauses or cuts; the reference pipeline knows none, so "
                                     "that only a video without them can be compared");
}

}  // namespace

StagedPipeline::StagedPipeline(FaceFinder& finder, std::unique_ptr<FlowEngine> flow,
                               std::unique_ptr<FlowEngine> lean_flow)
    : finder_(finder), flow_(std::move(flow)), lean_flow_(std::move(lean_flow)) {}

StreamReport StagedPipeline::Stream(const VideoInput& clip, FlowEngine& flow,
                                    const StagedOptions& options, const ModelInfo& model,
                                    const RowSink& sink) {
  FaceOptions face = options.face;
  face.all_faces = false;
  face.min_stretch_s = 0;  // a few frames are timed
  Beginning source(OpenInput(clip), options.frames);
  const auto extractor = MakeExtractorFor(
      model, {.frame_distance = options.k_frames, .jpeg_quality = options.jpeg_quality}, {});
  return RunSerially(source, options.fps, face, finder_, flow, *extractor, sink);
}

Cost StagedPipeline::TimeDetections(const VideoInput& clip, std::int64_t frames, int upsamplings) {
  Cost sum;
  Beginning source(OpenInput(clip), frames);
  for (Frame frame; source.Next(frame); frame = {}) {
    const ScopedCost cost(sum);
    finder_.Detect(frame.image_bgr, upsamplings);
  }
  return sum;
}

// Whole frames and, where there is a box, that alone, one after the other; another one goes first
// each time.
std::vector<StageCost> StagedPipeline::TimeDecodings(const VideoInput& clip, std::int64_t frames,
                                                     const cv::Rect& box_px) {
  const auto stage = [&](const char* name, const cv::Rect& region_px) {
    const DecodingCost decoding = TimeDecoding(*OpenInput(clip), frames, region_px);
    return StageCost{name, "frame", decoding.frames, decoding.cost};
  };
  if (box_px.empty()) return {stage(kDecodeStage, {})};
  CheckRegion(*OpenInput(clip), *OpenInput(clip), box_px, frames);
  std::optional<StageCost> box;
  if (box_is_first_) box = stage(kBoxDecodeStage, box_px);
  const StageCost whole = stage(kDecodeStage, {});
  if (!box) box = stage(kBoxDecodeStage, box_px);
  box_is_first_ = !box_is_first_;
  box->in_wall = box->in_cpu = false;
  box->compared_with = kDecodeStage;
  return {whole, *box};
}

StagedRun StagedPipeline::Run(const VideoInput& clip, Network& network,
                              const StagedOptions& options) {
  RowScorer scorer(network);
  Cost network_cost;
  const ModelInfo& model = network.info();
  StagedOptions cropping = options;
  cropping.face.alignment = AlignmentMode::kCrop;
  const RowSink ignore = [](const RowId&, std::span<const float>) {};
  const StreamReport report =
      Stream(clip, *flow_, cropping, model, [&](const RowId&, std::span<const float> row) {
        const ScopedCost cost(network_cost);
        scorer.Add(row);
      });
  RequireOneStretch(report, clip);
  StagedRun run{.stages = {}, .frames = report.frames, .pairs = report.rows, .scores = {}};
  {
    const ScopedCost cost(network_cost);
    run.scores = scorer.Finish();
  }
  const std::int64_t detections = std::min(options.detections, run.frames);
  // The search for the first face is detection and not alignment.
  const std::int64_t aligned = run.frames - report.stretches.front().first_frame - 1;
  run.stages = TimeDecodings(
      clip, run.frames, options.both_alignments ? report.stretches.front().crop_box : cv::Rect());
  run.stages.push_back({kDetectionStage, "frame", detections,
                        TimeDetections(clip, detections, options.face.upsamplings)});
  run.stages.push_back({"crop", "frame", aligned, report.costs.align});
  if (options.both_alignments) {
    StagedOptions following = options;
    following.face.alignment = AlignmentMode::kSimilarity;
    const StreamReport similar = Stream(clip, *flow_, following, model, ignore);
    run.stages.push_back({"similarity", "frame", aligned, similar.costs.align});
  }
  run.stages.push_back({"flow", "pair", run.pairs, report.costs.flow, true, !lean_flow_});
  if (lean_flow_) {
    const Cost lean = Stream(clip, *lean_flow_, cropping, model, ignore).costs.flow;
    run.stages.push_back({"flow, one thread", "pair", run.pairs, lean, false, true});
  }
  run.stages.push_back({"features", "pair", run.pairs, report.costs.features});
  run.stages.push_back({"network", "pair", run.pairs, network_cost});
  return run;
}

std::int64_t FirstFaceFrame(FrameSource& source, FaceFinder& finder, const FaceOptions& face,
                            double fps) {
  CropAligner aligner(face, {}, finder, fps);
  const CropAligner::Sink ignore = [](const AlignedFrame&) {};
  for (Frame frame; !aligner.found() && source.Next(frame);) aligner.Push(frame, ignore);
  if (!aligner.found()) throw Error(ErrorKind::kInput, "no face found in any of its frames");
  return aligner.track().first_frame;
}

}  // namespace mestr::internal
