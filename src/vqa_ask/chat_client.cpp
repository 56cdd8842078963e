#include "vqa_ask/chat_client.h"

#include <arpa/inet.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
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

std::vector<std::string> HeadersOf(const SecretKey& key) {
  std::vector<std::string> headers = {"Content-Type: application/json", "Accept: application/json"};
  if (!key.empty()) headers.push_back(key.Header());
  return headers;
}

bool IsLoopbackNumber(const std::string& host) {
  in_addr address{};
  constexpr std::uint32_t kFirstByte = 0xFF000000;
  return inet_pton(AF_INET, host.c_str(), &address) == 1 &&
         (ntohl(address.s_addr) & kFirstByte) == 0x7F000000;
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

std::string FailureOf(const HttpReply& reply, const SecretKey& key) {
  switch (reply.outcome) {
    case Outcome::kAnswered:
      return "status " + std::to_string(reply.status) + ": " + ServerMessage(reply.body, key);
    case Outcome::kLost:
      return "the connection was lost: " + Printable(key.HiddenIn(reply.problem));
    case Outcome::kTimeout:
      return "no reply in time (a longer --timeout may help): " +
             Printable(key.HiddenIn(reply.problem));
    case Outcome::kUnreadable:
      return "the reply can't be read: " + Printable(key.HiddenIn(reply.problem));
    case Outcome::kTooLarge:
      return "the reply is too large to be an answer";
    default:
      return Printable(key.HiddenIn(reply.problem));
  }
}

}  // namespace

bool IsOfThisMachine(const std::string& url) {
  std::string host(AfterUrlScheme(url));
  host.resize(std::min(host.find('/'), host.size()));
  const std::size_t port = host.rfind(':');
  if (port != std::string::npos && host.find(']', port) == std::string::npos) host.resize(port);
  std::transform(host.begin(), host.end(), host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return host == "localhost" || host == "[::1]" || IsLoopbackNumber(host);
}

bool IsOpenToOthers(const std::string& url) {
  return url.starts_with("http://") && !IsOfThisMachine(url);
}

double NextRetryWait_s(double wait_s) {
  return std::max(wait_s, std::min(2 * wait_s, kLongestOwnWait_s));
}

ChatClient::ChatClient(const ServerOptions& options, const SecretKey& key,
                       std::stop_token stop_waiting, std::stop_token stop)
    : options_(options),
      key_(key),
      stop_waiting_(std::move(stop_waiting)),
      stop_(stop),
      http_(HeadersOf(key),
            {.total_s = options.timeout_s, .may_use_proxy = !IsOfThisMachine(options.url)}, stop) {
  options_.url = BaseOf(options_.url);
}

std::optional<std::vector<ModelNames>> ChatClient::Models() {
  const HttpReply reply = Send([&] { return http_.Get(options_.url + "/models"); });
  if (reply.outcome != Outcome::kAnswered || reply.status != 200) return std::nullopt;
  try {
    std::vector<ModelNames> models = ParseModels(reply.body);
    if (models.empty()) return std::nullopt;
    return models;
  } catch (const Error&) {
    return std::nullopt;
  }
}

ChatOutcome ChatClient::Ask(const std::string& body) {
  const HttpReply reply =
      Send([&] { return http_.Post(options_.url + "/chat/completions", body); });
  if (reply.outcome != Outcome::kAnswered || reply.status != 200) {
    return {std::nullopt, FailureOf(reply, key_)};
  }
  try {
    return {ParseAnswer(reply.body, key_), ""};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

HttpReply ChatClient::Send(const std::function<HttpReply()>& request) {
  double wait_s = options_.retry_wait_s;
  for (int left = options_.retries;; --left) {
    HttpReply reply = request();
    if (stop_.stop_requested()) throw Error(ErrorKind::kStopped, "stopped");
    if (left == 0 || !MayPass(reply)) {
      RefuseWhatEndsAll(reply);
      return reply;
    }
    Wait(std::min(reply.retry_after_s.value_or(wait_s), kLongestWait_s));
    wait_s = NextRetryWait_s(wait_s);
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
            std::string(kKeyVariable) + " (" + ServerMessage(reply.body, key_) + ")");
  }
}

void ChatClient::Wait(double seconds) const {
  std::mutex mutex;
  std::condition_variable_any stopped;
  const std::stop_callback wake(stop_waiting_, [&] {
    const std::lock_guard lock(mutex);
    stopped.notify_all();
  });
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop_, std::chrono::duration<double>(seconds),
                   [&] { return stop_waiting_.stop_requested(); });
  if (stop_.stop_requested() || stop_waiting_.stop_requested()) {
    throw Error(ErrorKind::kStopped, "stopped");
  }
}

}  // namespace mestr::internal
