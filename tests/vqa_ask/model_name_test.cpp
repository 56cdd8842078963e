#include "vqa_ask/model_name.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::Contains;
using testing::ErrorMessage;

const std::vector<ModelNames> kModels = {{"/m/tiny-f16.gguf", "small"}, {"Qwen/Qwen2.5-VL-3B"}};

TEST(ModelName, AFileIsKnownByItsNameToo) {
  for (const std::string name : {"/m/tiny-f16.gguf", "tiny-f16.gguf", "tiny-f16", "small"}) {
    EXPECT_THAT(AnsweringNames(name, kModels, SecretKey()), Contains("/m/tiny-f16.gguf")) << name;
  }
  EXPECT_THAT(AnsweringNames("Qwen/Qwen2.5-VL-3B", kModels, SecretKey()),
              Contains("Qwen/Qwen2.5-VL-3B"));
}

TEST(ModelName, OneThatIsNotThereIsNamedWithThoseThatAre) {
  EXPECT_EQ(ErrorMessage(ErrorKind::kModel, [] { AnsweringNames("other", kModels, SecretKey()); }),
            "the server has no model 'other'; it has /m/tiny-f16.gguf, Qwen/Qwen2.5-VL-3B");
  EXPECT_THROW(AnsweringNames("Qwen2", kModels, SecretKey()), Error);
}

TEST(ModelName, TheKeyIsNotShownAmongTheNames) {
  EXPECT_EQ(ErrorMessage(ErrorKind::kModel,
                         [] { AnsweringNames("other", {{"a-sk-b/c"}}, SecretKey("sk-b/c")); }),
            "the server has no model 'other'; it has a-***");
}

TEST(ModelName, AVersionOfTheModelMayAnswerAndNoOther) {
  EXPECT_TRUE(IsAnsweringName("gpt", {"gpt"}));
  EXPECT_TRUE(IsAnsweringName("gpt-2026-01-02", {"gpt"}));
  EXPECT_TRUE(IsAnsweringName("org/m@main", {"org/m"}));
  EXPECT_FALSE(IsAnsweringName("gpt-mini", {"gpt"}));
  EXPECT_FALSE(IsAnsweringName("gp", {"gpt"}));
  EXPECT_FALSE(IsAnsweringName("gpt-", {"gpt"}));
}

}  // namespace
}  // namespace mestr::internal
