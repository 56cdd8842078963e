#include "mestr/evaluate/evaluate.h"

#include "submission/made_records.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeLabel;
using testing::MakePrediction;

const VideoKey kVideoA = {"cas", "1", "a"};
const VideoKey kVideoB = {"cas", "1", "b"};
const VideoKey kSammVideo = {"samm", "017", "017_3"};

const ScopeScore& Dataset(const Evaluation& evaluation, const std::string& dataset) {
  for (const ScopeScore& scope : evaluation.scopes) {
    if (scope.kind == ScopeKind::kDataset && scope.key.dataset == dataset) return scope;
  }
  throw std::runtime_error("no scope of data set " + dataset);
}

TEST(Evaluate, CountsAVideoWithoutPredictionsAsMissed) {
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction(kVideoA, {0, 9})},
               std::vector{MakeLabel(kVideoA, {0, 9}), MakeLabel(kVideoB, {0, 9})}, {});
  EXPECT_EQ(evaluation.Overall().spotting, (SpottingCounts{1, 0, 1}));
  EXPECT_EQ(evaluation.Overall().videos, 2);
}

TEST(Evaluate, CountsPredictionsInAVideoWithoutLabelsAsFalse) {
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction(kVideoA, {0, 9}), MakePrediction(kVideoB, {0, 9})},
               std::vector{MakeLabel(kVideoA, {0, 9})}, {});
  EXPECT_EQ(evaluation.Overall().spotting, (SpottingCounts{1, 1, 0}));
  EXPECT_EQ(evaluation.Overall().videos, 2);
}

TEST(Evaluate, MatchesEachVideoOnItsOwn) {
  const Evaluation evaluation = Evaluate(std::vector{MakePrediction(kVideoA, {0, 9})},
                                         std::vector{MakeLabel(kVideoB, {0, 9})}, {});
  EXPECT_EQ(evaluation.Overall().spotting, (SpottingCounts{0, 1, 1}));
}

TEST(Evaluate, JoinsSubjectsWhateverTheirLeadingZeros) {
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction({"samm", "17", "017_3"}, {0, 9})},
               std::vector{MakeLabel({"samm", "017", "017_3"}, {0, 9})}, {});
  EXPECT_EQ(evaluation.Overall().spotting, (SpottingCounts{1, 0, 0}));
  EXPECT_THAT(evaluation.notes, IsEmpty());
}

TEST(Evaluate, RecognisesOverTheHitsAlone) {
  // The second prediction has the right emotion but misses; the missed label does not count either.
  const Evaluation evaluation = Evaluate(
      std::vector{MakePrediction(kVideoA, {0, 9}, "negative"),
                  MakePrediction(kVideoA, {50, 59}, "positive")},
      std::vector{MakeLabel(kVideoA, {0, 9}, "negative"), MakeLabel(kVideoA, {80, 89}, "positive")},
      {});
  const ScopeScore& score = evaluation.Overall();
  EXPECT_EQ(score.confusion.Total(), 1);
  EXPECT_DOUBLE_EQ(score.recognition.f1, 1);
  EXPECT_DOUBLE_EQ(score.spotting.F1(), 0.5);
  EXPECT_DOUBLE_EQ(score.strs, 0.5);
}

TEST(Evaluate, PutsTruthInRowsAndPredictionInColumns) {
  const Evaluation evaluation = Evaluate(std::vector{MakePrediction(kVideoA, {0, 9}, "surprise")},
                                         std::vector{MakeLabel(kVideoA, {0, 9}, "positive")}, {});
  EXPECT_EQ(evaluation.Overall().confusion.At(1, 2), 1);
}

TEST(Evaluate, SpotsALabelOfOthersButDoesNotRecogniseIt) {
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction(kVideoA, {0, 9}), MakePrediction(kVideoA, {20, 29})},
               std::vector{MakeLabel(kVideoA, {0, 9}, "others"), MakeLabel(kVideoA, {20, 29})}, {});
  const ScopeScore& score = evaluation.Overall();
  EXPECT_EQ(score.spotting, (SpottingCounts{2, 0, 0}));
  EXPECT_EQ(score.hits_left_out, 1);
  EXPECT_EQ(score.confusion.Total(), 1);
  EXPECT_DOUBLE_EQ(score.recognition.f1, 1);
  EXPECT_THAT(evaluation.notes, ElementsAre(HasSubstr("1 label of an emotion that is no class")));
}

TEST(Evaluate, LeavesOutPredictionsOfOthersAsASubmissionDoes) {
  const Evaluation evaluation = Evaluate(
      std::vector{MakePrediction(kVideoA, {0, 9}, "others"), MakePrediction(kVideoA, {1, 9})},
      std::vector{MakeLabel(kVideoA, {0, 9})}, {});
  EXPECT_EQ(evaluation.Overall().spotting, (SpottingCounts{1, 0, 0}));
  EXPECT_THAT(evaluation.notes, ElementsAre(HasSubstr("1 prediction of 'others' left out")));
}

TEST(Evaluate, ScoresOthersWhereItIsAClass) {
  EvaluateOptions options;
  options.classes = {"negative", "others"};
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction(kVideoA, {0, 9}, "others")},
               std::vector{MakeLabel(kVideoA, {0, 9}, "others")}, options);
  EXPECT_EQ(evaluation.Overall().confusion.At(1, 1), 1);
  EXPECT_THAT(evaluation.notes, IsEmpty());
}

TEST(Evaluate, RefusesAnUnknownEmotionWithItsPlace) {
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput,
                           [] {
                             Evaluate(std::vector{MakePrediction(kVideoA, {0, 9}, "postive")},
                                      std::vector{MakeLabel(kVideoA, {0, 9})}, {});
                           }),
              AllOf(HasSubstr("'postive' of a prediction"), HasSubstr("video 'a', frames 1 to 10"),
                    HasSubstr("negative, positive, surprise, others")));
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput,
                           [] {
                             Evaluate({}, std::vector{MakeLabel(kVideoA, {0, 9}, "anger")}, {});
                           }),
              HasSubstr("'anger' of a label"));
}

TEST(Evaluate, IgnoresMacroExpressionsUnlessAsked) {
  Label macro = MakeLabel(kVideoA, {0, 9}, "");
  macro.type = ExpressionType::kMacro;
  const std::vector<Prediction> predictions = {MakePrediction(kVideoA, {0, 9})};
  const std::vector<Label> labels = {macro, MakeLabel(kVideoA, {20, 29})};
  const Evaluation micro = Evaluate(predictions, labels, {});
  EXPECT_EQ(micro.Overall().spotting, (SpottingCounts{0, 1, 1}));
  EXPECT_THAT(micro.notes, ElementsAre("1 macro-expression label not scored"));

  EvaluateOptions options;
  options.include_macro = true;
  const Evaluation both = Evaluate(predictions, labels, options);
  EXPECT_EQ(both.Overall().spotting, (SpottingCounts{1, 0, 1}));
  EXPECT_EQ(both.Overall().hits_left_out, 1);
}

TEST(Evaluate, PoolsTheDatasetsForTheOverallScore) {
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction(kVideoA, {0, 9}, "negative"),
                           MakePrediction(kSammVideo, {0, 9}, "negative"),
                           MakePrediction(kSammVideo, {50, 59}, "positive")},
               std::vector{MakeLabel(kVideoA, {0, 9}, "negative"),
                           MakeLabel(kSammVideo, {0, 9}, "positive")},
               {});
  EXPECT_EQ(Dataset(evaluation, "cas").spotting, (SpottingCounts{1, 0, 0}));
  EXPECT_EQ(Dataset(evaluation, "samm").spotting, (SpottingCounts{1, 1, 0}));
  const ScopeScore& overall = evaluation.Overall();
  EXPECT_EQ(overall.spotting, (SpottingCounts{2, 1, 0}));
  EXPECT_DOUBLE_EQ(overall.spotting.F1(), 0.8);
  // Means over negative (P 1/2, R 1) and positive (0, 0).
  EXPECT_DOUBLE_EQ(overall.recognition.f1, 2 * 0.25 * 0.5 / 0.75);
  EXPECT_DOUBLE_EQ(overall.strs, 0.8 / 3);
}

TEST(Evaluate, AveragesOverAllClassesOnRequest) {
  EvaluateOptions options;
  options.average = ClassAverage::kAllClasses;
  const Evaluation evaluation = Evaluate(std::vector{MakePrediction(kVideoA, {0, 9})},
                                         std::vector{MakeLabel(kVideoA, {0, 9})}, options);
  EXPECT_DOUBLE_EQ(evaluation.Overall().recognition.uf1, 1.0 / 3);
  EXPECT_DOUBLE_EQ(evaluation.Overall().strs, 1.0 / 3);
}

TEST(Evaluate, BreaksDownBySubjectAndVideoInNaturalOrder) {
  EvaluateOptions options;
  options.by_subject = true;
  options.by_video = true;
  const Evaluation evaluation = Evaluate(
      std::vector{MakePrediction({"cas", "10", "a"}, {0, 9}),
                  MakePrediction({"cas", "9", "b"}, {0, 9})},
      std::vector{MakeLabel({"cas", "9", "b"}, {0, 9}), MakeLabel({"cas", "9", "a"}, {0, 9})},
      options);
  std::vector<std::string> names;
  for (const ScopeScore& scope : evaluation.scopes) {
    if (scope.kind == ScopeKind::kSubject) names.push_back(scope.key.subject);
    if (scope.kind == ScopeKind::kVideo) names.push_back(scope.key.subject + "/" + scope.key.video);
  }
  EXPECT_THAT(names, ElementsAre("9", "10", "9/a", "9/b", "10/a"));
  EXPECT_EQ(evaluation.scopes[2].spotting, (SpottingCounts{1, 0, 1}));
  EXPECT_EQ(evaluation.scopes[2].videos, 2);
}

TEST(Evaluate, GivesMeanIouAndTimingOfTheHits) {
  Label first = MakeLabel(kVideoA, {10, 29});
  first.apex = 20;
  // 12..29 of 10..29: 18 of 20 frames; 95..119 and 100..119: 20 of 25.
  Prediction with_apex = MakePrediction(kVideoA, {12, 29});
  with_apex.apex = 17;
  Label second = MakeLabel(kVideoA, {100, 119});
  second.apex = 100;
  EvaluateOptions options;
  options.fps["cas"] = 50;
  const Evaluation evaluation = Evaluate(std::vector{with_apex, MakePrediction(kVideoA, {95, 119})},
                                         std::vector{first, second}, options);
  const ScopeScore& score = evaluation.Overall();
  EXPECT_DOUBLE_EQ(*score.mean_iou, (0.9 + 0.8) / 2);
  EXPECT_EQ(score.onset.hits, 2);
  EXPECT_DOUBLE_EQ(score.onset.mean_frames, (2 - 5) / 2.0);
  EXPECT_DOUBLE_EQ(score.onset.mean_abs_frames, (2 + 5) / 2.0);
  EXPECT_DOUBLE_EQ(*score.onset.mean_ms, -30);
  EXPECT_DOUBLE_EQ(*score.onset.mean_abs_ms, 70);
  EXPECT_DOUBLE_EQ(score.offset.mean_abs_frames, 0);
  // 17 - 20, and the middle of 95..119, 107, - 100.
  EXPECT_DOUBLE_EQ(score.apex.mean_frames, 2);
  EXPECT_DOUBLE_EQ(score.apex.mean_abs_frames, 5);
}

TEST(Evaluate, CountsApexErrorsOnlyWhereTheApexIsLabelled) {
  const Evaluation evaluation = Evaluate(std::vector{MakePrediction(kVideoA, {0, 9})},
                                         std::vector{MakeLabel(kVideoA, {0, 9})}, {});
  EXPECT_EQ(evaluation.Overall().apex.hits, 0);
  EXPECT_EQ(evaluation.Overall().onset.hits, 1);
}

TEST(Evaluate, GivesMillisecondsOnlyWhereEveryRateIsKnown) {
  EvaluateOptions options;
  options.fps["samm"] = 200;
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction(kVideoA, {1, 9}), MakePrediction(kSammVideo, {4, 19})},
               std::vector{MakeLabel(kVideoA, {0, 9}), MakeLabel(kSammVideo, {0, 19})}, options);
  EXPECT_DOUBLE_EQ(*Dataset(evaluation, "samm").onset.mean_ms, 20);
  EXPECT_EQ(Dataset(evaluation, "cas").onset.mean_ms, std::nullopt);
  EXPECT_EQ(evaluation.Overall().onset.mean_ms, std::nullopt);
  EXPECT_DOUBLE_EQ(evaluation.Overall().onset.mean_frames, 2.5);
}

TEST(Evaluate, GivesAveragePrecisionWhereEveryPredictionHasAScore) {
  std::vector<Prediction> predictions = {MakePrediction(kVideoA, {0, 9}),
                                         MakePrediction(kVideoA, {50, 59}),
                                         MakePrediction(kVideoB, {0, 8})};
  const std::vector<Label> labels = {MakeLabel(kVideoA, {0, 9}), MakeLabel(kVideoB, {0, 14})};
  EXPECT_EQ(Evaluate(predictions, labels, {}).Overall().average_precision, std::nullopt);

  predictions[0].score = 0.3;
  predictions[1].score = 0.2;
  EXPECT_EQ(Evaluate(predictions, labels, {}).Overall().average_precision, std::nullopt);

  // From the highest score: miss, hit (IoU 0.6), hit (IoU 1).
  predictions[1].score = 0.9;
  predictions[2].score = 0.5;
  const Evaluation evaluation = Evaluate(predictions, labels, {});
  const ScopeScore& score = evaluation.Overall();
  ASSERT_TRUE(score.average_precision);
  EXPECT_DOUBLE_EQ((*score.average_precision)[0], (2.0 / 3 + 2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ((*score.average_precision)[2], (2.0 / 3 + 2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ((*score.average_precision)[3], (1.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(score.MeanAveragePrecision(), (3 * 2.0 / 3 + 7 * 1.0 / 6) / 10);
}

TEST(Evaluate, RanksEqualScoresByOnsetWhateverTheOrderOfTheFile) {
  std::vector<Prediction> predictions = {MakePrediction(kVideoA, {50, 59}),
                                         MakePrediction(kVideoA, {0, 9})};
  for (Prediction& prediction : predictions) prediction.score = 0.5;
  const std::vector<Label> labels = {MakeLabel(kVideoA, {0, 9})};
  EXPECT_DOUBLE_EQ(Evaluate(predictions, labels, {}).Overall().MeanAveragePrecision(), 1);
  std::swap(predictions[0], predictions[1]);
  EXPECT_DOUBLE_EQ(Evaluate(predictions, labels, {}).Overall().MeanAveragePrecision(), 1);
}

TEST(Evaluate, GivesConfidenceIntervalsForDatasetsAndOverallWhereAskedFor) {
  EvaluateOptions options;
  options.by_video = true;
  options.bootstrap_samples = 300;
  options.seed = 9;
  const std::vector<Prediction> predictions = {MakePrediction(kVideoA, {0, 9}),
                                               MakePrediction(kVideoB, {50, 59})};
  const std::vector<Label> labels = {MakeLabel(kVideoA, {0, 9}), MakeLabel(kVideoB, {0, 9})};
  const Evaluation evaluation = Evaluate(predictions, labels, options);
  for (const ScopeScore& scope : evaluation.scopes) {
    EXPECT_EQ(scope.confidence.has_value(), scope.kind != ScopeKind::kVideo);
  }
  const std::size_t f1 = 2;
  // Two videos, one perfect and one missed: a sample is all right, half right or all wrong.
  EXPECT_DOUBLE_EQ(evaluation.Overall().confidence->low[f1], 0);
  EXPECT_DOUBLE_EQ(evaluation.Overall().confidence->high[f1], 1);
  EXPECT_EQ(evaluation.Overall().confidence->low,
            Evaluate(predictions, labels, options).Overall().confidence->low);
  EXPECT_FALSE(Evaluate(predictions, labels, {}).Overall().confidence);
}

TEST(Evaluate, ScoresOnlyTheDatasetsChosen) {
  EvaluateOptions options;
  options.datasets = {"samm"};
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction(kVideoA, {0, 9}), MakePrediction(kSammVideo, {0, 9})},
               std::vector{MakeLabel(kVideoA, {0, 9}), MakeLabel(kSammVideo, {0, 9})}, options);
  EXPECT_EQ(evaluation.Overall().spotting, (SpottingCounts{1, 0, 0}));
  options.datasets = {"smm"};
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput,
                           [&] {
                             Evaluate({}, std::vector{MakeLabel(kVideoA, {0, 9})}, options);
                           }),
              HasSubstr("data set 'smm'"));
}

TEST(Evaluate, RefusesPredictionsOfADatasetWithoutLabels) {
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput,
                           [] {
                             Evaluate(std::vector{MakePrediction(kVideoA, {0, 9})},
                                      std::vector{MakeLabel({"CASME3", "1", "a"}, {0, 9})}, {});
                           }),
              AllOf(HasSubstr("predictions of data set 'cas'"), HasSubstr("'CASME3'")));
}

TEST(Evaluate, SaysThatNamesDoNotJoin) {
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction({"samm", "17", "17_3"}, {0, 9})},
               std::vector{MakeLabel({"samm", "017", "017_3"}, {0, 9})}, {});
  EXPECT_THAT(evaluation.notes,
              ElementsAre(AllOf(HasSubstr("no video has both a label and a prediction"),
                                HasSubstr("'17_3'"), HasSubstr("'017_3'"))));
}

TEST(Evaluate, SaysThatADatasetHasNoPrediction) {
  const Evaluation evaluation =
      Evaluate(std::vector{MakePrediction(kVideoA, {0, 9})},
               std::vector{MakeLabel(kVideoA, {0, 9}), MakeLabel(kSammVideo, {0, 9})}, {});
  EXPECT_EQ(evaluation.Overall().spotting, (SpottingCounts{1, 0, 1}));
  EXPECT_THAT(evaluation.notes, ElementsAre(HasSubstr("data set 'samm' has no prediction")));
}

TEST(Evaluate, IsAllZerosWithoutAnything) {
  const Evaluation evaluation = Evaluate({}, {}, {});
  EXPECT_EQ(evaluation.Overall().spotting, SpottingCounts());
  EXPECT_EQ(evaluation.Overall().strs, 0);
  EXPECT_EQ(evaluation.Overall().mean_iou, std::nullopt);
}

TEST(EvaluateOptions, RefuseEachBadValueByName) {
  const auto message = [](const auto& change) {
    EvaluateOptions options;
    change(options);
    return ErrorMessage(ErrorKind::kConfig, [&] { options.Check(); });
  };
  EXPECT_THAT(message([](EvaluateOptions& o) { o.iou = 0; }),
              HasSubstr("iou is 0; it must be in (0, 1]"));
  EXPECT_THAT(message([](EvaluateOptions& o) { o.iou = 1.01; }),
              HasSubstr("iou is 1.01; it must be in (0, 1]"));
  EXPECT_THAT(message([](EvaluateOptions& o) { o.classes.clear(); }), HasSubstr("classes"));
  EXPECT_THAT(message([](EvaluateOptions& o) { o.classes = {"a", "a"}; }), HasSubstr("twice"));
  EXPECT_THAT(message([](EvaluateOptions& o) { o.fps["cas"] = 0; }),
              HasSubstr("fps of data set 'cas' is 0; it must be in [0.001, 1000000]"));
  EXPECT_THAT(message([](EvaluateOptions& o) { o.bootstrap_samples = -1; }),
              HasSubstr("bootstrap_samples is -1; it must be at least 0"));
}

}  // namespace
}  // namespace mestr::internal
