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
#include "vqa_ask/secret_key.h"

namespace mestr::internal {

// True where the URL's host is this machine by its own name or number: localhost, 127.x.y.z, [::1].
bool IsOfThisMachine(const std::string& url);

// True where a key would go over a network unencrypted.
bool IsOpenToOthers(const std::string& url);

// Before the retry after one that `wait_s` went before: twice as long up to a minute, never
// shorter.
double NextRetryWait_s(double wait_s);

// What became of one question.
struct ChatOutcome {
  std::optional<ChatAnswer> answer;
  std::string failure;  // without an answer: why, one printable line without the key
};

// One connection. Not thread-safe, but each thread may have one.
class ChatClient {
 public:
  // `stop_waiting` ends waits for a retry; `stop` requests too.
  ChatClient(const ServerOptions& options, const SecretKey& key, std::stop_token stop_waiting,
             std::stop_token stop);

  // The models that the server says it has; empty where it does not tell: one that loads them on
  // demand lists none. Throws Error{kConfig}
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
  SecretKey key_;
  std::stop_token stop_waiting_;
  std::stop_token stop_;
  HttpClient http_;
};

}  // namespace mestr::internal
