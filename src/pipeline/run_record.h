// run.json, from the beginning of a run to its end.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mestr/video/inputs.h"

namespace mestr::internal {

// Each video is open, has results, or failed.
class RunRecord {
 public:
  using Json = nlohmann::ordered_json;

  // `head`: what all videos have in common. All of them are open; `files` of each, relative to the
  // folder, `frames_files` too or empty.
  RunRecord(Json head, const std::vector<VideoInput>& videos, const std::vector<std::string>& files,
            const std::vector<std::string>& frames_files);

  // Takes over the results of an earlier record of the same run, and its report as long as it shows
  // them. Gives of how many videos.
  std::size_t TakeEarlier(const Json& earlier);

  bool HasResultsOf(std::size_t video) const;
  // What its results were made from, where it has some.
  const Json& MadeFromOf(std::size_t video) const { return videos_[video].at("made_from"); }
  // Its entry, where it has results.
  const Json& EntryOf(std::size_t video) const { return videos_[video]; }

  void SetResults(std::size_t video, const Json& facts);
  // Those of an earlier call hold.
  void KeepResults(std::size_t video);
  // `keeps_results`: an earlier call's, for when the video is there again.
  void SetFailed(std::size_t video, const std::string& why, bool keeps_results);
  void AddWall_s(double wall_s) { wall_s_ += wall_s; }

  std::size_t finished() const;
  Json Running() const { return ToJson("running"); }
  // `error`: why it ends before its last video; empty: it does not.
  Json Ended(const std::string& error) const;

 private:
  Json ToJson(const char* status) const;

  Json head_;
  std::vector<Json> open_;    // the entries as they begin
  std::vector<Json> videos_;  // as they are
  Json reported_;             // the entries that the folder's report shows; null: there is none
  double wall_s_ = 0;         // over all calls
};

}  // namespace mestr::internal
