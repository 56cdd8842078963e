#include "vqa_ask/http_client.h"

#include <curl/curl.h>

#include <array>
#include <csignal>
#include <utility>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

using Outcome = HttpReply::Outcome;

void StartCurl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw Error(ErrorKind::kDevice, "libcurl does not start");
}

// libcurl keeps TLS from raising it only where it may install handlers, which threads forbid.
void BlockBrokenPipes() {
  sigset_t pipes;
  sigemptyset(&pipes);
  sigaddset(&pipes, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipes, nullptr);
}

long Milliseconds(double seconds) { return static_cast<long>(seconds * 1000); }

Outcome OutcomeOf(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return Outcome::kAnswered;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
      return Outcome::kNotReached;
    case CURLE_OPERATION_TIMEDOUT:
      return Outcome::kTimeout;
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:  // of what was decoded
      return Outcome::kUnreadable;
    case CURLE_URL_MALFORMAT:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return Outcome::kRefused;
    default:
      return Outcome::kLost;  // whatever else one reply is cut by
  }
}

struct Body {
  std::string bytes;
  std::size_t most_bytes = 0;
  bool too_large = false;
};

std::size_t TakeBytes(char* bytes, std::size_t size, std::size_t count, void* target) {
  auto& body = *static_cast<Body*>(target);
  body.too_large = body.bytes.size() + size * count > body.most_bytes;
  if (body.too_large) return 0;  // ends the transfer
  body.bytes.append(bytes, size * count);
  return size * count;
}

int EndWhereStopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

}  // namespace

struct HttpClient::Handle {
  CURL* curl = nullptr;
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> problem{};

  ~Handle() {
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
  }
};

HttpClient::HttpClient(std::vector<std::string> headers, const HttpLimits& limits,
                       std::stop_token stop)
    : limits_(limits), stop_(std::move(stop)), handle_(std::make_unique<Handle>()) {
  StartCurl();
  CURL* const curl = handle_->curl = curl_easy_init();
  if (curl == nullptr) throw Error(ErrorKind::kDevice, "libcurl does not start");
  for (const std::string& header : headers) {
    handle_->headers = curl_slist_append(handle_->headers, header.c_str());
  }
  // Servers of this kind answer large requests late or not at all when asked whether they may come.
  handle_->headers = curl_slist_append(handle_->headers, "Expect:");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, handle_->headers);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  if (!limits_.may_use_proxy) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(limits_.connect_s));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, Milliseconds(limits_.total_s));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, handle_->problem.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, TakeBytes);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, EndWhereStopped);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop_);
}

HttpClient::~HttpClient() = default;

HttpReply HttpClient::Get(const std::string& url) {
  curl_easy_setopt(handle_->curl, CURLOPT_HTTPGET, 1L);
  return Perform(url);
}

HttpReply HttpClient::Post(const std::string& url, const std::string& body) {
  curl_easy_setopt(handle_->curl, CURLOPT_POST, 1L);
  curl_easy_setopt(handle_->curl, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(handle_->curl, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(body.size()));
  return Perform(url);
}

HttpReply HttpClient::Perform(const std::string& url) {
  BlockBrokenPipes();
  CURL* const curl = handle_->curl;
  Body body{.bytes = {}, .most_bytes = limits_.most_reply_bytes};
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  handle_->problem.front() = '\0';
  const CURLcode code = curl_easy_perform(curl);

  HttpReply reply;
  reply.outcome = body.too_large ? Outcome::kTooLarge : OutcomeOf(code);
  if (reply.outcome != Outcome::kAnswered) {
    const std::string told = handle_->problem.data();
    reply.problem = told.empty() ? curl_easy_strerror(code) : told;
    return reply;
  }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  curl_off_t wait_s = 0;
  if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait_s) == CURLE_OK && wait_s > 0) {
    reply.retry_after_s = static_cast<double>(wait_s);
  }
  reply.body = std::move(body.bytes);
  return reply;
}

}  // namespace mestr::internal
