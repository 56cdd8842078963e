#include "results/merge.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/json_difference.h"
#include "core/record_file.h"
#include "core/results_files.h"
#include "core/shard.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "results/json_place.h"
#include "results/prediction_files.h"
#include "results/results.h"
#include "results/results_folder.h"
#include "results/run_identity.h"
#include "results/run_status.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = WorkFolder::Json;

constexpr std::int64_t kMostVideos = 100'000'000;

struct ShardResults {
  RunResults run;
  Json record;
  std::int64_t index = 0;
  std::int64_t count = 0;
  std::int64_t videos = 0;  // of all shards
  std::int64_t first_video = 0;
  std::string inputs;

  std::string folder() const { return run.folder.string(); }
  std::string Name() const {
    return "shard " + std::to_string(index) + " of " + std::to_string(count);
  }
  std::int64_t NextVideo() const { return first_video + std::ssize(run.videos); }
};

[[noreturn]] void Refuse(const std::string& why) { throw Error(ErrorKind::kInput, why); }

ShardResults ReadShard(const fs::path& folder) {
  ShardResults shard{.run = ReadRun(folder), .record = {}, .inputs = {}};
  const std::string name = (folder / kRunFile).string();
  shard.record = ReadRecord(name).value_or(Json::object());
  const std::string fault = kResultsFolder.fault_of(shard.record);
  if (!fault.empty()) Refuse(name + " is no record of mestr run, or is damaged: " + fault);
  const JsonPlace json(shard.record, name);
  const auto place = json.Find("shard");
  if (!place) {
    Refuse(folder.string() +
           " is no shard: mestr merge takes the folders of mestr run --shard "
           "1/N to N/N");
  }
  shard.count = (*place)["count"].Whole(1, kMostShards);
  shard.index = (*place)["index"].Whole(1, shard.count);
  shard.videos = (*place)["videos"].Whole(0, kMostVideos);
  shard.first_video = (*place)["first_video"].Whole(1, shard.videos + 1);
  shard.inputs = (*place)["inputs"].Text();
  const RunCounts counts = CountsOf(shard.record);
  if (counts.open > 0) {
    Refuse(folder.string() + " is not finished: " + std::to_string(counts.open) + " of its " +
           Counted(static_cast<std::int64_t>(counts.videos), "video") +
           " are not computed; the command that wrote it goes on with them");
  }
  return shard;
}

// Of one run, whatever their numbers.
void RequireOneRun(const ShardResults& first, const ShardResults& other) {
  const auto require = [&](const std::string& what, const Json& there, const Json& here) {
    const auto difference = FirstDifference({{what, there}}, {{what, here}});
    if (!difference) return;
    Refuse(other.folder() + " was made with another " + difference->place + " than " +
           first.folder() + ": " + difference->now + ", and not " + difference->earlier);
  };
  require("version of mestr", first.run.mestr, other.run.mestr);
  const Json identity = WithoutShard(IdentityOf(first.record));
  const Json identity_here = WithoutShard(IdentityOf(other.record));
  for (const char* key : {"config", "model"}) require(key, identity[key], identity_here[key]);
  require("number of shards", first.count, other.count);
  if (first.videos != other.videos || first.inputs != other.inputs) {
    Refuse(other.folder() + " is a shard of other inputs than " + first.folder());
  }
}

void RequireAllOnce(const std::vector<ShardResults>& shards) {
  std::int64_t wanted = 1;
  for (std::size_t i = 0; i < shards.size(); ++i, ++wanted) {
    if (i > 0 && shards[i].index == shards[i - 1].index) {
      Refuse(shards[i - 1].folder() + " and " + shards[i].folder() + " are both " +
             shards[i].Name() + "; give one of them");
    }
    if (shards[i].index != wanted) break;
  }
  if (wanted <= shards[0].count) {
    Refuse("shard " + std::to_string(wanted) + " of " + std::to_string(shards[0].count) +
           " is missing: mestr merge takes all shards of a run");
  }
  std::int64_t next = 1;
  for (const ShardResults& shard : shards) {
    if (shard.first_video != next) {
      Refuse(shard.folder() + " begins with video " + std::to_string(shard.first_video) +
             ", and the shard before it ends with video " + std::to_string(next - 1) +
             ": they saw inputs of other lengths; run one of them again");
    }
    next = shard.NextVideo();
  }
  if (next != shards[0].videos + 1) {
    Refuse(shards.back().folder() + " ends with video " + std::to_string(next - 1) + " of " +
           std::to_string(shards[0].videos) + "; run it again");
  }
}

std::vector<ShardResults> ReadShards(const std::vector<fs::path>& folders) {
  if (folders.empty()) Refuse("no shard is given");
  std::vector<ShardResults> shards;
  for (const fs::path& folder : folders) {
    shards.push_back(ReadShard(folder));
    RequireOneRun(shards.front(), shards.back());
  }
  std::sort(shards.begin(), shards.end(),
            [](const ShardResults& a, const ShardResults& b) { return a.index < b.index; });
  RequireAllOnce(shards);
  return shards;
}

// The record of the whole, as it begins.
Json MergedRecord(const std::vector<ShardResults>& shards) {
  Json record = shards.front().record;
  record.erase("shard");
  record.erase("error");
  // The merged run has no report, whatever the shard's has.
  Json files = Json::array();
  for (const Json& file : shards.front().record.value("files", Json::array())) {
    if (file != kReportFile) files.push_back(file);
  }
  record["files"] = files;
  record["status"] = "running";
  record["failed"] = Json::array();
  record["videos"] = Json::array();
  record["shards"] = Json::array();
  double wall_s = 0;
  for (const ShardResults& shard : shards) {
    wall_s += shard.run.wall_s;
    Json measured = shard.record.at("shard");
    for (const char* key : {"wall_seconds", "device", "jobs", "libraries"}) {
      measured[key] = shard.record.value(key, Json());
    }
    record["shards"].push_back(measured);
    for (const char* list : {"failed", "videos"}) {
      for (const Json& entry : shard.record.value(list, Json::array())) {
        record[list].push_back(entry);
      }
    }
  }
  record["wall_seconds"] = wall_s;
  return record;
}

std::vector<VideoResults> ReadAllFinds(const std::vector<ShardResults>& shards) {
  std::vector<VideoResults> results;
  for (const ShardResults& shard : shards) {
    for (const RunVideo& video : shard.run.videos) {
      if (!video.error) results.push_back(ReadFinds(shard.run.folder, video));
    }
  }
  return results;
}

void CopyVideos(const ShardResults& shard, const fs::path& output) {
  for (const RunVideo& video : shard.run.videos) {
    if (video.error) continue;
    for (const std::string& file : {video.file, video.frames_file}) {
      if (file.empty()) continue;
      WriteFileAtomically(output / file, ReadFile(shard.run.folder / file));
    }
  }
}

// Also inside of one.
void RefuseAsOutput(const fs::path& output, const std::vector<fs::path>& folders) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(output, error);
  for (const fs::path& folder : folders) {
    for (fs::path at = whole; !at.empty(); at = at.parent_path()) {
      if (fs::equivalent(at, folder, error)) {
        throw Error(ErrorKind::kConfig, "the output folder " + output.string() + " is " +
                                            (at == whole ? "one of the shards" : "in a shard") +
                                            "; choose another one");
      }
      if (at == at.parent_path()) break;
    }
  }
}

}  // namespace

MergeSummary MergeShards(const std::vector<fs::path>& folders, const fs::path& output,
                         bool overwrite) {
  RefuseAsOutput(output, folders);
  const std::vector<ShardResults> shards = ReadShards(folders);
  std::vector<VideoInput> inputs;
  for (const ShardResults& shard : shards) {
    for (const RunVideo& video : shard.run.videos) inputs.push_back(video.input);
  }
  const std::vector<VideoResults> results = ReadAllFinds(shards);
  Json record = MergedRecord(shards);
  const std::vector<std::string> own = kResultsFolder.files_of(record);
  WorkFolder folder(output, kResultsFolder, overwrite);
  folder.RefuseWhatIsInTheWay(own);
  RequireSameRun(folder, record);
  folder.Write(record);

  for (const ShardResults& shard : shards) CopyVideos(shard, output);
  MergeSummary summary;
  summary.videos = inputs.size();
  summary.lock_note = folder.lock_note();
  for (const std::string& file : WritePredictions(output, inputs, results)) {
    summary.files.push_back(output / file);
  }
  summary.failed = CountsOf(record).failed;
  record["status"] = summary.failed == 0 ? "complete" : "incomplete";
  folder.Write(record);
  summary.files.push_back(folder.RecordPath());
  return summary;
}

}  // namespace mestr::internal
