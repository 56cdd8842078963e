#include "vqa_ask/chat_messages.h"

#include <nlohmann/json.hpp>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using testing::ErrorMessage;
using ::testing::StartsWith;

TEST(ChatBody, HasPicturesInTheirOrderBeforeTheText) {
  const ChatRequest request{
      .model = "m", .system = "be brief", .text = "which?", .max_tokens = 9, .seed = 3};
  const auto body =
      nlohmann::json::parse(ChatBody(request, {{"image/png", "abc"}, {"image/jpeg", "xyz"}}));
  EXPECT_EQ(body["model"], "m");
  EXPECT_EQ(body["temperature"], 0);
  EXPECT_EQ(body["seed"], 3);
  EXPECT_EQ(body["max_tokens"], 9);
  EXPECT_EQ(body["messages"][0]["content"], "be brief");
  const auto& parts = body["messages"][1]["content"];
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0]["image_url"]["url"], "data:image/png;base64,YWJj");
  EXPECT_EQ(parts[1]["image_url"]["url"], "data:image/jpeg;base64,eHl6");
  EXPECT_EQ(parts[2]["text"], "which?");
}

TEST(ParseAnswer, GivesTheTextWithoutBlanksAroundIt) {
  const ChatAnswer answer = ParseAnswer(
      R"({"model": "m", "choices": [{"message": {"content": " yes\n"}, "finish_reason": "length"}]})",
      SecretKey("yes"));
  EXPECT_EQ(answer.text, "yes");
  EXPECT_EQ(answer.model, "m");
  EXPECT_TRUE(answer.cut);
}

TEST(ParseAnswer, SaysWhatIsWrongWithAReply) {
  const auto problem = [](const std::string& body) {
    return ErrorMessage(ErrorKind::kInput, [&] { ParseAnswer(body, SecretKey()); });
  };
  EXPECT_EQ(problem("{\"a\": \"\xFF\"}"), "the reply is not UTF-8");
  EXPECT_EQ(problem("<html>"), "the reply is no JSON: <html>");
  EXPECT_EQ(problem(R"({"error": {"message": "no\u001b memory"}})"),
            "the reply has no answer: no\\x1b memory");
  EXPECT_EQ(problem(R"({"choices": [{"message": {"content": ""}}]})"), "the answer is empty");
  EXPECT_EQ(problem(R"({"choices": [{"message": {"refusal": "I will not"}}]})"),
            "the model refused: I will not");
  EXPECT_THAT(problem(R"({"choices": [1]})"), StartsWith("the answer is empty"));
  EXPECT_THAT(problem("{\"choices\": " + std::string(100000, '[')), StartsWith("the reply is no"));
}

TEST(ServerMessage, IsShortAndPrintableWhateverTheServerSends) {
  EXPECT_EQ(ServerMessage(R"({"error": "busy"})", SecretKey()), "busy");
  EXPECT_EQ(ServerMessage(R"({"detail": "no model"})", SecretKey()), "no model");
  EXPECT_EQ(ServerMessage(R"({"detail": [{"loc": 1}]})", SecretKey()), R"([{"loc":1}])");
  EXPECT_EQ(ServerMessage("", SecretKey()), "no text");
  const std::string long_text =
      ServerMessage(std::string(299, 'a') + "\xC3\xA4\xC3\xA4", SecretKey());
  EXPECT_EQ(long_text, std::string(299, 'a') + "\xC3\xA4...");
}

TEST(ServerMessage, HasNotTheKeyHoweverTheServerWritesIt) {
  const SecretKey key("sk-a/b\"c");
  for (const std::string_view body :
       {R"({"error": {"message": "no sk-a/b\"c."}})", R"({"error": {"message": "no sk-a\/b\"c."}})",
        R"({"detail": "no \u0073k\u002Da\u002fb\u0022c."})", R"({"detail": "no sk-a%2Fb%22c."})"}) {
    EXPECT_EQ(ServerMessage(body, key), "no ***.") << body;
  }
  EXPECT_EQ(ServerMessage(R"({"error": {"why": ["sk-a/b\"c"]}})", key), R"({"why":["***"]})");
  EXPECT_EQ(ServerMessage(R"({"info": "{\"why\": \"sk-a\\\/b\\\"c\"}")", key),
            R"({"info": "{\"why\": \"***\"}")");
  EXPECT_EQ(ServerMessage(std::string(297, 'a') + "sk-a/b\"c", key), std::string(297, 'a') + "***");
}

TEST(ParseModels, GivesEachModelWithItsAliases) {
  const auto models = ParseModels(
      R"({"data": [{"id": "/m/a.gguf", "aliases": ["a", 7]}, {"id": "b"}, {"id": 3}, 4]})");
  EXPECT_THAT(models, ElementsAre(ElementsAre("/m/a.gguf", "a"), ElementsAre("b")));
  EXPECT_THROW(ParseModels("[]"), Error);
  EXPECT_THROW(ParseModels("nothing"), Error);
}

}  // namespace
}  // namespace mestr::internal
