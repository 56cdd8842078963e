// Reads a submission as a leaderboard would and names everything that is wrong with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mestr/submission/records.h"

namespace mestr::internal {

// A video of the test set.
struct KnownVideo {
  VideoKey video;
  std::optional<std::int64_t> frames;  // empty: not known
};

// The CSV `dataset,subject,video,frames`. Throws Error{kInput} "file:line:column: what".
std::vector<KnownVideo> ReadVideoLengths(const std::filesystem::path& path);

struct SubmissionCheck {
  std::vector<std::string> files;     // that were read
  std::int64_t rows = 0;              // predictions that could be read
  std::vector<std::string> problems;  // "file:line:column: what", in the order of files and lines
};

// `submission` is a submission.zip, a folder with the leaderboard files, or one of these. Problems:
// a file of another name or missing, a header that is not exactly the leaderboard's, a row that
// cannot be read, an onset after its offset, an emotion other than kLeaderboardEmotions, two
// predictions of a video that overlap, and, where `known_videos` is not empty, a video that is not
// among them and a frame outside a video. Throws Error{kInput} only where `submission` itself
// cannot be read.
SubmissionCheck CheckSubmission(const std::filesystem::path& submission,
                                std::span<const KnownVideo> known_videos);

}  // namespace mestr::internal
