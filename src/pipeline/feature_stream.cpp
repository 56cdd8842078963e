#include "pipeline/feature_stream.h"

#include <algorithm>
#include <string>

#include "core/border.h"
#include "core/bounded_queue.h"
#include "core/ordered_stage.h"
#include "core/stage_threads.h"
#include "core/text.h"
#include "face/face_aligner.h"
#include "face/shot_boundary.h"
#include "mestr/core/error.h"
#include "pipeline/flow_worker.h"

namespace mestr::internal {
namespace {

// Enough that a stage rarely waits, small beside the frames of a second.
constexpr std::size_t kFramesAhead = 8;
constexpr std::size_t kBatchesAheadPerWorker = 4;

// What follows trusts a frame, and dlib ends the program over one of another type; a source of
// one's own may give anything. `size` is that of the frames before, empty at the first.
void CheckFrame(const Frame& frame, std::int64_t index, const cv::Size& size) {
  const cv::Mat& image = frame.image_bgr;
  const std::string name = "frame " + std::to_string(index + 1);
  if (image.empty() || image.type() != CV_8UC3) {
    throw Error(ErrorKind::kInput, name + " is not an 8-bit BGR image");
  }
  if (!size.empty() && image.size() != size) {
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
  VideoRun(FrameSource& source, const FaceStage& face, FeatureExtractor& extractor, clockid_t clock)
      : source_(source), face_(face), extractor_(extractor), clock_(clock) {}

 protected:
  bool NextFrame(Frame& frame) {
    const ScopedCost cost(report_.costs.decode, clock_);
    const bool more =
        AtBorder(ErrorKind::kInput, "reading frames", [&] { return source_.Next(frame); });
    if (!more) return false;
    CheckFrame(frame, static_cast<std::int64_t>(report_.frame_times_s.size()), frame_size_);
    frame_size_ = frame.image_bgr.size();
    report_.frame_times_s.push_back(frame.time_s);
    return true;
  }

  void Align(const Frame& frame, const FeatureExtractor::RequestSink& sink) {
    const bool is_cut = !frame.missing && IsCut(frame);
    if (is_cut || frame.missing || !frame.continues) FinishStretch(sink);
    ++report_.frames;
    if (face_.options.alignment == AlignmentMode::kSimilarity) {
      report_.faces.emplace_back().cause = frame.missing ? FaceCause::kMissing : FaceCause::kNoFace;
    }
    if (frame.missing) return;
    if (!aligner_) {
      aligner_.emplace(face_.options, extractor_.spec().crop, face_.finder, face_.fps);
    }
    Timed(aligner_->found() ? report_.costs.align : report_.costs.search,
          [&] { aligner_->Push(frame, SinkTo(sink)); });
    RequireFirstFaceSoon();
    if (aligner_->lost()) FinishStretch(sink);
  }

  void FinishStretch(const FeatureExtractor::RequestSink& sink) {
    if (!aligner_) return;
    Timed(report_.costs.align, [&] { aligner_->Finish(SinkTo(sink)); });
    if (aligner_->found()) report_.stretches.push_back(aligner_->track());
    aligner_.reset();
    AtBorder(ErrorKind::kInput, kFeatures, [&] { extractor_.Restart(); });
    stretch_rows_ = frames_pushed_ = 0;
  }

  void Deliver(const Row& row, const RowSink& sink) {
    if (row.id.index) {
      report_.motion_px.resize(static_cast<std::size_t>(*row.id.index));
      report_.motion_px.push_back(row.motion_px);
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
    if (report_.stretches.empty()) {
      throw Error(ErrorKind::kInput,
                  "no face found in any of its " + std::to_string(report_.frames) + " frames");
    }
    if (report_.rows == 0) ThrowTooShort();
    return std::move(report_);
  }

  std::vector<FlowWorker> workers_;
  Cost elsewhere_;  // of what alignment's sink does that is not alignment

 private:
  // The published baseline knows no cuts.
  bool IsCut(const Frame& frame) {
    return face_.options.alignment == AlignmentMode::kSimilarity && shots_.IsCut(frame.image_bgr);
  }

  // The published baseline gives up at the first frame.
  void RequireFirstFaceSoon() const {
    const bool seen = aligner_->found() || !report_.stretches.empty();
    if (seen || face_.options.alignment != AlignmentMode::kCrop) return;
    if (static_cast<double>(report_.frames) < face_.options.search_s * face_.fps) return;
    throw Error(ErrorKind::kInput, "no face found in the first " +
                                       Counted(report_.frames, "frame") +
                                       "; the video must begin with a frontal face of at least " +
                                       std::to_string(80 >> face_.options.upsamplings) +
                                       " px, or face.alignment be similarity, which looks on");
  }

  [[noreturn]] void ThrowTooShort() const {
    std::int64_t longest = 0;
    for (const FaceTrack& stretch : report_.stretches) {
      longest = std::max(longest, stretch.end_frame - stretch.first_frame);
    }
    const int distance = extractor_.spec().frame_distance;
    throw Error(ErrorKind::kInput,
                "too short: " + Counted(longest, "frame") + " with a face, and a pair of frames " +
                    std::to_string(distance) + " apart needs " + std::to_string(distance + 1));
  }

  FaceAligner::Sink SinkTo(const FeatureExtractor::RequestSink& sink) {
    return [this, &sink](const AlignedFrame& frame) {
      AtBorder(ErrorKind::kInput, kFeatures, [&] {
        ++frames_pushed_;
        if (!report_.faces.empty()) {
          report_.faces.at(static_cast<std::size_t>(frame.index)) = frame.face;
        }
        extractor_.Push(frame, [this, &sink](FlowRequest request) {
          Count(request.row);
          const ScopedCost cost(elsewhere_, clock_);
          sink(std::move(request));
        });
      });
    };
  }

  // An index is that of a frame of the stretch that was pushed, in order: what follows trusts it.
  // Made one of the whole video here.
  void Count(RowId& row) {
    if (!row.index) return;
    if (*row.index != stretch_rows_ || stretch_rows_ >= frames_pushed_) {
      throw Error(ErrorKind::kInput, "features '" + extractor_.spec().kind + "' gave row " +
                                         std::to_string(*row.index) + " after " +
                                         std::to_string(stretch_rows_) + " rows of " +
                                         std::to_string(frames_pushed_) + " frames");
    }
    const std::int64_t stretch = aligner_->track().first_frame;
    const std::int64_t first =
        report_.stretches.empty() ? stretch : report_.stretches.front().first_frame;
    *row.index += stretch - first;
    ++stretch_rows_;
    ++report_.rows;
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
  std::optional<FaceAligner> aligner_;  // of the stretch in hand
  FeatureExtractor& extractor_;
  clockid_t clock_;
  cv::Size frame_size_;
  std::int64_t frames_pushed_ = 0;  // of the stretch, to the extractor
  std::int64_t stretch_rows_ = 0;
  StreamReport report_;  // each member is written by one stage alone
};

// Every stage in threads of its own, over bounded queues; rows are collected in this one.
class OverlappedRun : VideoRun {
 public:
  OverlappedRun(FrameSource& source, const FaceStage& face, FeatureExtractor& extractor,
                std::span<const std::unique_ptr<FlowEngine>> engines)
      : VideoRun(source, face, extractor, CLOCK_THREAD_CPUTIME_ID),
        frames_(kFramesAhead),
        flow_(engines.size() * kBatchesAheadPerWorker *
              static_cast<std::size_t>(engines.front()->PreferredBatch())) {
    for (const auto& engine : engines) AddWorker(*engine);
  }

  StreamReport Execute(const RowSink& sink, const std::stop_token& stop) {
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
      while (const auto row = flow_.Pop()) Deliver(*row, sink);
    });
    if (!threads.Join()) throw Error(ErrorKind::kStopped, "stopped before its end");
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
    while (const auto frame = frames_.Pop()) Align(*frame, submit);
    FinishStretch(submit);
    flow_.Close();
  }

  BoundedQueue<Frame> frames_;
  OrderedStage<FlowRequest, Row> flow_;
};

// The same stages one after another.
class SerialRun : VideoRun {
 public:
  SerialRun(FrameSource& source, const FaceStage& face, FeatureExtractor& extractor,
            FlowEngine& engine)
      : VideoRun(source, face, extractor, CLOCK_PROCESS_CPUTIME_ID) {
    AddWorker(engine);
  }

  StreamReport Execute(const RowSink& sink) {
    const auto submit = [&](FlowRequest request) {
      waiting_.push_back(std::move(request));
      if (waiting_.size() == workers_.front().batch()) Compute(sink);
    };
    for (Frame frame; NextFrame(frame); frame = {}) Align(frame, submit);
    FinishStretch(submit);
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
                                const RowSink& sink, const std::stop_token& stop) {
  return OverlappedRun(source, {face_, finder_, fps}, extractor, engines_).Execute(sink, stop);
}

StreamReport RunSerially(FrameSource& source, double fps, const FaceOptions& face,
                         FaceFinder& finder, FlowEngine& engine, FeatureExtractor& extractor,
                         const RowSink& sink) {
  return SerialRun(source, {face, finder, fps}, extractor, engine).Execute(sink);
}

}  // namespace mestr::internal
