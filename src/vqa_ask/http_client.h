// One connection to a server, by libcurl.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mestr::internal {

struct HttpLimits {
  double connect_s = 10;
  double total_s = 300;  // of a request with its reply
  std::size_t most_reply_bytes = std::size_t{256} << 10;
  bool may_use_proxy = true;  // that of the environment
};

// What became of a request that the server got or did not get.
struct HttpReply {
  enum class Outcome {
    kAnswered,    // status and body are there, whatever the status
    kNotReached,  // no connection to the server
    kLost,        // the connection was cut
    kTimeout,
    kTooLarge,    // the reply is above most_reply_bytes
    kUnreadable,  // the reply's encoding is broken or none that is known
    kRefused,     // by this side, as each later one would be: a certificate, a form of URL
  };
  Outcome outcome = Outcome::kAnswered;
  std::string problem;  // where it was not answered: what happened, for people
  long status = 0;
  std::string body;
  std::optional<double> retry_after_s;  // as the server asked for
};

// Not thread-safe, but each thread may have one. http and https alone; redirects are not followed,
// so that no header goes to another server. A thread that uses one has SIGPIPE blocked from then
// on.
class HttpClient {
 public:
  // `headers`: lines "Name: value" of every request. A request ends early once `stop` is requested.
  HttpClient(std::vector<std::string> headers, const HttpLimits& limits, std::stop_token stop);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpReply Get(const std::string& url);
  HttpReply Post(const std::string& url, const std::string& body);

 private:
  struct Handle;

  HttpReply Perform(const std::string& url);

  HttpLimits limits_;
  std::stop_token stop_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace mestr::internal
