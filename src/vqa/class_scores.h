// UF1 and UAR of answers that are classes: means over classes of F1 and recall, each class alike.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mestr::internal {

struct ClassPair {
  std::string reference;
  std::string answer;
};

struct ClassMeans {
  double uf1 = 0;
  double uar = 0;
};

// The three sets of classes that a mean may be over. 0/0 is 0, and so is a mean over none.
struct ClassScores {
  std::int64_t answers = 0;
  std::int64_t right = 0;
  ClassMeans classes_met;    // of the references and the answers, whatever they say
  ClassMeans truth_classes;  // of the references
  ClassMeans all_classes;    // the given ones
};

ClassScores ScoreClasses(std::span<const ClassPair> pairs,
                         std::span<const std::string_view> classes);

}  // namespace mestr::internal
