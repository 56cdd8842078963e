#include "mestr/pipeline/feature_stream.h"

#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "mestr/core/bounded_queue.h"
#include "mestr/core/error.h"
#include "mestr/model/mean_model.h"
#include "pipeline/stopwatch.h"

namespace mestr {
namespace {

// Enough that a stage rarely waits, small beside the frames of a second.
constexpr std::size_t kFramesAhead = 8;
constexpr std::size_t kBatchesAheadPerWorker = 4;

// Which features a task computes: those of a pair in the row of pairs, or of an extra one.
struct PairId {
  std::int64_t index = 0;
  bool extra = false;
};

struct PairTask {
  PairId id;
  cv::Mat from;  // gray crops, shared with the neighbouring pairs, read only
  cv::Mat to;
  FeatureRois rois;
};

struct PairResult {
  PairId id;
  std::vector<float> features;
};

template <typename T>
ImageView<T> ViewOf(const cv::Mat& image) {
  return {reinterpret_cast<T*>(image.data), image.cols, image.rows,
          static_cast<std::ptrdiff_t>(image.step / sizeof(T))};
}

// One video on its way through the stages.
class VideoRun {
 public:
  VideoRun(FrameSource& source, FaceAligner& aligner,
           std::span<std::unique_ptr<FlowEngine>> engines, int k_frames,
           std::span<const ExtraPair> extra_pairs)
      : source_(source),
        aligner_(aligner),
        engines_(engines),
        k_frames_(k_frames),
        extra_pairs_(extra_pairs),
        worker_seconds_(engines.size()),
        frames_(kFramesAhead),
        tasks_(Capacity()),
        results_(Capacity()),
        in_flight_(Capacity()) {}

  StreamReport Execute(const FeatureSink& sink, const FeatureSink& extra_sink) {
    {
      std::vector<std::jthread> threads;
      Start(threads, [this] { Decode(); });
      Start(threads, [this] { Align(); });
      workers_left_ = engines_.size();
      for (std::size_t i = 0; i < engines_.size(); ++i) {
        Start(threads, [this, i] { Compute(*engines_[i], worker_seconds_[i]); });
      }
      Guard([&] { Collect(sink, extra_sink); });
    }
    if (failure_) std::rethrow_exception(failure_);
    return Report();
  }

 private:
  std::size_t Capacity() const {
    return engines_.size() * kBatchesAheadPerWorker *
           static_cast<std::size_t>(engines_.front()->PreferredBatch());
  }

  template <typename Body>
  void Start(std::vector<std::jthread>& threads, Body body) {
    threads.emplace_back([this, body] { Guard(body); });
  }

  // The first failure ends all stages; it is thrown again once they have ended.
  template <typename Body>
  void Guard(const Body& body) {
    try {
      body();
    } catch (...) {
      {
        const std::lock_guard lock(failure_mutex_);
        if (!failure_) failure_ = std::current_exception();
      }
      frames_.Abort();
      tasks_.Abort();
      results_.Abort();
      in_flight_.Abort();
    }
  }

  bool NextFrame(Frame& frame) {
    const ScopedSeconds timer(report_.seconds.decode_s);
    return source_.Next(frame);
  }

  void Decode() {
    for (Frame frame; NextFrame(frame); frame = {}) {
      report_.frame_times_s.push_back(frame.time_s);
      if (!frames_.Push(std::move(frame))) return;
    }
    frames_.Close();
  }

  void Align() {
    const FaceAligner::Sink sink = [this](std::int64_t frame_index, cv::Mat crop) {
      AddCrop(frame_index, std::move(crop));
    };
    while (auto frame = frames_.Pop()) {
      ++report_.frames;
      Timed([&] { aligner_.Push(*frame, sink); });
    }
    Timed([&] { aligner_.Finish(sink); });
    tasks_.Close();
  }

  // Alignment's time does not include waiting for a free place in the queues.
  template <typename Body>
  void Timed(const Body& body) {
    waiting_s_ = 0;
    {
      const ScopedSeconds timer(report_.seconds.align_s);
      body();
    }
    report_.seconds.align_s -= waiting_s_;
  }

  void AddCrop(std::int64_t frame_index, cv::Mat crop) {
    if (crops_.empty()) report_.rois = RoisFromLandmarks(aligner_.report().crop_landmarks);
    AddExtraPairs(frame_index, crop);
    crops_.push_back(std::move(crop));
    if (crops_.size() <= static_cast<std::size_t>(k_frames_)) return;
    Submit({report_.pairs++, /*extra=*/false}, crops_.front(), crops_.back());
    crops_.pop_front();
  }

  void AddExtraPairs(std::int64_t frame_index, const cv::Mat& crop) {
    for (std::size_t i = 0; i < extra_pairs_.size(); ++i) {
      if (extra_pairs_[i].from_frame == frame_index) extra_crops_[i] = crop;
      if (extra_pairs_[i].to_frame != frame_index) continue;
      if (const auto held = extra_crops_.extract(i)) {
        Submit({static_cast<std::int64_t>(i), /*extra=*/true}, held.mapped(), crop);
      }
    }
  }

  void Submit(PairId id, const cv::Mat& from, const cv::Mat& to) {
    const ScopedSeconds timer(waiting_s_);
    if (in_flight_.Push(id.index)) tasks_.Push({id, from, to, report_.rois});
  }

  void Compute(FlowEngine& engine, StageSeconds& seconds) {
    const auto batch = static_cast<std::size_t>(engine.PreferredBatch());
    std::vector<cv::Mat> flows;
    while (true) {
      const std::vector<PairTask> tasks = tasks_.PopUpTo(batch);
      if (tasks.empty()) break;
      while (flows.size() < 2 * tasks.size()) flows.emplace_back(kCropSide, kCropSide, CV_32F);
      ComputeFlow(engine, tasks, flows, seconds);
      for (std::size_t i = 0; i < tasks.size(); ++i) {
        PairResult result{tasks[i].id, std::vector<float>(kFeatureValues)};
        {
          const ScopedSeconds timer(seconds.features_s);
          ComputeFeatures(ViewOf<const float>(flows[2 * i]), ViewOf<const float>(flows[2 * i + 1]),
                          tasks[i].rois, result.features);
        }
        results_.Push(std::move(result));
      }
    }
    const std::lock_guard lock(failure_mutex_);
    if (--workers_left_ == 0) results_.Close();
  }

  static void ComputeFlow(FlowEngine& engine, const std::vector<PairTask>& tasks,
                          const std::vector<cv::Mat>& flows, StageSeconds& seconds) {
    std::vector<FlowPair> pairs;
    pairs.reserve(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      pairs.push_back({ViewOf<const std::uint8_t>(tasks[i].from),
                       ViewOf<const std::uint8_t>(tasks[i].to), ViewOf<float>(flows[2 * i]),
                       ViewOf<float>(flows[2 * i + 1])});
    }
    const ScopedSeconds timer(seconds.flow_s);
    engine.Compute(pairs);
  }

  // Workers finish out of order. A pair that is late holds back new ones through `in_flight_`, so
  // that what waits here stays small.
  void Collect(const FeatureSink& sink, const FeatureSink& extra_sink) {
    std::map<std::int64_t, std::vector<float>> early;
    std::int64_t next = 0;
    while (auto result = results_.Pop()) {
      if (result->id.extra) {
        extra_sink(result->id.index, result->features);
        in_flight_.Pop();
        continue;
      }
      early.emplace(result->id.index, std::move(result->features));
      for (auto it = early.find(next); it != early.end(); it = early.find(++next)) {
        sink(next, it->second);
        early.erase(it);
        in_flight_.Pop();
      }
    }
  }

  StreamReport Report() {
    report_.video = source_.info();
    report_.face = aligner_.report();
    for (const StageSeconds& seconds : worker_seconds_) {
      report_.seconds.flow_s += seconds.flow_s;
      report_.seconds.features_s += seconds.features_s;
    }
    if (report_.pairs == 0) {
      throw Error(ErrorKind::kInput,
                  "too short: " + std::to_string(report_.frames - report_.face.first_face_frame) +
                      " frames with a face, and a pair of frames " + std::to_string(k_frames_) +
                      " apart needs " + std::to_string(k_frames_ + 1));
    }
    return std::move(report_);
  }

  FrameSource& source_;
  FaceAligner& aligner_;
  std::span<std::unique_ptr<FlowEngine>> engines_;
  const int k_frames_;
  std::span<const ExtraPair> extra_pairs_;

  // Each member of the report is written by one stage alone.
  StreamReport report_;
  std::vector<StageSeconds> worker_seconds_;
  std::deque<cv::Mat> crops_;  // of the last k frames
  std::map<std::size_t, cv::Mat>
      extra_crops_;  // of extra pairs whose second frame is still to come
  double waiting_s_ = 0;

  BoundedQueue<Frame> frames_;
  BoundedQueue<PairTask> tasks_;
  BoundedQueue<PairResult> results_;
  BoundedQueue<std::int64_t> in_flight_;  // pairs that were started and not yet handed on
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::size_t workers_left_ = 0;
};

}  // namespace

FeatureStream::FeatureStream(const FaceOptions& face, FaceFinder& finder,
                             std::vector<std::unique_ptr<FlowEngine>> flow_engines)
    : face_(face), finder_(finder), flow_engines_(std::move(flow_engines)) {
  if (flow_engines_.empty()) {
    throw Error(ErrorKind::kInvalidArgument, "FeatureStream: at least one flow engine is needed");
  }
}

StreamReport FeatureStream::Run(FrameSource& source, double fps, int k_frames,
                                const FeatureSink& sink) {
  return Run(source, fps, k_frames, sink, {}, {});
}

StreamReport FeatureStream::Run(FrameSource& source, double fps, int k_frames,
                                const FeatureSink& sink, std::span<const ExtraPair> extra_pairs,
                                const FeatureSink& extra_sink) {
  if (k_frames < 1) throw Error(ErrorKind::kInvalidArgument, "FeatureStream: k must be at least 1");
  FaceAligner aligner(face_, finder_, fps);
  return VideoRun(source, aligner, flow_engines_, k_frames, extra_pairs).Execute(sink, extra_sink);
}

}  // namespace mestr
