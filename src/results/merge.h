// The results of a run's shards as the one run that they are parts of.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace mestr::internal {

struct MergeSummary {
  std::size_t videos = 0;
  std::size_t failed = 0;
  std::vector<std::filesystem::path> files;  // of all videos together
  std::string lock_note;                     // WorkFolder::lock_note
};

// Writes to `output` what a run without shards would have: the videos' files and the tables have
// its bytes, and run.json says of each shard what was measured. `folders`, in any order: those of
// `mestr run --shard 1/N` to N/N, which stay as they are. Throws Error{kInput} for what is no
// ended shard, one that is missing or there twice, and shards of different inputs, config, models
// or versions; {kConfig} as WorkFolder, also for an output folder that holds another run's results
// where `overwrite` is false.
MergeSummary MergeShards(const std::vector<std::filesystem::path>& folders,
                         const std::filesystem::path& output, bool overwrite);

}  // namespace mestr::internal
