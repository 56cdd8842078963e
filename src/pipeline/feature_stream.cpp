#include "pipeline/feature_stream.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "core/border.h"
#include "core/stage_threads.h"
#include "core/text.h"
#include "face/crop_aligner.h"
#include "face/face_follower.h"
#include "face/shot_boundary.h"
#include "mestr/core/error.h"
#include "pipeline/flow_worker.h"
#include "pipeline/frame_reader.h"
#include "pipeline/region_request.h"
#include "pipeline/tell.h"
#include "results/usability_text.h"

namespace mestr::internal {
namespace {

// Enough that a worker rarely waits; a device's batches are large. Each takes some 40 KB.
std::size_t RequestsAhead(const FlowStage& flow) {
  return flow.batch() == 1 ? 2 * flow.workers() + 2 : 2 * flow.batch();
}

// What follows trusts a frame, and dlib ends the program over one of another type; a source of
// one's own may give anything. `size` is that of the frames before, empty at the first; `region` is
// what is needed of a frame that follows them.
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
    throw Error(ErrorKind::kInput, name + " has not all the pixels that are needed");
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
      : source_(source), clock_(clock), face_(face), extractor_(extractor), more_(more) {
    LaneAt(0);
    if (face.options.alignment != AlignmentMode::kSimilarity) return;
    const ExtractorSpec& spec = extractor.spec();
    follower_.emplace(face.options, spec.crop, spec.frame_distance + 1, face.finder, face.fps);
  }

 protected:
  void Align(const Frame& frame, const FeatureExtractor::RequestSink& sink) {
    CheckFrame(frame, report_.frames, frame_size_, crops_ ? crops_->region() : cv::Rect());
    if (frame_size_.empty()) frame_size_ = frame.image_bgr.size();
    report_.frame_times_s.push_back(frame.time_s);
    ++report_.frames;
    if (follower_) {
      Follow(frame, sink);
    } else {
      Crop(frame, sink);
    }
  }

  void FinishAlignment(const FeatureExtractor::RequestSink& sink) {
    if (follower_) {
      const ScopedCost cost(report_.costs.align, clock_);
      follower_->Finish(SinkTo(sink));
    } else {
      FinishCrops(FaceCause::kVideoEnd);
    }
  }

  void Deliver(const Row& row, const RowSink& sink) {
    report_.costs.flow += row.flow;
    report_.costs.features += row.features;
    if (row.id.index) {
      if (motion_px_.size() <= row.id.lane) motion_px_.resize(row.id.lane + 1);
      std::vector<float>& motion = motion_px_[row.id.lane];
      motion.resize(static_cast<std::size_t>(*row.id.index));
      motion.push_back(row.motion_px);
    }
    sink(row.id, row.values);
  }

  FlowTask TaskOf(FlowRequest request) const { return {std::move(request), &extractor_}; }

  StreamReport Report(const Cost& decode) {
    report_.video = source_.info();
    report_.costs.decode = decode;
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

  FrameSource& source_;
  clockid_t clock_;  // of processor time
  RegionRequest region_;

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
    {
      const ScopedCost cost(crops_->found() ? report_.costs.align : report_.costs.search, clock_);
      crops_->Push(frame, [&](const AlignedFrame& aligned) { PushTo(0, aligned, sink); });
    }
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
    const ScopedCost cost(found_ ? report_.costs.align : report_.costs.search, clock_);
    if (cause != FaceCause::kNone) follower_->Break(cause, faces);
    follower_->Push(frame, faces);
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

  FaceStage face_;
  ShotBoundary shots_;
  FeatureExtractor& extractor_;
  const ExtractorMaker& more_;
  std::optional<CropAligner> crops_;      // with kCrop, of the stretch in hand
  std::optional<FaceFollower> follower_;  // with kSimilarity
  bool found_ = false;
  cv::Size frame_size_;
  std::vector<Lane> lanes_;                    // the first is always there
  std::vector<std::vector<float>> motion_px_;  // of each lane; written where rows are collected
  StreamReport report_;                        // each member is written by one stage alone
};

// Every stage in threads of its own, over bounded queues; rows are collected in this one.
class OverlappedRun : VideoRun {
 public:
  OverlappedRun(FrameSource& source, const FaceStage& face, FeatureExtractor& extractor,
                const ExtractorMaker& more, RunResources& resources, FlowStage& flow)
      : VideoRun(source, face, extractor, more, CLOCK_THREAD_CPUTIME_ID),
        processors_(resources.processors()),
        reader_(source, resources, &region_),
        flow_(flow, RequestsAhead(flow)) {}

  StreamReport Execute(const RowSink& sink, const std::stop_token& stop, const FramesSink& frames) {
    StageThreads threads(stop, [this] {
      reader_.Abort();
      flow_.Abort();
    });
    threads.Start([this] { reader_.Run(); });
    threads.Start([this] { AlignAll(); });
    threads.RunHere([&] {
      while (const auto row = flow_.Pop()) {
        Deliver(*row, sink);
        Tell(frames, aligned_.load());
      }
    });
    if (!threads.Join()) throw Error(ErrorKind::kStopped, "stopped before its end");
    Tell(frames, aligned_.load());
    return Report(reader_.cost());
  }

 private:
  void AlignAll() {
    // Submitted later: who waits there for room has no processor.
    std::vector<FlowRequest> requests;
    const auto collect = [&](FlowRequest request) { requests.push_back(std::move(request)); };
    for (Frame frame; reader_.Next(frame);) {
      {
        const Processors::Busy busy(processors_);
        Align(frame, collect);
        frame = {};
      }
      reader_.Release();
      Submit(requests);
      ++aligned_;
    }
    {
      const Processors::Busy busy(processors_);
      FinishAlignment(collect);
    }
    Submit(requests);
    flow_.Close();
  }

  void Submit(std::vector<FlowRequest>& requests) {
    for (FlowRequest& request : requests) flow_.Push(TaskOf(std::move(request)));
    requests.clear();
  }

  Processors& processors_;
  FrameReader reader_;
  FlowStage::Line flow_;
  std::atomic<std::int64_t> aligned_ = 0;  // frames
};

// The same stages one after another.
class SerialRun : VideoRun {
 public:
  SerialRun(FrameSource& source, const FaceStage& face, FeatureExtractor& extractor,
            const ExtractorMaker& more, FlowEngine& engine)
      : VideoRun(source, face, extractor, more, CLOCK_PROCESS_CPUTIME_ID),
        reads_(region_),
        worker_(engine, clock_) {}

  StreamReport Execute(const RowSink& sink) {
    const auto submit = [&](FlowRequest request) {
      waiting_.push_back(TaskOf(std::move(request)));
    };
    for (Frame frame; NextFrame(frame); frame = {}) {
      Align(frame, submit);
      Compute(worker_.batch(), sink);
    }
    FinishAlignment(submit);
    Compute(1, sink);
    return Report(decode_);
  }

 private:
  bool NextFrame(Frame& frame) {
    const ScopedCost cost(decode_, clock_);
    return AtBorder(ErrorKind::kInput, kReadingFrames, [&] { return reads_.Next(source_, frame); });
  }

  // What waits, once there are so many.
  void Compute(std::size_t least, const RowSink& sink) {
    if (waiting_.size() < least) return;
    std::vector<Done<Row>> rows(waiting_.size());
    worker_.Compute(waiting_, rows);
    for (const Done<Row>& row : rows) {
      if (row.failure) std::rethrow_exception(row.failure);
      Deliver(row.value, sink);
    }
    waiting_.clear();
  }

  RegionReads reads_;
  FlowWorker worker_;
  std::vector<FlowTask> waiting_;
  Cost decode_;
};

}  // namespace

FeatureStream::FeatureStream(FaceFinder& finder, std::vector<std::unique_ptr<FlowEngine>> engines,
                             RunResources& resources)
    : finder_(finder), resources_(resources), flow_(std::move(engines), resources.processors()) {}

StreamReport FeatureStream::Run(FrameSource& source, double fps, const FaceOptions& face,
                                FeatureExtractor& extractor, const RowSink& sink,
                                const std::stop_token& stop, const ExtractorMaker& more,
                                const FramesSink& frames) {
  return OverlappedRun(source, {face, finder_, fps}, extractor, more, resources_, flow_.stage())
      .Execute(sink, stop, frames);
}

StreamReport RunSerially(FrameSource& source, double fps, const FaceOptions& face,
                         FaceFinder& finder, FlowEngine& engine, FeatureExtractor& extractor,
                         const RowSink& sink) {
  const ExtractorMaker none;
  return SerialRun(source, {face, finder, fps}, extractor, none, engine).Execute(sink);
}

}  // namespace mestr::internal
