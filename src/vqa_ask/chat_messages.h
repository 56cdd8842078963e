// The texts of the OpenAI chat-completions form, which servers of vision-language models speak.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vqa_ask/secret_key.h"

namespace mestr::internal {

// An encoded picture.
struct Picture {
  std::string mime;  // "image/png"
  std::string bytes;
};

struct ChatRequest {
  std::string model;
  std::string system;  // empty: none
  std::string text;
  int max_tokens = 0;
  std::int64_t seed = 0;
};

// The body of the request: the pictures in their order, then the text; temperature 0.
std::string ChatBody(const ChatRequest& request, const std::vector<Picture>& pictures);

struct ChatAnswer {
  std::string text;   // without blanks around it, not empty
  std::string model;  // as the server calls the one that answered; may be empty
  bool cut = false;   // at max_tokens
};

// Throws Error{kInput} that says what is wrong with a reply of status 200: it is no JSON, not UTF-8
// or no answer, or the answer is empty. The answer is what the model said; messages do not have
// `key`.
ChatAnswer ParseAnswer(std::string_view body, const SecretKey& key);

// What a reply of another status says, printable, short and without `key`: {"error": {"message":
// ...}}, {"detail": ...} or a text.
std::string ServerMessage(std::string_view body, const SecretKey& key);

// A model and all of its names, the one that it answers by first.
using ModelNames = std::vector<std::string>;

// Of the reply to /v1/models. Throws Error{kInput} for what is none.
std::vector<ModelNames> ParseModels(std::string_view body);

}  // namespace mestr::internal
