#include "vqa_ask/chat_messages.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/text.h"
#include "mestr/core/error.h"
#include "report/packed_series.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostMessageBytes = 300;
constexpr int kMostLevels = 64;  // of a reply; what is deeper is not looked at

Error Bad(const std::string& what) { return {ErrorKind::kInput, what}; }

// Null where it is no JSON: a reply comes from anywhere.
std::optional<Json> ParseJson(std::string_view body) {
  const auto shallow = [](int depth, Json::parse_event_t, const Json&) {
    return depth < kMostLevels;
  };
  Json json = Json::parse(body, shallow, /*allow_exceptions=*/false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

bool IsUtf8(std::string_view text) { return FindNoUtf8(text) == std::string_view::npos; }

// The member, or null.
const Json& MemberOf(const Json& json, const char* key) {
  static const Json kNone;
  if (!json.is_object()) return kNone;
  const auto found = json.find(key);
  return found == json.end() ? kNone : *found;
}

std::string TextOrNothing(const Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

// A text, or a list of parts with texts.
std::string ContentText(const Json& content) {
  if (!content.is_array()) return TextOrNothing(content);
  std::string text;
  for (const Json& part : content) text += TextOrNothing(MemberOf(part, "text"));
  return text;
}

// Its first characters, printable and without the key.
std::string Shortened(std::string_view whole, const SecretKey& key) {
  const std::string text = key.HiddenIn(whole);
  std::size_t end = 0;
  while (end < std::min(text.size(), kMostMessageBytes)) {
    end += std::max<std::size_t>(1, Utf8CharacterBytes(std::string_view(text).substr(end, 4)));
  }
  return Printable(std::string_view(text).substr(0, end)) + (end < text.size() ? "..." : "");
}

}  // namespace

std::string ChatBody(const ChatRequest& request, const std::vector<Picture>& pictures) {
  Json parts = Json::array();
  for (const Picture& picture : pictures) {
    const std::string url = "data:" + picture.mime + ";base64," + Base64(picture.bytes);
    parts.push_back({{"type", "image_url"}, {"image_url", {{"url", url}}}});
  }
  parts.push_back({{"type", "text"}, {"text", request.text}});
  Json messages = Json::array();
  if (!request.system.empty()) {
    messages.push_back({{"role", "system"}, {"content", request.system}});
  }
  messages.push_back({{"role", "user"}, {"content", std::move(parts)}});
  const Json body = {{"model", request.model},
                     {"messages", std::move(messages)},
                     {"temperature", 0},
                     {"max_tokens", request.max_tokens},
                     {"seed", request.seed}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ChatAnswer ParseAnswer(std::string_view body, const SecretKey& key) {
  if (!IsUtf8(body)) throw Bad("the reply is not UTF-8");
  const auto json = ParseJson(body);
  if (!json) throw Bad("the reply is no JSON: " + ServerMessage(body, key));
  const Json& choices = MemberOf(*json, "choices");
  if (!choices.is_array() || choices.empty()) {
    throw Bad("the reply has no answer: " + ServerMessage(body, key));
  }
  const Json& message = MemberOf(choices.front(), "message");
  ChatAnswer answer;
  answer.text = std::string(Trimmed(ContentText(MemberOf(message, "content"))));
  answer.model = TextOrNothing(MemberOf(*json, "model"));
  answer.cut = MemberOf(choices.front(), "finish_reason") == "length";
  if (answer.text.empty()) {
    const std::string refusal = TextOrNothing(MemberOf(message, "refusal"));
    throw Bad(!refusal.empty() ? "the model refused: " + Shortened(refusal, key)
              : answer.cut     ? "the answer is empty: the model used up its tokens before it "
                                 "(a larger --max-tokens may help)"
                               : std::string("the answer is empty"));
  }
  return answer;
}

std::string ServerMessage(std::string_view body, const SecretKey& key) {
  std::string text;
  if (const auto json = ParseJson(body); json && json->is_object()) {
    const Json& error = MemberOf(*json, "error");
    for (const Json* told : {&MemberOf(error, "message"), &error, &MemberOf(*json, "detail"),
                             &MemberOf(*json, "message")}) {
      if (!text.empty() || told->is_null()) continue;
      text = told->is_string() ? told->get<std::string>() : told->dump();
    }
  }
  const std::string_view shown = Trimmed(text.empty() ? body : std::string_view(text));
  return shown.empty() ? "no text" : Shortened(shown, key);
}

std::vector<ModelNames> ParseModels(std::string_view body) {
  const auto json = IsUtf8(body) ? ParseJson(body) : std::nullopt;
  const Json& list = json ? MemberOf(*json, "data") : MemberOf(Json(), "data");
  if (!list.is_array()) throw Bad("no list of models");
  std::vector<ModelNames> models;
  for (const Json& entry : list) {
    ModelNames names = {TextOrNothing(MemberOf(entry, "id"))};
    if (names.front().empty()) continue;
    const Json& aliases = MemberOf(entry, "aliases");
    if (aliases.is_array()) {
      for (const Json& alias : aliases) {
        if (alias.is_string()) names.push_back(alias.get<std::string>());
      }
    }
    models.push_back(std::move(names));
  }
  return models;
}

}  // namespace mestr::internal
