// Scores of answered files against files with the references. docs/vqa.md says every convention.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vqa/class_scores.h"
#include "vqa/question_file.h"
#include "vqa/question_kind.h"
#include "vqa/text_scores.h"

namespace mestr::internal {

// Of numbers. What has none in its answer is left out of both means, and counted.
struct CountScores {
  std::int64_t answers = 0;  // that have a number
  std::int64_t without_number = 0;
  double mae = 0;
  double rmse = 0;
};

// Means over answers of F1 = 2|A^B| / (|A|+|B|) and Jaccard = |A^B| / |AvB|; two empty sets are 1.
struct SetScores {
  std::int64_t answers = 0;
  double f1 = 0;
  double jaccard = 0;
};

// An answer's class by both conventions (ClassReading).
struct KindScores {
  QuestionKind kind = QuestionKind::kCoarse;
  ClassScores strict;
  ClassScores lenient;
};

// Of one data set, or of all answers.
struct VqaScope {
  std::string dataset;
  bool is_overall = false;

  // ME-VQA.
  std::int64_t clip_answers = 0;
  std::vector<NamedScore> texts;    // of all of them; empty without one
  std::vector<KindScores> classes;  // of kinds with classes, those that are asked
  SetScores clip_units;

  // ME-LVQA.
  std::int64_t video_answers = 0;
  CountScores events;
  CountScores micro;
  CountScores macro;
  SetScores video_units;
  ClassScores types;  // the mean over both types is the one to read: all_classes
};

struct VqaEvaluation {
  std::vector<VqaScope> scopes;  // data sets by name, overall
  std::vector<std::string> notes;
};

// "samm" of the video_id "samm_test_SAMM-1_1"; empty where it has no such beginning.
std::string DatasetOfVideoId(std::string_view video_id);

// Rows are joined by video_id and question. A question without a row in `answers` counts as one
// with an empty answer, which the notes say. Throws Error{kInput}: an answer to a question that is
// not in `references`, no reference that is not empty, and a reference to a count or an event's
// type that is none.
VqaEvaluation ScoreAnswers(std::span<const Question> answers, std::span<const Question> references);

}  // namespace mestr::internal
