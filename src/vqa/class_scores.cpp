#include "vqa/class_scores.h"

#include <map>
#include <set>

namespace mestr::internal {
namespace {

struct ClassCounts {
  std::int64_t right = 0;
  std::int64_t in_references = 0;
  std::int64_t in_answers = 0;
};

using CountsByClass = std::map<std::string, ClassCounts>;

double Ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

ClassMeans MeansOver(const std::set<std::string>& classes, const CountsByClass& counts_by_class) {
  ClassMeans means;
  for (const std::string& name : classes) {
    const auto found = counts_by_class.find(name);
    if (found == counts_by_class.end()) continue;
    const ClassCounts& counts = found->second;
    means.uf1 += Ratio(2 * counts.right, counts.in_references + counts.in_answers);
    means.uar += Ratio(counts.right, counts.in_references);
  }
  if (!classes.empty()) {
    means.uf1 /= static_cast<double>(classes.size());
    means.uar /= static_cast<double>(classes.size());
  }
  return means;
}

}  // namespace

ClassScores ScoreClasses(std::span<const ClassPair> pairs,
                         std::span<const std::string_view> classes) {
  CountsByClass counts;
  std::set<std::string> met;
  std::set<std::string> truth;
  ClassScores scores;
  scores.answers = std::ssize(pairs);
  for (const ClassPair& pair : pairs) {
    ++counts[pair.reference].in_references;
    ++counts[pair.answer].in_answers;
    met.insert({pair.reference, pair.answer});
    truth.insert(pair.reference);
    if (pair.reference != pair.answer) continue;
    ++counts[pair.reference].right;
    ++scores.right;
  }
  scores.classes_met = MeansOver(met, counts);
  scores.truth_classes = MeansOver(truth, counts);
  scores.all_classes = MeansOver({classes.begin(), classes.end()}, counts);
  return scores;
}

}  // namespace mestr::internal
