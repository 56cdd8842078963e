#include "submission/check.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/submission/predictions.h"
#include "submission/archive.h"
#include "submission/rows.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

bool IsLeaderboardEmotion(std::string_view emotion) {
  return std::find(kLeaderboardEmotions.begin(), kLeaderboardEmotions.end(), emotion) !=
         kLeaderboardEmotions.end();
}

class Checker {
 public:
  explicit Checker(std::span<const KnownVideo> known_videos) {
    for (const KnownVideo& known : known_videos) frames_[Comparable(known.video)] = known.frames;
  }

  void CheckZip(const fs::path& path) {
    std::vector<ArchiveEntry> entries = ReadZip(path);
    std::set<std::string> names;
    for (ArchiveEntry& entry : entries) {
      const std::string name = path.string() + "/" + Printable(entry.name);
      if (!names.insert(entry.name).second) {
        Report(name + ": this name is in the zip twice");
      } else if (!IsLeaderboardFile(entry.name)) {
        Report(name + ": a submission holds " + ExpectedNames() + ", at its top level");
      } else {
        CheckCsv(std::move(entry.content), name, DatasetOfLeaderboardFile(entry.name));
      }
    }
    ReportMissing(path, [&](const std::string& name) { return names.contains(name); });
  }

  void CheckFolder(const fs::path& folder) {
    for (const std::string_view dataset : kLeaderboardDatasets) {
      const fs::path path = folder / LeaderboardFileName(dataset);
      if (Exists(path)) CheckFile(path);
    }
    ReportMissing(folder, [&](const std::string& name) { return Exists(folder / name); });
  }

  void CheckFile(const fs::path& path) {
    const std::string name = path.filename().string();
    if (!IsLeaderboardFile(name)) {
      Report(path.string() + ": a leaderboard file is named " + ExpectedNames());
      return;
    }
    CheckCsv(ReadFile(path, kMostCsvBytes), path.string(), DatasetOfLeaderboardFile(name));
  }

  SubmissionCheck Take() { return std::move(check_); }

 private:
  struct Row {
    Interval interval;
    CsvRow row;
  };
  using RowsOfVideo = std::map<VideoKey, std::vector<Row>>;

  static bool IsLeaderboardFile(const std::string& name) {
    return std::any_of(kLeaderboardDatasets.begin(), kLeaderboardDatasets.end(),
                       [&](std::string_view d) { return name == LeaderboardFileName(d); });
  }

  // A platform's reader may be less patient than ours.
  static CsvSchema ExactLeaderboardSchema() {
    CsvSchema schema = LeaderboardSchema();
    schema.exact = true;
    return schema;
  }

  static std::string ExpectedNames() {
    std::string names;
    for (const std::string_view dataset : kLeaderboardDatasets) {
      if (!names.empty()) names += " and ";
      names += LeaderboardFileName(dataset);
    }
    return names;
  }

  template <typename Exists>
  void ReportMissing(const fs::path& where, const Exists& exists) {
    for (const std::string_view dataset : kLeaderboardDatasets) {
      const std::string name = LeaderboardFileName(dataset);
      if (!exists(name)) Report(where.string() + ": " + name + " is missing");
    }
  }

  void CheckCsv(std::string content, const std::string& name, const std::string& dataset) {
    check_.files.push_back(name);
    problems_of_file_.clear();
    try {
      const CsvTable table =
          CsvTable::Parse(std::move(content), name, ExactLeaderboardSchema(),
                          [&](std::int64_t line, const Error& error) { ReportAt(line, error); });
      CheckColumnOrder(table);
      RowsOfVideo rows = ReadRows(table, dataset);
      CheckOverlaps(rows);
    } catch (const Error& error) {
      ReportAt(1, error);  // of the header: without it no row can be read
    }
    for (const auto& [line, problem] : problems_of_file_) Report(problem);
  }

  void CheckColumnOrder(const CsvTable& table) {
    if (table.header() == LeaderboardSchema().required) return;
    ReportAt(
        1, Error(ErrorKind::kInput, table.name() + ":1:1: the header must be " +
                                        Joined(LeaderboardSchema().required) + ", in this order"));
  }

  RowsOfVideo ReadRows(const CsvTable& table, const std::string& dataset) {
    const IntervalColumns columns(table);
    RowsOfVideo rows_of_video;
    for (std::size_t i = 0; i < table.size(); ++i) {
      const CsvRow row = table[i];
      try {
        const Prediction prediction = ParseLeaderboardRow(row, columns, dataset);
        ++check_.rows;
        CheckEmotion(row, columns, prediction);
        CheckVideo(row, columns, prediction);
        rows_of_video[Comparable(prediction.video)].push_back({prediction.interval, row});
      } catch (const Error& error) {
        ReportAt(row.line(), error);
      }
    }
    return rows_of_video;
  }

  void CheckEmotion(const CsvRow& row, const IntervalColumns& columns,
                    const Prediction& prediction) {
    if (IsLeaderboardEmotion(prediction.emotion)) return;
    const bool is_others = prediction.emotion == kOthers;
    ReportAt(row.line(), row.ErrorAt(columns.emotion,
                                     "emotion " + Quoted(prediction.emotion) +
                                         (is_others ? " is left out of a submission"
                                                    : " is not negative, positive or surprise")));
  }

  void CheckVideo(const CsvRow& row, const IntervalColumns& columns, const Prediction& prediction) {
    if (frames_.empty()) return;
    const auto found = frames_.find(Comparable(prediction.video));
    if (found == frames_.end()) {
      ReportAt(row.line(),
               row.ErrorAt(columns.subject, "unknown video " + Quoted(prediction.video.video) +
                                                " of subject " + Quoted(prediction.video.subject)));
    } else if (found->second && prediction.interval.offset >= *found->second) {
      ReportAt(row.line(), row.ErrorAt(columns.offset,
                                       "offset " + std::to_string(prediction.interval.offset + 1) +
                                           " is outside the video, which has " +
                                           std::to_string(*found->second) + " frames"));
    }
  }

  void CheckOverlaps(RowsOfVideo& rows_of_video) {
    for (auto& [video, rows] : rows_of_video) {
      std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return a.interval.onset < b.interval.onset;
      });
      const Row* latest = nullptr;
      for (const Row& row : rows) {
        if (latest != nullptr && OverlapFrames(latest->interval, row.interval) > 0) {
          const Row& later = std::max(row, *latest, ByLine);
          const Row& earlier = std::min(row, *latest, ByLine);
          ReportAt(later.row.line(), later.row.ErrorAt("frames " + FrameText(later.interval) +
                                                       " overlap the prediction of line " +
                                                       std::to_string(earlier.row.line()) +
                                                       ", frames " + FrameText(earlier.interval)));
        }
        if (latest == nullptr || row.interval.offset > latest->interval.offset) latest = &row;
      }
    }
  }

  static bool ByLine(const Row& a, const Row& b) { return a.row.line() < b.row.line(); }

  static std::string FrameText(const Interval& interval) {
    return std::to_string(interval.onset + 1) + " to " + std::to_string(interval.offset + 1);
  }

  void ReportAt(std::int64_t line, const Error& error) {
    problems_of_file_.emplace(line, error.what());
  }
  void Report(const std::string& problem) { check_.problems.push_back(problem); }

  std::multimap<std::int64_t, std::string> problems_of_file_;
  std::map<VideoKey, std::optional<std::int64_t>> frames_;
  SubmissionCheck check_;
};

}  // namespace

std::vector<KnownVideo> ReadVideoLengths(const fs::path& path) {
  const CsvTable table =
      CsvTable::Read(path, {.required = {"dataset", "subject", "video", "frames"}});
  const std::size_t dataset = table.Column("dataset");
  const std::size_t subject = table.Column("subject");
  const std::size_t video = table.Column("video");
  const std::size_t frames = table.Column("frames");
  std::map<VideoKey, std::int64_t> lines;
  return ParseRows(table, [&](const CsvRow& row) -> KnownVideo {
    VideoKey key = {std::string(row.Text(dataset)), std::string(row.Text(subject)),
                    std::string(row.NonEmptyText(video))};
    const auto [first, is_new] = lines.try_emplace(Comparable(key), row.line());
    if (!is_new) {
      throw row.ErrorAt(video, "the same video as in line " + std::to_string(first->second));
    }
    return {std::move(key), row.OptionalInt64(frames, 1, kMostFrames)};
  });
}

SubmissionCheck CheckSubmission(const fs::path& submission,
                                std::span<const KnownVideo> known_videos) {
  Checker checker(known_videos);
  if (IsFolder(submission)) {
    checker.CheckFolder(submission);
  } else if (submission.extension() == ".zip") {
    checker.CheckZip(submission);
  } else {
    checker.CheckFile(submission);
  }
  return checker.Take();
}

}  // namespace mestr::internal
