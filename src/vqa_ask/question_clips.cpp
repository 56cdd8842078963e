#include "vqa_ask/question_clips.h"

#include <vector>

#include "core/files.h"
#include "core/text.h"
#include "mestr/config/config.h"
#include "mestr/core/error.h"
#include "vqa_ask/key_frames.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNamed = 5;

bool IsClipNamed(const VideoInput& clip, const std::string& name) {
  return IsNamed(clip.key, name) || clip.path.filename() == name ||
         (!IsFolder(clip.path) && clip.path.stem() == name);
}

const VideoInput* FindClip(const std::vector<VideoInput>& clips, const std::string& name) {
  const VideoInput* found = nullptr;
  for (const VideoInput& clip : clips) {
    if (!IsClipNamed(clip, name)) continue;
    if (found != nullptr) {
      throw Error(ErrorKind::kInput, "both " + found->path.string() + " and " + clip.path.string() +
                                         " are named " + Quoted(name) + "; leave one of them");
    }
    found = &clip;
  }
  return found;
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

std::map<std::string, VideoInput> FindClips(std::span<const Question> questions,
                                            const fs::path& videos) {
  InputOptions options;
  for (const DatasetConfig& dataset : DefaultConfig().datasets) {
    options.layouts.push_back(dataset.layout);
  }
  const std::vector<VideoInput> clips = ResolveInputs({videos.string()}, options).videos;
  std::map<std::string, VideoInput> found;
  std::vector<std::string> missing;
  for (const Question& question : questions) {
    if (found.contains(question.video)) continue;
    const VideoInput* const clip = FindClip(clips, question.video);
    if (clip == nullptr) missing.push_back(question.video);
    found.emplace(question.video, clip == nullptr ? VideoInput{} : *clip);
  }
  if (!missing.empty()) FailAsMissing(std::move(missing), videos);
  return found;
}

}  // namespace mestr::internal
