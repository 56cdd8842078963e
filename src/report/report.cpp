#include "report/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/folder_lock.h"
#include "core/record_file.h"
#include "core/results_files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/evaluate/evaluate.h"
#include "report/page.h"
#include "report/page_data.h"
#include "report/picture_data.h"
#include "report/truth.h"
#include "results/results.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

// Builds the page video by video: the record of only one is in memory at a time.
class Builder {
 public:
  Builder(const ReportOptions& options, const ReportObserver& observer)
      : options_(options), observer_(observer), run_(ReadRun(options.results)) {
    if (options.truth) truth_.emplace(*options.truth);
    if (truth_) truth_->CheckFits(run_);
  }

  std::string Text() {
    Json index = RunData(run_);
    index["faces"] = options_.faces;
    if (truth_) AddTruth(index);
    index["videos"] = Json::array();
    for (std::size_t i = 0; i < run_.videos.size(); ++i) {
      index["videos"].push_back(run_.videos[i].error ? Failed(run_.videos[i]) : Video(i));
    }
    index["rows"] = std::move(rows_);
    page_.Add("index", index);
    return page_.Text();
  }

 private:
  void Warn(const std::string& line) const {
    if (observer_.on_warning) observer_.on_warning(line);
  }

  void AddTruth(Json& index) const {
    index["truth"] = options_.truth->filename().string();
    index["iou"] = EvaluateOptions().iou;
    const std::int64_t others = truth_->LabelsOfOtherVideos(run_);
    if (others == 0) return;
    const std::string note = Counted(others, "label") + " of videos that are not in this run";
    index["notes"].push_back(note);
    Warn(note);
  }

  Json Failed(const RunVideo& video) const {
    return SummaryOfFailed(
        video, truth_ ? std::optional(truth_->ScoredLabelsOf(video.input.key)) : std::nullopt);
  }

  Json Video(std::size_t index) {
    const VideoResults video = ReadVideo(run_, run_.videos[index]);
    std::optional<JudgedVideo> judged;
    if (truth_) judged = truth_->Judge(video);
    VideoData data = DataOf(video, judged);
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
      data.rows[i]["video"] = index;
      data.rows[i]["number"] = i + 1;
      rows_.push_back(std::move(data.rows[i]));
    }
    page_.Add("video-" + std::to_string(index), data.view);
    if (options_.faces && data.summary["found"] > 0) {
      page_.Add("pictures-" + std::to_string(index), Pictures(video));
    }
    return data.summary;
  }

  // In the order of the rows of finds.
  Json Pictures(const VideoResults& video) const {
    try {
      return PicturesToJson(PicturesOf(video, run_.video_options, options_.landmark_model));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kModel) {
        throw Error(ErrorKind::kModel,
                    std::string(error.what()) + "; --no-faces makes the report without pictures");
      }
      if (error.kind() != ErrorKind::kInput) throw;
      Warn("no pictures of " + video.input.key.video + ": " + error.what());
      return {{"problem", error.what()}};
    }
  }

  const ReportOptions& options_;
  const ReportObserver& observer_;
  RunResults run_;
  std::optional<Truth> truth_;
  Page page_;
  Json rows_ = Json::array();
};

// So that `mestr run --overwrite` removes it with the results that it shows.
void ListInRecord(const fs::path& folder) {
  const FolderLock lock(folder);
  const fs::path path = folder / kRunFile;
  std::optional<Json> record = ReadRecord(path);
  if (!record) throw Error(ErrorKind::kInput, path.string() + " is no record of mestr run");
  Json& files = (*record)["files"];
  if (!files.is_array()) files = Json::array();
  if (std::find(files.begin(), files.end(), kReportFile) != files.end()) return;
  const fs::path report = folder / kReportFile;
  if (Exists(report)) {
    throw Error(ErrorKind::kConfig, report.string() + " is in the way: no " + kRunFile +
                                        " lists it as the run's; move it, or choose another file "
                                        "with --output");
  }
  files.push_back(kReportFile);
  WriteRecord(path, *record);
}

}  // namespace

fs::path WriteReportPage(const ReportOptions& options, const ReportObserver& observer) {
  const std::string text = Builder(options, observer).Text();
  if (!options.output) ListInRecord(options.results);
  const fs::path file = options.output.value_or(options.results / kReportFile);
  WriteFileAtomically(file, text);
  return file;
}

}  // namespace mestr::internal
