#include "results/run_status.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/files.h"
#include "core/record_file.h"
#include "core/results_files.h"
#include "core/text.h"
#include "results/results_folder.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

std::string ShardText(const Json& run) {
  const Json shard = run.value("shard", Json());
  if (!shard.is_object()) return {};
  const Json index = shard.value("index", Json());
  const Json count = shard.value("count", Json());
  if (index.is_number_integer() && count == 1) return {};
  return "are shard " + index.dump() + " of " + count.dump() +
         " of a run: mestr merge makes one of them";
}

std::string CountsText(const Json& run) {
  const RunCounts counts = CountsOf(run);
  std::vector<std::string> missing;
  if (counts.open > 0) missing.push_back(std::to_string(counts.open) + " not computed");
  if (counts.failed > 0) missing.push_back(std::to_string(counts.failed) + " failed");
  if (missing.empty() && run.at("status") == "complete") return {};
  if (missing.empty()) missing.emplace_back("the tables are not written");
  return "are not complete: of " + Counted(static_cast<std::int64_t>(counts.videos), "video") +
         " " + Joined(missing, ", ");
}

}  // namespace

RunCounts CountsOf(const Json& run) {
  RunCounts counts;
  for (const Json& video : run.value("videos", Json::array())) {
    ++counts.videos;
    const Json ok = video.is_object() ? video.value("ok", Json()) : Json();
    if (!ok.is_boolean()) ++counts.open;
    if (ok == false) ++counts.failed;
  }
  return counts;
}

std::string UnfinishedText(const fs::path& folder) {
  if (!Exists(folder / kRunFile)) return {};
  const std::optional<Json> run = ReadRecord(folder / kRunFile);
  if (!run || !kResultsFolder.fault_of(*run).empty()) return {};
  std::vector<std::string> what;
  for (const std::string& text : {CountsText(*run), ShardText(*run)}) {
    if (!text.empty()) what.push_back(text);
  }
  return what.empty() ? "" : "the results in " + folder.string() + " " + Joined(what, ", and ");
}

}  // namespace mestr::internal
