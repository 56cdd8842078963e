// What is asked of one clip, and of one long video.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "vqa/described_labels.h"

namespace mestr::internal {

struct AskedQuestion {
  std::string question;
  nlohmann::ordered_json answer;  // a text, or of counts a number

  friend bool operator==(const AskedQuestion&, const AskedQuestion&) = default;
};

// Draws with the same numbers on any machine.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  std::size_t Below(std::size_t limit) { return static_cast<std::size_t>(engine_() % limit); }

 private:
  std::mt19937_64 engine_;
};

struct ClipQuestionOptions {
  int version = 1;             // what the fifth question is
  bool ask_for_sides = false;  // of units on one side of the face: in training
  // Numbers of the units that a question without one of the clip's own may be about.
  std::vector<int> known_units;
};

// In the order of the organisers' files; what the label does not say is not asked.
std::vector<AskedQuestion> QuestionsOfClip(const DescribedLabel& label,
                                           const ClipQuestionOptions& options, Draw& draw);

// `labels` are those of one video, at least one. Events are counted in the order of their onsets.
std::vector<AskedQuestion> QuestionsOfLongVideo(std::span<const DescribedLabel> labels, Draw& draw);

}  // namespace mestr::internal
