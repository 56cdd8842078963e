#include "pipeline/export_loop.h"

#include <system_error>

#include "core/files.h"
#include "pipeline/tell.h"
#include "results/input_state.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = VideoExport::Json;

class Loop {
 public:
  Loop(const ExportOptions& options, VideoExport& features, const RunObserver& observer)
      : features_(features),
        observer_(observer),
        folder_(options.output, features.Common(), features.MustAgree(), options.overwrite) {}

  ExportSummary Run(const std::vector<VideoInput>& videos, const std::vector<std::string>& notes) {
    folder_.Prepare();
    if (!folder_.lock_note().empty()) Tell(observer_.on_warning, folder_.lock_note());
    for (const std::string& note : notes) Tell(observer_.on_warning, note);
    if (!features_.Remark().empty()) Tell(observer_.on_info, features_.Remark());
    ForEachVideo(
        videos, observer_, [this](const VideoInput& input) { Process(input); },
        [this](const VideoInput&, const std::string&) {
          folder_.GiveUp();
          ++summary_.failed;
        });
    return summary_;
  }

 private:
  void Process(const VideoInput& input) {
    // Before its frames are read: what changes meanwhile is seen by the next call.
    const Json made_from = MadeFromWithLabels(input);
    if (const Json* earlier = folder_.Find(input.key)) {
      const std::string change = ChangeOfEntry(*earlier, made_from, input.key);
      if (change.empty()) {
        ++summary_.resumed;
        return;
      }
      if (!Exists(input.path)) (void)OpenInput(input);  // says so; what it had may come back
      Tell(observer_.on_warning, input.path.string() + ": " + change + ": computed again");
      folder_.Forget(input.key);
    }
    folder_.Add(features_.Write(input, made_from, folder_, summary_));
    ++summary_.written;
  }

  Json MadeFromWithLabels(const VideoInput& input) {
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

  VideoExport& features_;
  const RunObserver& observer_;
  FeaturesFolder folder_;
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
  return Loop(options, features, observer).Run(videos, notes);
}

}  // namespace mestr::internal
