// Asks a server until it answers, or says why it will not.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "vqa_ask/ask_options.h"
#include "vqa_ask/chat_messages.h"
#include "vqa_ask/http_client.h"

namespace mestr::internal {

// The key of the server, from MESTR_API_KEY; empty without. Throws Error{kConfig} where it can be
// no header. Nothing else of mestr reads, shows or writes it.
std::string ServerKey();

// True where a key would go over a network unencrypted.
bool IsOpenToOthers(const std::string& url);

// What became of one question.
struct ChatOutcome {
  std::optional<ChatAnswer> answer;
  std::string failure;  // without an answer: why, one printable line
};

// One connection. Not thread-safe, but each thread may have one.
class ChatClient {
 public:
  ChatClient(const ServerOptions& options, const std::string& key, std::stop_token stop);

  // The models that the server says it has; empty where it does not tell. Throws Error{kConfig}
  // where it is not reached, or refuses the key.
  std::optional<std::vector<ModelNames>> Models();

  // Waits and asks again where that may help: status 408, 429 and 5xx (as long as Retry-After says,
  // at most ten minutes), lost connections, time-outs. What would go wrong with every question is
  // thrown: Error{kConfig} for a server that is not reached and for a key that is refused;
  // Error{kStopped}.
  ChatOutcome Ask(const std::string& body);

 private:
  HttpReply Send(const std::function<HttpReply()>& request);
  [[noreturn]] void FailAll(const std::string& why) const;
  void RefuseWhatEndsAll(const HttpReply& reply) const;
  void Wait(double seconds) const;

  ServerOptions options_;
  std::string key_;
  std::stop_token stop_;
  HttpClient http_;
};

}  // namespace mestr::internal
