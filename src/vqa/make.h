// Questions in the form of the challenge's files, made from labels.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/limits.h"
#include "vqa/described_labels.h"

namespace mestr::internal {

enum class VqaTask {
  kClips,       // ME-VQA: of each micro-expression
  kLongVideos,  // ME-LVQA: of each video with labels
};

// Of the organisers' files.
inline Limits VersionLimits() { return Limits::Closed(1, 2); }

struct MakeOptions {
  VqaTask task = VqaTask::kClips;
  int version = 1;                         // what the fifth question is, of VersionLimits
  std::vector<std::string> held_out = {};  // subjects whose questions are for testing alone; with
                                           // none every subject is in both sets
  std::uint64_t seed = 1;                  // of the units and events that are asked about

  // Throws Error{kConfig} naming the field, its value and its limit.
  void Check() const;
};

// One clip that a test question of ME-VQA is about.
struct MadeClip {
  std::string clip;  // the question's `video`
  Label label;
};

// Of one data set. Rows have the keys of the challenge's files in their order.
struct MadeQuestions {
  std::string dataset;
  std::vector<nlohmann::ordered_json> training;   // id, dataset, image_id, subject, filename, ...
  std::vector<nlohmann::ordered_json> to_answer;  // video_id, video, question, an empty answer
  std::vector<nlohmann::ordered_json> reference;  // the same with the answers
  std::vector<MadeClip> clips;
};

struct MadeSets {
  std::vector<MadeQuestions> datasets;  // by name
  std::vector<std::string> notes;       // what labels do not say and is not asked
};

// The same labels, options and seed give the same rows on any machine. What a label does not say
// (an emotion, action units) is not asked. Each clip and video has a name of its own in its data
// set. Throws Error{kInput} where nothing can be asked or two whole videos have one name, and
// Error{kConfig} for a subject of `held_out` without a label.
MadeSets MakeQuestions(std::span<const DescribedLabel> labels, const MakeOptions& options);

}  // namespace mestr::internal
