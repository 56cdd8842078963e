#include "vqa/make.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "support/test_support.h"
#include "vqa/question_file.h"
#include "vqa/question_kind.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto kMicro = ExpressionType::kMicro;
constexpr auto kMacro = ExpressionType::kMacro;

DescribedLabel MakeLabel(const VideoKey& video, std::int64_t onset, const std::string& emotion,
                         const std::string& fine, const std::string& units,
                         ExpressionType type = kMicro) {
  return {{.video = video,
           .interval = {onset, onset + 10},
           .apex = onset + 5,
           .emotion = emotion,
           .type = type},
          fine,
          ParseActionUnits(units)};
}

const VideoKey kVideo = {"samm", "006", "006_1"};

std::vector<std::string> Texts(const std::vector<Json>& rows, const char* key) {
  std::vector<std::string> texts;
  for (const Json& row : rows) texts.push_back(row.at(key).get<std::string>());
  return texts;
}

std::vector<std::string> KeysOf(const Json& row) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : row.items()) keys.push_back(key);
  return keys;
}

TEST(MakeQuestions, HaveTheFormOfTheOrganisersFiles) {
  const std::vector<DescribedLabel> labels = {MakeLabel(kVideo, 100, "negative", "disgust", "4+9")};
  const MadeSets sets = MakeQuestions(labels, {});
  ASSERT_EQ(sets.datasets.size(), 1u);
  const MadeQuestions& made = sets.datasets.front();
  ASSERT_EQ(made.training.size(), 5u);
  EXPECT_EQ(KeysOf(made.training[0]),
            (std::vector<std::string>{"id", "dataset", "image_id", "subject", "filename",
                                      "question", "answer"}));
  EXPECT_EQ(made.training[4].at("id"), "samm_006_1_5");
  EXPECT_EQ(made.training[4].at("subject"), "006");
  EXPECT_EQ(KeysOf(made.to_answer[0]),
            (std::vector<std::string>{"video_id", "video", "question", "answer"}));
  EXPECT_EQ(made.to_answer[4].at("video_id"), "samm_test_006_1_5");
  EXPECT_EQ(made.to_answer[4].at("video"), "006_1");
  EXPECT_EQ(Texts(made.to_answer, "answer"), std::vector<std::string>(5));
  EXPECT_EQ(Texts(made.reference, "question"), Texts(made.to_answer, "question"));
  const std::vector<std::string> answers = Texts(made.reference, "answer");
  EXPECT_EQ(answers[0], "negative");
  EXPECT_EQ(answers[1], "disgust");
  EXPECT_EQ(answers[2], "brow lowerer, nose wrinkler");
  EXPECT_EQ(answers[3], "yes");  // no other unit is known
  EXPECT_EQ(answers[4],
            "The action units present are: brow lowerer, nose wrinkler. Therefore, the "
            "fine-grained expression class is disgust, and the coarse expression class is "
            "negative.");
  EXPECT_TRUE(sets.notes.empty());
}

TEST(MakeQuestions, AskInVersion2ForAFreeAnalysis) {
  const std::vector<DescribedLabel> labels = {MakeLabel(kVideo, 100, "negative", "disgust", "9")};
  const MadeSets sets = MakeQuestions(labels, {.version = 2});
  const Json& last = sets.datasets.at(0).reference.back();
  EXPECT_EQ(TopicOf(last.at("question").get<std::string>()).kind, QuestionKind::kAnalysis);
  EXPECT_EQ(sets.datasets.at(0).reference.at(2).at("question"), "What is the action unit?");
  EXPECT_THROW(MakeQuestions(labels, {.version = 3}), Error);
}

TEST(MakeQuestions, AskForTheSideOfAUnitInTrainingAlone) {
  const std::vector<DescribedLabel> labels = {
      MakeLabel(kVideo, 100, "positive", "happiness", "6+R12")};
  const MadeSets sets = MakeQuestions(labels, {});
  const MadeQuestions& made = sets.datasets.front();
  ASSERT_EQ(made.training.size(), 6u);
  EXPECT_EQ(made.training[4].at("question"),
            "Is the action unit lip corner puller located on the left or right face?");
  EXPECT_EQ(made.training[4].at("answer"), "right");
  EXPECT_EQ(made.to_answer.size(), 5u);
}

TEST(MakeQuestions, DoNotAskWhatALabelDoesNotSay) {
  const std::vector<DescribedLabel> labels = {MakeLabel(kVideo, 100, "others", "", "")};
  const MadeSets sets = MakeQuestions(labels, {});
  EXPECT_EQ(sets.datasets.at(0).training.size(), 1u);
  EXPECT_TRUE(sets.datasets.at(0).to_answer.empty());
  EXPECT_EQ(sets.notes.size(), 3u);
  const std::vector<DescribedLabel> macro = {MakeLabel(kVideo, 1, "", "", "4", kMacro)};
  EXPECT_THROW(MakeQuestions(macro, {}), Error);
}

TEST(MakeQuestions, MakeAClipOfEachMicroExpressionOfAVideo) {
  const std::vector<DescribedLabel> labels = {MakeLabel(kVideo, 500, "positive", "happiness", "12"),
                                              MakeLabel(kVideo, 100, "negative", "anger", "4"),
                                              MakeLabel(kVideo, 50, "", "", "4", kMacro)};
  const MadeSets sets = MakeQuestions(labels, {});
  const MadeQuestions& made = sets.datasets.front();
  ASSERT_EQ(made.clips.size(), 2u);
  EXPECT_EQ(made.clips[0].clip, "006_1_1");
  EXPECT_EQ(made.clips[0].label.interval.onset, 100);
  EXPECT_EQ(made.clips[1].clip, "006_1_2");
  EXPECT_EQ(made.reference[0].at("answer"), "negative");
}

std::vector<std::string> ClipNames(const std::vector<DescribedLabel>& labels) {
  std::vector<std::string> names;
  const MadeSets sets = MakeQuestions(labels, {});
  for (const MadeClip& clip : sets.datasets.at(0).clips) names.push_back(clip.clip);
  return names;
}

TEST(MakeQuestions, GiveEachClipANameOfItsOwn) {
  EXPECT_EQ(ClipNames({MakeLabel({"cas", "1", "a"}, 1, "negative", "anger", "4"),
                       MakeLabel({"cas", "1", "a"}, 50, "negative", "anger", "4"),
                       MakeLabel({"cas", "1", "a_1"}, 1, "negative", "anger", "4"),
                       MakeLabel({"cas", "1", "a_2-2"}, 1, "negative", "anger", "4")}),
            (std::vector<std::string>{"1_a_1-2", "1_a_2", "1_a_1", "1_a_2-2"}));
  EXPECT_EQ(ClipNames({MakeLabel({"cas", "1", "2_a"}, 1, "negative", "anger", "4"),
                       MakeLabel({"cas", "1", "2_a"}, 50, "negative", "anger", "4"),
                       MakeLabel({"cas", "1_2", "a"}, 1, "negative", "anger", "4"),
                       MakeLabel({"cas", "1_2", "a"}, 50, "negative", "anger", "4")}),
            (std::vector<std::string>{"1_2_a_1", "1_2_a_2", "1_2_a_1-2", "1_2_a_2-2"}));
}

TEST(MakeQuestions, RefuseTwoVideosOfOneName) {
  const std::vector<DescribedLabel> labels = {
      MakeLabel({"cas", "1", "2_3"}, 1, "negative", "anger", "4"),
      MakeLabel({"cas", "1_2", "3"}, 1, "negative", "anger", "4")};
  for (const VqaTask task : {VqaTask::kClips, VqaTask::kLongVideos}) {
    EXPECT_EQ(
        testing::ErrorMessage(ErrorKind::kInput, [&] { MakeQuestions(labels, {.task = task}); }),
        "video '2_3' of subject '1' and video '3' of subject '1_2' would both be '1_2_3' in "
        "questions: rename one of them");
  }
}

TEST(MakeQuestions, SayThatOneUnitOnBothSidesIsOne) {
  const std::vector<DescribedLabel> labels = {
      MakeLabel(kVideo, 100, "positive", "happiness", "L12+R12")};
  const MadeSets sets = MakeQuestions(labels, {});
  const Json& last = sets.datasets.at(0).reference.back();
  EXPECT_THAT(last.at("question").get<std::string>(),
              ::testing::StartsWith("What is the action unit present, "));
  EXPECT_THAT(last.at("answer").get<std::string>(),
              ::testing::StartsWith("The action unit present is: lip corner puller. "));
}

TEST(MakeQuestions, HoldSubjectsOut) {
  const std::vector<DescribedLabel> labels = {
      MakeLabel({"cas", "1", "a"}, 1, "positive", "happiness", "12"),
      MakeLabel({"cas", "2", "a"}, 1, "negative", "anger", "4")};
  const MadeSets sets = MakeQuestions(labels, {.held_out = {"02"}});
  const MadeQuestions& made = sets.datasets.front();
  EXPECT_EQ(made.training.front().at("image_id"), "1_a");
  EXPECT_EQ(made.training.back().at("image_id"), "1_a");
  EXPECT_EQ(made.to_answer.front().at("video"), "2_a");
  EXPECT_EQ(made.to_answer.back().at("video"), "2_a");
  EXPECT_THROW(MakeQuestions(labels, {.held_out = {"3"}}), Error);
}

TEST(MakeQuestions, CountTheExpressionsOfALongVideo) {
  const std::vector<DescribedLabel> labels = {MakeLabel(kVideo, 500, "positive", "", "12+4"),
                                              MakeLabel(kVideo, 100, "", "", "4+L7", kMacro)};
  const MadeSets sets = MakeQuestions(labels, {.task = VqaTask::kLongVideos});
  const std::vector<Json>& rows = sets.datasets.at(0).reference;
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0].at("answer"), 2);
  EXPECT_EQ(rows[1].at("answer"), 1);
  EXPECT_EQ(rows[2].at("answer"), 1);
  EXPECT_EQ(rows[3].at("answer"), "brow lowerer, lid tightener, lip corner puller");
  for (const Json& row : {rows[4], rows[5]}) {
    const QuestionTopic topic = TopicOf(row.at("question").get<std::string>());
    ASSERT_EQ(topic.kind, QuestionKind::kEventType);
    EXPECT_EQ(row.at("answer"), topic.event == 1 ? "macro-expression" : "micro-expression");
  }
  EXPECT_NE(rows[4].at("question"), rows[5].at("question"));
}

TEST(MakeQuestions, AreTheSameForTheSameSeed) {
  std::vector<DescribedLabel> labels;
  for (int i = 0; i < 40; ++i) {
    labels.push_back(MakeLabel({"cas", std::to_string(i), "a"}, 1, "negative", "anger",
                               i % 2 == 0 ? "4" : "7+9"));
  }
  const auto shown = [&](std::uint64_t seed) {
    std::vector<std::string> asked;
    const MadeSets sets = MakeQuestions(labels, {.seed = seed});
    for (const Json& row : sets.datasets.at(0).reference) {
      const QuestionTopic topic = TopicOf(row.at("question").get<std::string>());
      if (topic.kind != QuestionKind::kUnitShown) continue;
      asked.push_back(topic.unit + ": " + row.at("answer").get<std::string>());
    }
    return asked;
  };
  EXPECT_EQ(shown(1), shown(1));
  EXPECT_NE(shown(1), shown(2));
  const std::vector<std::string> asked = shown(1);
  const auto yes = std::count_if(asked.begin(), asked.end(),
                                 [](const std::string& one) { return one.ends_with("yes"); });
  EXPECT_GT(yes, 8);
  EXPECT_LT(yes, 32);
}

TEST(DescribedLabels, AreLabelsWithTwoColumnsMore) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "labels.csv";
  const std::string header = "dataset,subject,video,onset,apex,offset,emotion,type";
  WriteFileAtomically(path, header +
                                ",fine_emotion,action_units\n"
                                "cas,1,a,3,,9,positive,micro,Happy,AU6+L12B\n");
  const std::vector<DescribedLabel> labels = ReadDescribedLabels(path);
  ASSERT_EQ(labels.size(), 1u);
  EXPECT_EQ(labels[0].fine_emotion, "happiness");
  EXPECT_EQ(labels[0].action_units,
            (std::vector<ActionUnit>{{6, FaceSide::kBoth}, {12, FaceSide::kLeft}}));
  WriteFileAtomically(path, header + ",action_units\ncas,1,a,3,,9,positive,micro,6+x\n");
  EXPECT_THROW(
      {
        try {
          ReadDescribedLabels(path);
        } catch (const Error& error) {
          EXPECT_EQ(std::string(error.what()),
                    path.string() + ":2:29: 'x' is no action unit, like 4 or L12");
          throw;
        }
      },
      Error);
  WriteFileAtomically(path, header + "\ncas,1,a,3,,9,positive,micro\n");
  EXPECT_TRUE(ReadDescribedLabels(path).at(0).action_units.empty());
}

TEST(DescribedLabels, KeepCodesOfHeadAndEyesApart) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "labels.csv";
  WriteFileAtomically(path,
                      "dataset,subject,video,onset,apex,offset,emotion,type,action_units\n"
                      "cas,1,a,3,,9,positive,micro,57+4+51\ncas,1,b,3,,9,positive,micro,61\n");
  const std::vector<DescribedLabel> labels = ReadDescribedLabels(path);
  EXPECT_EQ(labels.at(0).action_units, ParseActionUnits("4"));
  EXPECT_EQ(labels.at(0).other_codes, (std::vector<int>{57, 51}));
  const MadeSets sets = MakeQuestions(labels, {});
  EXPECT_THAT(sets.notes, ::testing::Contains("2 labels with codes that are no action units of the "
                                              "face (51, 57, 61): these are left out"));
  EXPECT_THAT(sets.notes,
              ::testing::Contains("1 label without action units: they are not asked for"));
}

TEST(ActionUnits, AreReadWithSidesAndIntensities) {
  EXPECT_EQ(ParseActionUnits("4, AU7;R12C 14L"), (std::vector<ActionUnit>{{4, FaceSide::kBoth},
                                                                          {7, FaceSide::kBoth},
                                                                          {12, FaceSide::kRight},
                                                                          {14, FaceSide::kLeft}}));
  EXPECT_TRUE(ParseActionUnits(" ").empty());
  EXPECT_EQ(ParseActionUnits("3+57"),
            (std::vector<ActionUnit>{{3, FaceSide::kBoth}, {57, FaceSide::kBoth}}));
  for (const char* const none : {"0", "100", "-4", "x"}) {
    EXPECT_THROW(ParseActionUnits(none), Error) << none;
  }
  EXPECT_EQ(ActionUnitName(46), "wink");
  EXPECT_EQ(ActionUnitName(57), "");
  EXPECT_EQ(ActionUnitNames(ParseActionUnits("L12+R12+4")), "lip corner puller, brow lowerer");
}

}  // namespace
}  // namespace mestr::internal
