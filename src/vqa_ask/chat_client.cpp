#include "vqa_ask/chat_client.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

using Outcome = HttpReply::Outcome;

constexpr double kLongestWait_s = 600;
constexpr double kLongestOwnWait_s = 60;

// Without what is added to it: "/", "/chat/completions".
std::string BaseOf(std::string url) {
  constexpr std::string_view kEnd = "/chat/completions";
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(kEnd)) url.resize(url.size() - kEnd.size());
  const bool has_path = AfterUrlScheme(url).find('/') != std::string_view::npos;
  return has_path ? url : url + "/v1";
}

std::vector<std::string> HeadersOf(const std::string& key) {
  std::vector<std::string> headers = {"Content-Type: application/json", "Accept: application/json"};
  if (!key.empty()) headers.push_back("Authorization: Bearer " + key);
  return headers;
}

bool MayPass(const HttpReply& reply) {
  switch (reply.outcome) {
    case Outcome::kAnswered:
      return reply.status == 408 || reply.status == 429 || reply.status >= 500;
    case Outcome::kNotReached:
    case Outcome::kLost:
    case Outcome::kTimeout:
      return true;
    default:
      return false;
  }
}

// A server may show the key that it was sent.
std::string Without(const std::string& key, std::string text) {
  if (key.empty()) return text;
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
    text.replace(at, key.size(), "***");
  }
  return text;
}

std::string FailureOf(const HttpReply& reply) {
  switch (reply.outcome) {
    case Outcome::kAnswered:
      return "status " + std::to_string(reply.status) + ": " + ServerMessage(reply.body);
    case Outcome::kLost:
      return "the connection was lost: " + Printable(reply.problem);
    case Outcome::kTimeout:
      return "no reply in time (a longer --timeout may help): " + Printable(reply.problem);
    case Outcome::kTooLarge:
      return "the reply is too large to be an answer";
    default:
      return Printable(reply.problem);
  }
}

}  // namespace

std::string ServerKey() {
  const char* const set = std::getenv(kKeyVariable);
  std::string key(Trimmed(set == nullptr ? "" : set));
  const bool printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (printable) return key;
  throw Error(ErrorKind::kConfig,
              std::string(kKeyVariable) + " must be a key without blanks, of ASCII alone");
}

bool IsOpenToOthers(const std::string& url) {
  if (!url.starts_with("http://")) return false;
  std::string_view host = AfterUrlScheme(url);
  host = host.substr(0, host.find('/'));
  return !host.starts_with("127.") && !host.starts_with("localhost") && !host.starts_with("[::1]");
}

ChatClient::ChatClient(const ServerOptions& options, const std::string& key, std::stop_token stop)
    : options_(options),
      key_(key),
      stop_(stop),
      http_(HeadersOf(key), {.total_s = options.timeout_s}, stop) {
  options_.url = BaseOf(options_.url);
}

std::optional<std::vector<ModelNames>> ChatClient::Models() {
  const HttpReply reply = Send([&] { return http_.Get(options_.url + "/models"); });
  if (reply.outcome != Outcome::kAnswered || reply.status != 200) return std::nullopt;
  try {
    return ParseModels(reply.body);
  } catch (const Error&) {
    return std::nullopt;
  }
}

ChatOutcome ChatClient::Ask(const std::string& body) {
  const HttpReply reply =
      Send([&] { return http_.Post(options_.url + "/chat/completions", body); });
  if (reply.outcome != Outcome::kAnswered || reply.status != 200) {
    return {std::nullopt, FailureOf(reply)};
  }
  try {
    return {ParseAnswer(reply.body), ""};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

HttpReply ChatClient::Send(const std::function<HttpReply()>& request) {
  double wait_s = options_.retry_wait_s;
  for (int left = options_.retries;; --left) {
    HttpReply reply = request();
    if (stop_.stop_requested()) throw Error(ErrorKind::kStopped, "stopped");
    reply.body = Without(key_, std::move(reply.body));
    if (left == 0 || !MayPass(reply)) {
      RefuseWhatEndsAll(reply);
      return reply;
    }
    Wait(std::min(reply.retry_after_s.value_or(wait_s), kLongestWait_s));
    wait_s = std::min(2 * wait_s, kLongestOwnWait_s);
  }
}

void ChatClient::FailAll(const std::string& why) const {
  throw Error(ErrorKind::kConfig, options_.url + ": " + why);
}

void ChatClient::RefuseWhatEndsAll(const HttpReply& reply) const {
  if (reply.outcome == Outcome::kNotReached) {
    FailAll("cannot be reached (" + Printable(reply.problem) + "); is the server running?");
  }
  if (reply.outcome == Outcome::kRefused) FailAll(Printable(reply.problem));
  if (reply.status == 401 || reply.status == 403) {
    FailAll((key_.empty() ? "wants a key; set " : "refuses the key in ") +
            std::string(kKeyVariable) + " (" + ServerMessage(reply.body) + ")");
  }
}

void ChatClient::Wait(double seconds) const {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any stopped;
  stopped.wait_for(lock, stop_, std::chrono::duration<double>(seconds), [] { return false; });
  if (stop_.stop_requested()) throw Error(ErrorKind::kStopped, "stopped");
}

}  // namespace mestr::internal
