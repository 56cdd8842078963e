// What makes two calls of `mestr run` one run.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/work_folder.h"

namespace mestr::internal {

// Of a run's record: config (not where models lie), models by name and digest, and which shard it
// is. Records of the same identity differ in what was measured and in how far they have come.
nlohmann::ordered_json IdentityOf(const nlohmann::ordered_json& run);

// The identity that all shards of a run have in common.
nlohmann::ordered_json WithoutShard(nlohmann::ordered_json identity);

// True for an entry of a record's "videos" that has results.
bool HasResults(const nlohmann::ordered_json& video);

// Refuses to go on, as WorkFolder::RequireSame, where the folder holds results of another run than
// `now`, or of a video that is none of its videos.
void RequireSameRun(const WorkFolder& folder, const nlohmann::ordered_json& now);

}  // namespace mestr::internal
