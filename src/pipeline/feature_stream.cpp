#include "pipeline/feature_stream.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "core/border.h"
#include "core/bounded_queue.h"
#include "core/ordered_stage.h"
#include "core/stage_threads.h"
#include "core/text.h"
#include "face/crop_aligner.h"
#include "face/face_follower.h"
#include "face/shot_boundary.h"
#include "mestr/core/error.h"
#include "pipeline/flow_worker.h"
#include "pipeline/region_request.h"
#include "pipeline/tell.h"
#include "results/usability_text.h"

namespace mestr::internal {
namespace {

// Enough that a stage rarely waits, small beside the frames of a second.
constexpr std::size_t kFramesAhead = 8;
constexpr std::size_t kBatchesAheadPerWorker = 4;

// What follows trusts a frame, and dlib ends the program over one of another type; a source of
// one's own may give anything. `size` is that of the frames before, empty at the first; `region` is
// what was asked for.
void CheckFrame(const Frame& frame, std::int64_t index, const cv::Size& size,
                const cv::Rect& region) {
  const bool is_patch = frame.image_bgr.empty() && !frame.patch_bgr.empty();
  const cv::Mat& image = is_patch ? frame.patch_bgr : frame.image_bgr;
  const std::string name = "frame " + std::to_string(index + 1);
  if (image.empty() || image.type() != CV_8UC3) {
    throw Error(ErrorKind::kInput, name + " is not an 8-bit BGR image");
  }
  const cv::Rect patch(frame.patch_origin, image.size());
  const bool has_region = !region.empty() && frame.continues && (patch & region) == region;
  if (is_patch && !frame.missing && !has_region) {
    throw Error(ErrorKind::kInput, name + " has not all the pixels that were asked for");
  }
  if (!is_patch && !size.empty() && image.size() != size) {
    throw Error(ErrorKind::kInput, name + " has " + SizeText(image.cols, image.rows) +
                                       " px, but those before it have " +
                                       SizeText(size.width, size.height));
  }
  if (frame.index != index) {
    throw Error(ErrorKind::kInput, name + " has the index " + std::to_string(frame.index) +
                                       " instead of " + std::to_string(index));
  }
}

// How the face of each stretch is followed.
struct FaceStage {
  const FaceOptions& options;
  FaceFinder& finder;
  double fps;
};

// One video on its way through the stages: what each of them does, whatever thread it runs in.
class VideoRun {
 public:
  VideoRun(FrameSource& source, const FaceStage& face, FeatureExtractor& extractor,
           const ExtractorMaker& more, clockid_t clock)
      : source_(source), face_(face), extractor_(extractor), more_(more), clock_(clock) {
    LaneAt(0);
    if (face.options.alignment != AlignmentMode::kSimilarity) return;
    const ExtractorSpec& spec = extractor.spec();
    follower_.emplace(face.options, spec.crop, spec.frame_distance + 1, face.finder, face.fps);
  }

 protected:
  bool NextFrame(Frame& frame) {
    const ScopedCost cost(report_.costs.decode, clock_);
    const cv::Rect region = region_.Since(unbroken_since_);
    const bool more = AtBorder(ErrorKind::kInput, "reading frames", [&] {
      source_.Use({.region_px = region});
      return source_.Next(frame);
    });
    if (!more) return false;
    CheckFrame(frame, static_cast<std::int64_t>(report_.frame_times_s.size()), frame_size_, region);
    if (frame_size_.empty()) frame_size_ = frame.image_bgr.size();
    if (frame.missing || !frame.continues) unbroken_since_ = frame.index + (frame.missing ? 1 : 0);
    report_.frame_times_s.push_back(frame.time_s);
    return true;
  }

  void Align(const Frame& frame, const FeatureExtractor::RequestSink& sink) {
    ++report_.frames;
    if (follower_) {
      Follow(frame, sink);
    } else {
      Crop(frame, sink);
    }
  }

  void FinishAlignment(const FeatureExtractor::RequestSink& sink) {
    if (follower_) {
      Timed(report_.costs.align, [&] { follower_->Finish(SinkTo(sink)); });
    } else {
      FinishCrops(FaceCause::kVideoEnd);
    }
  }

  void Deliver(const Row& row, const RowSink& sink) {
    if (row.id.index) {
      if (motion_px_.size() <= row.id.lane) motion_px_.resize(row.id.lane + 1);
      std::vector<float>& motion = motion_px_[row.id.lane];
      motion.resize(static_cast<std::size_t>(*row.id.index));
      motion.push_back(row.motion_px);
    }
    sink(row.id, row.values);
  }

  void AddWorker(FlowEngine& engine) { workers_.emplace_back(engine, extractor_, clock_); }

  StreamReport Report() {
    report_.video = source_.info();
    for (const FlowWorker& worker : workers_) {
      report_.costs.flow += worker.flow_cost();
      report_.costs.features += worker.features_cost();
    }
    motion_px_.resize(lanes_.size());
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      LaneReport& lane = lanes_[i].report;
      lane.lane = i;
      lane.motion_px = std::move(motion_px_[i]);
      if (follower_ && i < follower_->lanes()) lane.faces = follower_->TakeFaces(i);
      if (lane.rows > 0) report_.others.push_back(std::move(lane));
    }
    if (report_.others.empty()) ThrowNothing();
    static_cast<LaneReport&>(report_) = std::move(report_.others.front());
    report_.others.erase(report_.others.begin());
    return std::move(report_);
  }

  std::vector<FlowWorker> workers_;
  Cost elsewhere_;  // of what alignment's sink does that is not alignment

 private:
  struct Lane {
    std::unique_ptr<FeatureExtractor> own;  // empty for the first, which has the caller's
    FeatureExtractor* extractor = nullptr;
    LaneReport report;
    // Of the stretch in hand:
    std::int64_t stretch_first = 0;  // frame
    std::int64_t frames_pushed = 0;  // to the extractor
    std::int64_t stretch_rows = 0;

    void Begin(std::int64_t frame) {
      stretch_first = frame;
      if (report.stretches.empty()) report.first_frame = frame;
    }
  };

  // The published baseline knows no cuts and goes by the first face's box.
  void Crop(const Frame& frame, const FeatureExtractor::RequestSink& sink) {
    if (frame.missing || !frame.continues) {
      FinishCrops(frame.missing ? FaceCause::kMissing : FaceCause::kClockBreak);
    }
    if (frame.missing) return;
    if (!crops_) crops_.emplace(face_.options, extractor_.spec().crop, face_.finder, face_.fps);
    Timed(crops_->found() ? report_.costs.align : report_.costs.search, [&] {
      crops_->Push(frame, [&](const AlignedFrame& aligned) { PushTo(0, aligned, sink); });
    });
    region_.Ask(frame.index, crops_->region());
    RequireFirstFaceSoon();
  }

  void FinishCrops(FaceCause cause) {
    if (!crops_) return;
    if (crops_->found()) {
      FaceTrack track = crops_->track();
      track.ended_by = cause;
      EndStretch(0, track);
    }
    crops_.reset();
  }

  void Follow(const Frame& frame, const FeatureExtractor::RequestSink& sink) {
    const FaceFollower::Sink faces = SinkTo(sink);
    const FaceCause cause = BreakBefore(frame);
    Timed(found_ ? report_.costs.align : report_.costs.search, [&] {
      if (cause != FaceCause::kNone) follower_->Break(cause, faces);
      follower_->Push(frame, faces);
    });
    found_ = found_ || follower_->found();
  }

  FaceCause BreakBefore(const Frame& frame) {
    if (frame.missing) return FaceCause::kMissing;
    const bool is_cut = shots_.IsCut(frame.image_bgr);
    if (!frame.continues) return FaceCause::kClockBreak;
    return is_cut ? FaceCause::kCut : FaceCause::kNone;
  }

  FaceFollower::Sink SinkTo(const FeatureExtractor::RequestSink& sink) {
    return {.aligned = [this, &sink](std::size_t lane,
                                     const AlignedFrame& frame) { PushTo(lane, frame, sink); },
            .stretch_end = [this](std::size_t lane,
                                  const FaceTrack& stretch) { EndStretch(lane, stretch); }};
  }

  // The published baseline gives up at the first frame.
  void RequireFirstFaceSoon() const {
    if (crops_->found() || !lanes_.front().report.stretches.empty()) return;
    if (static_cast<double>(report_.frames) < face_.options.search_s * face_.fps) return;
    throw Error(ErrorKind::kInput, "no face found in the first " +
                                       Counted(report_.frames, "frame") +
                                       "; the video must begin with a frontal face of at least " +
                                       std::to_string(80 >> face_.options.upsamplings) +
                                       " px, or face.alignment be similarity, which looks on");
  }

  [[noreturn]] void ThrowNothing() const {
    std::int64_t longest = 0;
    for (const Lane& lane : lanes_) {
      for (const FaceTrack& stretch : lane.report.stretches) {
        longest = std::max(longest, stretch.end_frame - stretch.first_frame);
      }
    }
    const std::string of_all = " of its " + std::to_string(report_.frames) + " frames";
    const std::vector<FrameFace>& faces = lanes_.front().report.faces;
    const bool seen = std::any_of(faces.begin(), faces.end(),
                                  [](const FrameFace& face) { return !face.box.empty(); });
    if (longest == 0 && !seen) throw Error(ErrorKind::kInput, "no face found in any" + of_all);
    const std::string why =
        faces.empty() ? "" : " (" + UsabilityText(FramesByCause(faces), face_.fps) + ")";
    if (longest == 0) throw Error(ErrorKind::kInput, "no usable face in any" + of_all + why);
    const int distance = extractor_.spec().frame_distance;
    throw Error(ErrorKind::kInput, "too short: " + Counted(longest, "frame") +
                                       " with a face, and a pair of frames " +
                                       std::to_string(distance) + " apart needs " +
                                       std::to_string(distance + 1) + why);
  }

  Lane& LaneAt(std::size_t index) {
    while (lanes_.size() <= index) {
      Lane& lane = lanes_.emplace_back();
      if (lanes_.size() > 1) lane.own = more_();
      lane.extractor = lane.own ? lane.own.get() : &extractor_;
    }
    return lanes_[index];
  }

  void EndStretch(std::size_t index, const FaceTrack& stretch) {
    Lane& lane = LaneAt(index);
    if (lane.frames_pushed == 0) lane.Begin(stretch.first_frame);
    lane.report.stretches.push_back(stretch);
    AtBorder(ErrorKind::kInput, kFeatures, [&] { lane.extractor->Restart(); });
    lane.stretch_rows = lane.frames_pushed = 0;
  }

  void PushTo(std::size_t index, const AlignedFrame& frame,
              const FeatureExtractor::RequestSink& sink) {
    Lane& lane = LaneAt(index);
    if (lane.frames_pushed++ == 0) lane.Begin(frame.index);
    AtBorder(ErrorKind::kInput, kFeatures, [&] {
      lane.extractor->Push(frame, [&](FlowRequest request) {
        request.row.lane = index;
        Count(request.row, lane);
        const ScopedCost cost(elsewhere_, clock_);
        sink(std::move(request));
      });
    });
  }

  // An index is that of a frame of the stretch that was pushed, in order: what follows trusts it.
  // Made one of the whole video here.
  void Count(RowId& row, Lane& lane) const {
    if (!row.index) return;
    if (*row.index != lane.stretch_rows || lane.stretch_rows >= lane.frames_pushed) {
      throw Error(ErrorKind::kInput, "features '" + extractor_.spec().kind + "' gave row " +
                                         std::to_string(*row.index) + " after " +
                                         std::to_string(lane.stretch_rows) + " rows of " +
                                         std::to_string(lane.frames_pushed) + " frames");
    }
    *row.index += lane.stretch_first - lane.report.first_frame;
    ++lane.stretch_rows;
    ++lane.report.rows;
  }

  template <typename Body>
  void Timed(Cost& sum, const Body& body) {
    elsewhere_ = {};
    {
      const ScopedCost cost(sum, clock_);
      body();
    }
    sum -= elsewhere_;
  }

  FrameSource& source_;
  FaceStage face_;
  ShotBoundary shots_;
  FeatureExtractor& extractor_;
  const ExtractorMaker& more_;
  clockid_t clock_;
  std::optional<CropAligner> crops_;      // with kCrop, of the stretch in hand
  std::optional<FaceFollower> follower_;  // with kSimilarity
  bool found_ = false;
  RegionRequest region_;
  std::int64_t unbroken_since_ = 0;  // frame, of those that were read
  cv::Size frame_size_;
  std::vector<Lane> lanes_;                    // the first is always there
  std::vector<std::vector<float>> motion_px_;  // of each lane; written where rows are collected
  StreamReport report_;                        // each member is written by one stage alone
};

// Every stage in threads of its own, over bounded queues; rows are collected in this one.
class OverlappedRun : VideoRun {
 public:
  OverlappedRun(FrameSource& source, const FaceStage& face, FeatureExtractor& extractor,
                const ExtractorMaker& more, std::span<const std::unique_ptr<FlowEngine>> engines)
      : VideoRun(source, face, extractor, more, CLOCK_THREAD_CPUTIME_ID),
        frames_(kFramesAhead),
        flow_(engines.size() * kBatchesAheadPerWorker *
              static_cast<std::size_t>(engines.front()->PreferredBatch())) {
    for (const auto& engine : engines) AddWorker(*engine);
  }

  StreamReport Execute(const RowSink& sink, const std::stop_token& stop, const FramesSink& frames) {
    StageThreads threads(stop, [this] {
      frames_.Abort();
      flow_.Abort();
    });
    threads.Start([this] { Decode(); });
    threads.Start([this] { AlignAll(); });
    for (FlowWorker& worker : workers_) {
      threads.Start([this, &worker] {
        flow_.Work(worker.batch(), [&worker](std::span<FlowRequest> requests, std::span<Row> rows) {
          worker.Compute(requests, rows);
        });
      });
    }
    threads.RunHere([&] {
      while (const auto row = flow_.Pop()) {
        Deliver(*row, sink);
        Tell(frames, aligned_.load());
      }
    });
    if (!threads.Join()) throw Error(ErrorKind::kStopped, "stopped before its end");
    Tell(frames, aligned_.load());
    return Report();
  }

 private:
  void Decode() {
    for (Frame frame; NextFrame(frame); frame = {}) {
      if (!frames_.Push(std::move(frame))) return;
    }
    frames_.Close();
  }

  void AlignAll() {
    const auto submit = [this](FlowRequest request) { flow_.Push(std::move(request)); };
    while (const auto frame = frames_.Pop()) {
      Align(*frame, submit);
      ++aligned_;
    }
    FinishAlignment(submit);
    flow_.Close();
  }

  BoundedQueue<Frame> frames_;
  OrderedStage<FlowRequest, Row> flow_;
  std::atomic<std::int64_t> aligned_ = 0;  // frames
};

// The same stages one after another.
class SerialRun : VideoRun {
 public:
  SerialRun(FrameSource& source, const FaceStage& face, FeatureExtractor& extractor,
            const ExtractorMaker& more, FlowEngine& engine)
      : VideoRun(source, face, extractor, more, CLOCK_PROCESS_CPUTIME_ID) {
    AddWorker(engine);
  }

  StreamReport Execute(const RowSink& sink) {
    const auto submit = [&](FlowRequest request) {
      waiting_.push_back(std::move(request));
      if (waiting_.size() == workers_.front().batch()) Compute(sink);
    };
    for (Frame frame; NextFrame(frame); frame = {}) Align(frame, submit);
    FinishAlignment(submit);
    Compute(sink);
    return Report();
  }

 private:
  void Compute(const RowSink& sink) {
    std::vector<Row> rows(waiting_.size());
    if (!rows.empty()) workers_.front().Compute(waiting_, rows);
    for (const Row& row : rows) Deliver(row, sink);
    waiting_.clear();
  }

  std::vector<FlowRequest> waiting_;
};

}  // namespace

FeatureStream::FeatureStream(const FaceOptions& face, FaceFinder& finder,
                             std::vector<std::unique_ptr<FlowEngine>> engines)
    : face_(face), finder_(finder), engines_(std::move(engines)) {
  if (engines_.empty()) {
    throw Error(ErrorKind::kInvalidArgument, "FeatureStream: at least one flow engine is needed");
  }
}

StreamReport FeatureStream::Run(FrameSource& source, double fps, FeatureExtractor& extractor,
                                const RowSink& sink, const std::stop_token& stop,
                                const ExtractorMaker& more, const FramesSink& frames) {
  return OverlappedRun(source, {face_, finder_, fps}, extractor, more, engines_)
      .Execute(sink, stop, frames);
}

StreamReport RunSerially(FrameSource& source, double fps, const FaceOptions& face,
                         FaceFinder& finder, FlowEngine& engine, FeatureExtractor& extractor,
                         const RowSink& sink) {
  const ExtractorMaker none;
  return SerialRun(source, {face, finder, fps}, extractor, none, engine).Execute(sink);
}

}  // namespace mestr::internal
