#include "vqa_ask/answer_store.h"

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::TemporaryFolder;

StoredAnswer Made(const std::string& question_hash, const std::string& answer) {
  return {.question_hash = question_hash,
          .input_hash = "input of " + question_hash,
          .video_id = "v",
          .question = "q",
          .answer = answer,
          .model = "m",
          .cut = true};
}

TEST(AnswerStore, GivesBackWhatAnEarlierOneKept) {
  const TemporaryFolder folder;
  AnswerStore(folder.path() / "answers").Put(Made("1", "yes"));
  const AnswerStore store(folder.path() / "answers");
  const auto found = store.ForQuestion("1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->answer, "yes");
  EXPECT_EQ(found->model, "m");
  EXPECT_TRUE(found->cut);
  EXPECT_EQ(store.ForInput("input of 1")->video_id, "v");
  EXPECT_FALSE(store.ForQuestion("2"));
  EXPECT_FALSE(store.ForInput("1"));
}

TEST(AnswerStore, LooksAtNoOtherFiles) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "a.json", "{\"answer\": 3}");
  WriteFileAtomically(folder.path() / "b.json", "{\"question_hash\": \"1\", \"ans");
  WriteFileAtomically(folder.path() / "c.txt", "yes");
  AnswerStore store(folder.path());
  EXPECT_FALSE(store.ForQuestion("1"));
  store.Put(Made("1", "no"));
  EXPECT_EQ(AnswerStore(folder.path()).ForQuestion("1")->answer, "no");
  EXPECT_EQ(ReadFile(folder.path() / "c.txt"), "yes");
}

}  // namespace
}  // namespace mestr::internal
