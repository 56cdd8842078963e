#include "cli/json_console.h"

#include "cli/command.h"
#include "mestr/core/version.h"
#include "results/prediction_files.h"

namespace mestr::cli {
using namespace internal;
namespace {

using Json = nlohmann::ordered_json;

constexpr auto kTellInterval = std::chrono::milliseconds(500);

template <typename Value>
Json Known(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

// The columns of predictions.csv; frames from 1, as there.
Json PredictionToJson(const Prediction& found) {
  return {{"onset", found.interval.onset + 1},
          {"apex", found.apex ? Json(*found.apex + 1) : Json()},
          {"offset", found.interval.offset + 1},
          {"onset_s", Known(found.onset_s)},
          {"offset_s", Known(found.offset_s)},
          {"emotion", found.emotion},
          {"probability", Known(found.probability)},
          {"score", Known(found.score)},
          {"evidence", Known(found.evidence)},
          {"context", found.context},
          {"track", found.track ? Json(*found.track + 1) : Json()}};
}

}  // namespace

JsonConsole::JsonConsole(std::ostream& err, bool quiet, RunName name)
    : err_(err), quiet_(quiet), name_(std::move(name)) {}

void JsonConsole::Info(const std::string& line) {
  if (!quiet_) Message("info", line);
}

void JsonConsole::Warn(const std::string& line) { Message("warning", line); }

void JsonConsole::Fail(const std::string& line) { Message("error", line); }

int JsonConsole::Run(const std::function<int()>& body) {
  int exit_code = kExitOk;
  Json error;
  try {
    exit_code = body();
  } catch (...) {
    const Failure failure = FailureInHand();
    exit_code = failure.exit_code;
    error = failure.text;
  }
  TellEnd(exit_code, error);
  return exit_code;
}

void JsonConsole::OnStart(std::size_t videos) {
  videos_ = static_cast<std::int64_t>(videos);
  Tell("start", {{"mestr", Version()},
                 {"command", name_.command},
                 {"output", name_.output},
                 {"videos", videos_}});
}

void JsonConsole::OnVideo(const VideoProgress& progress, const VideoInput& input) {
  result_ = error_ = nullptr;
  last_told_ = {};
  Tell("video_started", {{"video", progress.video}, {"path", input.path.string()}});
}

void JsonConsole::OnFrames(const VideoProgress& progress) {
  if (!IsTimeToTell()) return;
  Tell("frames", {{"video", progress.video},
                  {"done", progress.frames.done},
                  {"expected", Known(progress.frames.expected)},
                  {"per_second", progress.frames.PerSecond()},
                  {"seconds_left", Known(progress.frames.SecondsLeft())},
                  {"fraction_of_all", progress.FractionOfAll()},
                  {"seconds_left_of_all", Known(progress.SecondsLeftOfAll())}});
}

void JsonConsole::OnCount(const std::string& things, const Pace& pace) {
  if (pace.done != pace.expected && !IsTimeToTell()) return;
  Tell("count", {{"things", things},
                 {"done", pace.done},
                 {"expected", Known(pace.expected)},
                 {"seconds_left", Known(pace.SecondsLeft())}});
}

void JsonConsole::OnOutcome(const VideoOutcome& outcome) {
  Json intervals = Json::array();
  for (const Prediction& found : PredictionsOf(outcome.results)) {
    intervals.push_back(PredictionToJson(found));
  }
  result_ = {{"file", outcome.file},
             {"frames", outcome.results.frames},
             {"fps", outcome.results.fps},
             {"intervals", intervals}};
}

void JsonConsole::OnVideoFailed(const VideoInput&, const std::string& why) {
  ++failed_;
  error_ = why;
}

void JsonConsole::OnVideoDone(const VideoProgress& progress, const VideoInput& input) {
  Json fields = {{"video", progress.video},
                 {"path", input.path.string()},
                 {"video_seconds", progress.frames.seconds}};
  fields[error_.is_null() ? "result" : "error"] = error_.is_null() ? result_ : error_;
  Tell(error_.is_null() ? "video_finished" : "video_failed", fields);
}

bool JsonConsole::IsTimeToTell() {
  const auto now = Clock::now();
  if (now - last_told_ < kTellInterval) return false;
  last_told_ = now;
  return true;
}

void JsonConsole::Message(const char* level, const std::string& text) {
  Tell("message", {{"level", level}, {"text", text}});
}

void JsonConsole::TellEnd(int exit_code, const Json& error) {
  Tell("end", {{"exit_code", exit_code},
               {"error", error},
               {"output", name_.output},
               {"videos", videos_},
               {"failed", failed_}});
}

// As one write, so that lines of other programs do not come between.
void JsonConsole::Tell(const char* event, const Json& fields) {
  Json line = {{"event", event}, {"seconds", SecondsSince(start_)}};
  line.update(fields);
  err_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n" << std::flush;
}

}  // namespace mestr::cli
