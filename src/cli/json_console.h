// For a program: one JSON object a line, docs/progress.md.
#pragma once

#include <nlohmann/json.hpp>

#include "cli/console.h"

namespace mestr::cli {

class JsonConsole : public Console {
 public:
  // With `quiet` no messages below a warning.
  JsonConsole(std::ostream& err, bool quiet, RunName name);

  void Info(const std::string& line) override;
  void Warn(const std::string& line) override;
  void Fail(const std::string& line) override;
  int Run(const std::function<int()>& body) override;

 protected:
  void OnStart(std::size_t videos) override;
  void OnVideo(const VideoProgress& progress, const VideoInput& input) override;
  void OnFrames(const VideoProgress& progress) override;
  void OnCount(const std::string& things, const Pace& pace) override;
  void OnOutcome(const internal::VideoOutcome& outcome) override;
  void OnVideoFailed(const VideoInput& input, const std::string& why) override;
  void OnVideoDone(const VideoProgress& progress, const VideoInput& input) override;

 private:
  using Json = nlohmann::ordered_json;

  bool IsTimeToTell();
  void Message(const char* level, const std::string& text);
  void Tell(const char* event, const Json& fields);
  void TellEnd(int exit_code, const Json& error);

  std::ostream& err_;
  bool quiet_;
  RunName name_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_told_;
  std::int64_t videos_ = 0;
  std::int64_t failed_ = 0;
  Json result_;  // of the video whose turn it is
  Json error_;
};

}  // namespace mestr::cli
