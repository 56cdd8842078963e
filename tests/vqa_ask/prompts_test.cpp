#include "vqa_ask/prompts.h"

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::EndsWith;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TemporaryFolder;

Prompts Load(const std::string& text) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "p.yaml", text);
  return Prompts::Load((folder.path() / "p.yaml").string());
}

std::string LoadError(const std::string& text) {
  return ErrorMessage(ErrorKind::kConfig, [&] { Load(text); });
}

TEST(Prompts, TheShippedOnesAskEveryKindOfQuestion) {
  const Prompts choices = Prompts::Load("choices");
  EXPECT_THAT(choices.system(), HasSubstr("micro-expressions"));
  const std::string coarse = choices.TextFor("What is the coarse expression class?", "of");
  EXPECT_THAT(coarse, StartsWith("The picture shows the optical flow"));
  EXPECT_THAT(coarse, EndsWith("class? Answer with one of these words: positive, negative, "
                               "surprise."));
  EXPECT_THAT(choices.TextFor("How many expression events appear in this video?", "video"),
              EndsWith("Answer with a whole number alone."));
  EXPECT_EQ(Prompts::Load("plain").TextFor(" Why? ", "video"), "Why?");
}

TEST(Prompts, AKindWithoutATextGetsThatOfOthers) {
  const Prompts prompts =
      Load("questions: {other: '{question} Well?', coarse: 'Of {input}: {question}'}");
  EXPECT_EQ(prompts.TextFor("Why {input}?", "video"), "Why {input}? Well?");
  EXPECT_EQ(prompts.TextFor("What is the coarse expression class?", "video"),
            "Of : What is the coarse expression class?");
}

TEST(Prompts, AFileOfAnotherFormIsRefusedWithItsLine) {
  EXPECT_THAT(LoadError("questions:\n  coarse: '{question}'\n"), HasSubstr("no 'other'"));
  EXPECT_THAT(LoadError("questions:\n  other: why\n"), EndsWith("p.yaml:2: the text has no "
                                                                "{question}"));
  EXPECT_THAT(LoadError("questions:\n  other: '{question} {inptu}'\n"),
              HasSubstr("p.yaml:2: unknown {inptu}; did you mean input?"));
  EXPECT_THAT(LoadError("questions:\n  other: '{question}'\n  corse: '{question}'\n"),
              HasSubstr("p.yaml:3: unknown key 'corse'; did you mean coarse?"));
  EXPECT_THAT(LoadError("systm: a\n"), HasSubstr("p.yaml:1: unknown key 'systm'"));
  EXPECT_THAT(LoadError("questions: [a\n"), HasSubstr("p.yaml:"));
  EXPECT_THAT(LoadError("- a\n"), HasSubstr("must have system, inputs and questions"));
  EXPECT_EQ(ErrorMessage(ErrorKind::kConfig, [] { Prompts::Load("nothing"); }),
            "no prompts 'nothing': give a file, or choices or plain");
}

}  // namespace
}  // namespace mestr::internal
