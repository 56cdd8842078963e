#include "results/run_identity.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "core/record_file.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

std::string TextAt(const Json& object, const char* key) {
  const Json value = object.is_object() ? object.value(key, Json()) : Json();
  return value.is_string() ? value.get<std::string>() : "";
}

std::string ModelsText(const Json& run) {
  std::string text;
  for (const Json& model : run.value("models", Json::array())) {
    text += (text.empty() ? "" : " and ") + TextAt(model, "name") + " (sha256 " +
            TextAt(model, "sha256") + ")";
  }
  return text;
}

using Name = std::tuple<std::string, std::string, std::string>;

Name NameOf(const Json& video) {
  return {TextAt(video, "dataset"), TextAt(video, "subject"), TextAt(video, "video")};
}

}  // namespace

Json IdentityOf(const Json& run) {
  Json config = run.value("config", Json());
  if (config.is_object() && config.contains("model") && config["model"].is_object()) {
    for (const char* where : {"files", "by_subject"}) config["model"].erase(where);
  }
  Json identity = {{"config", config}, {"model", ModelsText(run)}};
  if (run.contains("shard")) identity["shard"] = run["shard"];
  return identity;
}

Json WithoutShard(Json identity) {
  identity.erase("shard");
  return identity;
}

// One that is away now keeps its results, though it failed the last time.
bool HasResults(const Json& video) {
  return video.is_object() && video.contains("made_from") && video.contains("file");
}

void RequireSameRun(const WorkFolder& folder, const Json& now) {
  if (folder.Earlier() == nullptr) return;
  const Json& earlier = *folder.Earlier();
  const Json videos = earlier.value("videos", Json::array());
  if (std::none_of(videos.begin(), videos.end(), HasResults)) return;
  const Json run = AsInRecord(now);
  folder.RequireSame(IdentityOf(earlier), IdentityOf(run));
  std::set<Name> names;
  for (const Json& video : run.at("videos")) names.insert(NameOf(video));
  for (const Json& video : videos) {
    if (!HasResults(video) || names.contains(NameOf(video))) continue;
    folder.RefuseAsOther("has results of " + TextAt(video, "path") +
                         ", which is none of the inputs now");
  }
}

}  // namespace mestr::internal
