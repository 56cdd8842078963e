// Which video something is about.
#pragma once

#include <string>
#include <string_view>
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

// Subjects as they are compared and submitted, everywhere. A number loses its leading zeros, and a
// fraction of 0, as spreadsheets do to it (folder 017_3, row `17,017_3,...`; 17.0). All else stays:
// s01 and s1 are two.
std::string ComparableSubject(std::string_view subject);

// The same video, its subject as ComparableSubject gives it.
VideoKey Comparable(VideoKey key);

}  // namespace mestr
