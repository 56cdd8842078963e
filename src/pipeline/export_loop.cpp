#include "pipeline/export_loop.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>

#include "core/files.h"
#include "mestr/core/error.h"
#include "pipeline/frame_reader.h"
#include "pipeline/tell.h"
#include "results/input_state.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = VideoExport::Json;

// Lets videos through a part of their way one after another, in their order.
class InOrder {
 public:
  explicit InOrder(std::size_t places) : has_left_(places) {}

  // Waits until all before `place` left it. Throws Error{kStopped}.
  void Wait(std::size_t place, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (moved_.wait(lock, stop, [&] { return next_ == place; })) return;
    throw Error(ErrorKind::kStopped, "stopped before its end");
  }

  // Once it was there, or will never be. Has no effect a second time.
  void Leave(std::size_t place) {
    {
      const std::lock_guard lock(mutex_);
      has_left_[place] = true;
      while (next_ < has_left_.size() && has_left_[next_]) ++next_;
    }
    moved_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any moved_;
  std::vector<bool> has_left_;
  std::size_t next_ = 0;
};

class Loop : VideoWork {
 public:
  Loop(const ExportOptions& options, const std::vector<VideoInput>& videos, VideoExport& features,
       const RunObserver& observer)
      : video_options_(options.analyzer.config.video),
        videos_(videos),
        features_(features),
        observer_(observer),
        folder_(options.output, features.Common(), features.MustAgree(), options.overwrite),
        order_(videos.size()),
        names_(videos.size()) {}

  ExportSummary Run(const std::vector<std::string>& notes) {
    folder_.Prepare();
    if (!folder_.lock_note().empty()) Tell(observer_.on_warning, folder_.lock_note());
    for (const std::string& note : notes) Tell(observer_.on_warning, note);
    if (!features_.Remark().empty()) Tell(observer_.on_info, features_.Remark());
    RunResources& resources = features_.resources();
    ForEachVideo(videos_, observer_, resources, resources.most_videos(), *this);
    return summary_;
  }

 private:
  std::size_t IndexOf(const VideoInput& input) const {
    return static_cast<std::size_t>(&input - videos_.data());
  }

  // What a video's files are called depends on those before it.
  void Process(const VideoInput& input, const AnalysisObserver& observer,
               const std::stop_token& stop) override {
    const std::size_t index = IndexOf(input);
    order_.Wait(index, stop);
    // Before its frames are read: what changes meanwhile is seen by the next call.
    const Json made_from = MadeFromWithLabels(input);
    if (IsThere(input, made_from, observer)) {
      Count(&ExportSummary::resumed, 1);
      order_.Leave(index);
      return;
    }
    const auto source = OpenInput(input, video_options_, features_.resources());
    names_[index] = folder_.Begin(input.key);
    order_.Leave(index);
    std::size_t events_left_out = 0;
    folder_.Add(features_.Write({input, *source, names_[index], made_from, observer, stop}, folder_,
                                events_left_out),
                index);
    Count(&ExportSummary::written, 1);
    Count(&ExportSummary::events_left_out, events_left_out);
  }

  void Fail(const VideoInput& input, const std::string&) override {
    order_.Leave(IndexOf(input));
    folder_.GiveUp(names_[IndexOf(input)]);
    Count(&ExportSummary::failed, 1);
  }

  void Count(std::size_t ExportSummary::*sum, std::size_t count) {
    const std::lock_guard lock(mutex_);
    summary_.*sum += count;
  }

  // False where it is to be written: there is nothing of an earlier call, or it does not hold.
  bool IsThere(const VideoInput& input, const Json& made_from, const AnalysisObserver& observer) {
    const std::optional<Json> earlier = folder_.Find(input.key);
    if (!earlier) return false;
    const std::string change = ChangeOfEntry(*earlier, made_from, input.key);
    if (change.empty()) return true;
    if (!Exists(input.path)) (void)OpenInput(input);  // says so; what it had may come back
    Tell(observer.on_warning, input.path.string() + ": " + change + ": computed again");
    folder_.Forget(input.key);
    return false;
  }

  Json MadeFromWithLabels(const VideoInput& input) const {
    Json made_from = MadeFrom(input);
    made_from["labels"] = features_.LabelState(input.key);
    return made_from;
  }

  // Why the features of an earlier call are not those of this one; empty: they are.
  std::string ChangeOfEntry(const Json& entry, const Json& made_from, const VideoKey& video) const {
    const Json earlier = entry.value("made_from", Json::object());
    std::string change = ChangeOf(earlier, made_from);
    if (!change.empty()) return change;
    if (earlier.value("labels", Json()) != made_from["labels"]) return "its labels changed";
    return features_.ChangeOf(entry, video, folder_.path());
  }

  const VideoOptions& video_options_;
  const std::vector<VideoInput>& videos_;
  VideoExport& features_;
  const RunObserver& observer_;
  FeaturesFolder folder_;
  InOrder order_;
  std::vector<std::string> names_;  // of each video that has begun
  std::mutex mutex_;
  ExportSummary summary_;
};

}  // namespace

Json EntryOf(const std::string& name, const VideoKey& video) {
  return {{"name", name},
          {"dataset", video.dataset},
          {"subject", video.subject},
          {"video", video.video}};
}

bool HasSize(const fs::path& file, std::uintmax_t bytes) {
  std::error_code error;
  return fs::is_regular_file(file, error) && fs::file_size(file, error) == bytes && !error;
}

ExportSummary RunExport(const ExportOptions& options, const std::vector<VideoInput>& videos,
                        const std::vector<std::string>& notes, VideoExport& features,
                        const RunObserver& observer) {
  return Loop(options, videos, features, observer).Run(notes);
}

}  // namespace mestr::internal
