#include "vqa_ask/question_clips.h"

#include <functional>
#include <utility>
#include <vector>

#include "core/csv.h"
#include "core/files.h"
#include "core/text.h"
#include "mestr/config/config.h"
#include "mestr/core/error.h"
#include "mestr/submission/records.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNamed = 5;

// A part of a video, as a clips CSV names it.
struct ClipRow {
  VideoKey video;
  KeyFrames frames;
};

std::map<std::string, ClipRow> ReadClips(const fs::path& file) {
  const CsvTable table = CsvTable::Read(
      file, {.required = {"clip", "dataset", "subject", "video", "onset", "apex", "offset"}});
  const auto column = [&](std::string_view name) { return table.Column(name); };
  std::map<std::string, ClipRow> clips;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const CsvRow row = table[i];
    const auto text = [&](std::string_view name) {
      return FromFormulaSafe(row.Text(column(name)));
    };
    ClipRow clip{{text("dataset"), text("subject"), text("video")}, {}};
    clip.frames.onset = row.Int64(column("onset"), 1, kMostFrames) - 1;
    clip.frames.offset = row.Int64(column("offset"), clip.frames.onset + 1, kMostFrames) - 1;
    clip.frames.apex =
        row.OptionalInt64(column("apex"), clip.frames.onset + 1, clip.frames.offset + 1);
    if (clip.frames.apex) --*clip.frames.apex;
    row.NonEmptyText(column("clip"));
    if (!clips.try_emplace(text("clip"), std::move(clip)).second) {
      throw row.ErrorAt(column("clip"), "the clip " + Quoted(text("clip")) + " is there twice");
    }
  }
  return clips;
}

// The only one for which `is_it` holds; null without any.
const VideoInput* OnlyVideo(const std::vector<VideoInput>& videos, const std::string& name,
                            const std::function<bool(const VideoInput&)>& is_it) {
  const VideoInput* found = nullptr;
  for (const VideoInput& video : videos) {
    if (!is_it(video)) continue;
    if (found != nullptr) {
      throw Error(ErrorKind::kInput, "both " + found->path.string() + " and " +
                                         video.path.string() + " are named " + Quoted(name) +
                                         "; leave one of them");
    }
    found = &video;
  }
  return found;
}

const VideoInput* VideoNamed(const std::vector<VideoInput>& videos, const std::string& name) {
  return OnlyVideo(videos, name, [&](const VideoInput& video) {
    return IsNamed(video.key, name) || video.path.filename() == name ||
           (!IsFolder(video.path) && video.path.stem() == name);
  });
}

const VideoInput* VideoOfKey(const std::vector<VideoInput>& videos, const VideoKey& key) {
  const VideoKey comparable = Comparable(key);
  const VideoInput* const found = OnlyVideo(videos, key.video, [&](const VideoInput& video) {
    return Comparable(video.key) == comparable;
  });
  return found != nullptr ? found : VideoNamed(videos, key.video);
}

[[noreturn]] void FailAsMissing(std::vector<std::string> names, const fs::path& videos) {
  const std::string count = Counted(static_cast<std::int64_t>(names.size()), "clip");
  if (names.size() > kMostNamed) {
    names.resize(kMostNamed);
    names.emplace_back("...");
  }
  throw Error(ErrorKind::kInput, videos.string() + " does not have " + count +
                                     " of the questions: " + Printable(Joined(names, ", ")));
}

}  // namespace

std::map<std::string, QuestionClip> FindClips(std::span<const Question> questions,
                                              const fs::path& videos,
                                              const std::optional<fs::path>& clips) {
  if (!Exists(videos)) {
    throw Error(ErrorKind::kInput, videos.string() + ": no such file or folder");
  }
  InputOptions options;
  for (const DatasetConfig& dataset : DefaultConfig().datasets) {
    options.layouts.push_back(dataset.layout);
  }
  const std::vector<VideoInput> known = ResolveInputs({videos.string()}, options).videos;
  const auto rows = clips ? ReadClips(*clips) : std::map<std::string, ClipRow>();
  std::map<std::string, QuestionClip> found;
  std::vector<std::string> missing;
  for (const Question& question : questions) {
    if (found.contains(question.video)) continue;
    QuestionClip& clip = found[question.video];
    const auto row = rows.find(question.video);
    if (clips && row == rows.end()) {
      throw Error(ErrorKind::kInput, clips->string() + " has no clip " + Quoted(question.video));
    }
    const VideoInput* const video = row == rows.end() ? VideoNamed(known, question.video)
                                                      : VideoOfKey(known, row->second.video);
    if (video == nullptr) missing.push_back(question.video);
    if (video != nullptr) clip.video = *video;
    if (row != rows.end()) clip.frames = row->second.frames;
  }
  if (!missing.empty()) FailAsMissing(std::move(missing), videos);
  return found;
}

}  // namespace mestr::internal
