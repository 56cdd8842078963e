#include "report/footage.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <system_error>
#include <vector>

#include "core/files.h"
#include "core/number_text.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostNamed = 5;

bool IsSameFile(const fs::path& a, const fs::path& b) {
  std::error_code not_there;
  return a == b || fs::equivalent(a, b, not_there);
}

std::string NamesOf(const RunResults& run) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(kMostNamed, run.videos.size()); ++i) {
    names.push_back(run.videos[i].input.path.string());
  }
  if (run.videos.size() > kMostNamed) names.emplace_back("...");
  return Joined(names, ", ");
}

const RunVideo* FindVideo(const RunResults& run, const fs::path& path) {
  for (const RunVideo& video : run.videos) {
    if (IsSameFile(video.input.path, path)) return &video;
  }
  const RunVideo* found = nullptr;
  for (const RunVideo& video : run.videos) {
    if (InputName(video.input.path) != InputName(path)) continue;
    if (found != nullptr) {
      throw Error(ErrorKind::kInput, run.folder.string() + " has results of several videos named " +
                                         InputName(path) + ", and none was read from " +
                                         path.string());
    }
    found = &video;
  }
  return found;
}

}  // namespace

const RunVideo& VideoOfRun(const RunResults& run, const fs::path& path) {
  const RunVideo* video = FindVideo(run, path);
  if (video == nullptr) {
    throw Error(ErrorKind::kInput, run.folder.string() + " has no results of " + path.string() +
                                       "; it has those of " + NamesOf(run));
  }
  if (video->error) {
    throw Error(ErrorKind::kInput, run.folder.string() + " has no results of " + path.string() +
                                       ", because it failed: " + *video->error);
  }
  return *video;
}

Footage::Footage(const fs::path& path, const VideoResults& results, const VideoOptions& options)
    : path_(path), results_(results) {
  source_ = OpenInput({.path = path, .key = results.input.key, .fps = results.fps}, options);
  const VideoInfo& info = source_->info();
  if (info.width != results.width || info.height != results.height) {
    FailAsOther("has " + SizeText(info.width, info.height) + " px, and they " +
                SizeText(results.width, results.height));
  }
  if (info.announced_frames && *info.announced_frames != results.frames) {
    FailAsOther("has " + Counted(*info.announced_frames, "frame") + ", and they " +
                std::to_string(results.frames));
  }
  const auto bytes = FileBytes(path);
  if (bytes && results.input_bytes && *bytes != *results.input_bytes) {
    FailAsOther("has " + std::to_string(*bytes) + " bytes, and they are of one of " +
                std::to_string(*results.input_bytes));
  }
}

bool Footage::Next(Frame& frame) {
  const bool more = source_->Next(frame);
  if (more == (next_ == results_.frames)) {
    FailAsOther((more ? "has more" : "has fewer") + std::string(" frames than ") +
                std::to_string(results_.frames));
  }
  if (!more) return false;
  const double time_s = results_.frame_times_s[static_cast<std::size_t>(next_++)];
  if (std::abs(frame.time_s - time_s) > kSameTime_s) {
    FailAsOther("shows frame " + std::to_string(next_) + " at " + FixedText(frame.time_s, 6) +
                " s, and they at " + FixedText(time_s, 6) + " s");
  }
  return true;
}

void Footage::FailAsOther(const std::string& difference) const {
  throw Error(ErrorKind::kInput,
              path_.string() + " is not the video of these results: it " + difference);
}

}  // namespace mestr::internal
