// Which video something is about.
#pragma once

#include <string>
#include <tuple>

namespace mestr {

// `dataset` and `subject` may be empty (a user's own video).
struct VideoKey {
  std::string dataset =
      {};  // short name, as in the names of the leaderboard's files: "cas", "samm"
  std::string subject = {};
  std::string video = {};  // the clip, or the file's or folder's name

  friend bool operator==(const VideoKey&, const VideoKey&) = default;
  friend bool operator<(const VideoKey& a, const VideoKey& b) {
    return std::tie(a.dataset, a.subject, a.video) < std::tie(b.dataset, b.subject, b.video);
  }
};

}  // namespace mestr
