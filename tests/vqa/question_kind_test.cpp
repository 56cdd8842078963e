#include "vqa/question_kind.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

QuestionKind KindOf(std::string_view text) { return TopicOf(text).kind; }

TEST(QuestionKind, KnowsTheQuestionsOfAClip) {
  EXPECT_EQ(KindOf("What is the coarse expression class?"), QuestionKind::kCoarse);
  EXPECT_EQ(KindOf("What is the fine-grained expression class?"), QuestionKind::kFine);
  EXPECT_EQ(KindOf("What is the action unit?"), QuestionKind::kActionUnits);
  EXPECT_EQ(KindOf("What are the action units?"), QuestionKind::kActionUnits);
  EXPECT_EQ(KindOf("What are the action units present, and based on them, what is the fine-grained "
                   "expression and the coarse expression class?"),
            QuestionKind::kUnitsAndClasses);
  EXPECT_EQ(KindOf("What is the action unit present, and based on it, what is the fine-grained "
                   "expression and the coarse expression class?"),
            QuestionKind::kUnitsAndClasses);
  EXPECT_EQ(KindOf("Please analyse the micro-expression shown in this video in detail."),
            QuestionKind::kAnalysis);
}

TEST(QuestionKind, NamesTheUnitThatIsAskedAbout) {
  EXPECT_EQ(TopicOf("Is the action unit lip corner puller shown on the face?"),
            (QuestionTopic{QuestionKind::kUnitShown, "lip corner puller", {}}));
  EXPECT_EQ(TopicOf("Is the action unit dimpler shown on the left face?"),
            (QuestionTopic{QuestionKind::kUnitShown, "dimpler", {}}));
  EXPECT_EQ(TopicOf("Is the action unit dimpler located on the left or right face?"),
            (QuestionTopic{QuestionKind::kUnitSide, "dimpler", {}}));
}

TEST(QuestionKind, KnowsTheQuestionsOfALongVideo) {
  EXPECT_EQ(KindOf("How many expression events appear in this video?"), QuestionKind::kEventCount);
  EXPECT_EQ(KindOf("How many micro-expression events appear in this video?"),
            QuestionKind::kMicroCount);
  EXPECT_EQ(KindOf("How many macro-expressions are there?"), QuestionKind::kMacroCount);
  EXPECT_EQ(KindOf("What distinct action units appear in this video?"), QuestionKind::kVideoUnits);
}

TEST(QuestionKind, CountsTheEventThatIsAskedAboutFromOne) {
  const auto event_of = [](std::string_view text) {
    const QuestionTopic question = TopicOf(text);
    EXPECT_EQ(question.kind, QuestionKind::kEventType) << text;
    return question.event;
  };
  EXPECT_EQ(event_of("What is the expression type of the 2-th expression event in this video?"), 2);
  EXPECT_EQ(event_of("What is the expression type of the 11-th expression event?"), 11);
  EXPECT_EQ(event_of("Is the 3rd expression event a micro- or a macro-expression?"), 3);
  EXPECT_EQ(event_of("Is the third expression a micro-expression or a macro-expression?"), 3);
  EXPECT_EQ(KindOf("What is the expression type of the event?"), QuestionKind::kAnalysis);
  EXPECT_EQ(KindOf("What is the expression type of the 0-th expression event?"),
            QuestionKind::kAnalysis);
}

TEST(QuestionKind, LooksAtWordsAlone) {
  EXPECT_EQ(KindOf("  what is the COARSE   expression class"), QuestionKind::kCoarse);
  EXPECT_EQ(KindOf("How many action units are shown?"), QuestionKind::kActionUnits);
  EXPECT_EQ(KindOf(""), QuestionKind::kAnalysis);
  EXPECT_EQ(KindOf("\xff?"), QuestionKind::kAnalysis);
}

}  // namespace
}  // namespace mestr::internal
