// Linked by the program itself: nothing here may need OpenCV or libcurl.
#include "vqa_ask/ask_options.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "core/nearest_name.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr std::array<std::pair<ClipInput, std::string_view>, 3> kNames = {
    {{ClipInput::kVideo, "video"}, {ClipInput::kOnsetApexOffset, "oao"}, {ClipInput::kFlow, "of"}}};

}  // namespace

std::string_view AfterUrlScheme(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (url.starts_with(scheme)) return url.substr(scheme.size());
  }
  return {};
}

void ServerOptions::Check() const {
  const std::string_view rest = AfterUrlScheme(url);
  if (rest.empty() || rest.front() == '/' || rest.find_first_of(" \t\r\n") != std::string::npos) {
    throw Error(ErrorKind::kConfig,
                "--server " + Quoted(url) + " must be a URL such as http://127.0.0.1:8080");
  }
  if (rest.find_first_of("@?#") != std::string_view::npos) {
    throw Error(ErrorKind::kConfig,
                std::string("--server must be a URL without user, password, '?' and '#'; the key "
                            "comes from the environment's ") +
                    kKeyVariable);
  }
  if (Trimmed(model).empty()) throw Error(ErrorKind::kConfig, "--model is empty");
  RequireInRange("--timeout", timeout_s, Limits::Closed(1, 86400, "s"));
  RequireInRange("--retries", retries, Limits::Closed(0, 100));
  RequireInRange("--retry-wait", retry_wait_s, Limits::OpenLow(0, 300, "s"));
}

std::string_view ClipInputName(ClipInput input) {
  return std::find_if(kNames.begin(), kNames.end(),
                      [&](const auto& named) { return named.first == input; })
      ->second;
}

ClipInput ParseClipInput(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [input, known] : kNames) {
    if (known == name) return input;
    names.emplace_back(known);
  }
  throw Error(ErrorKind::kConfig, WithHint("no input " + Quoted(name), NearestName(name, names),
                                           "known: " + Joined(names, ", ")));
}

void ClipOptions::Check() const {
  RequireInRange("--frames", frames, Limits::Closed(1, 1000));
  RequireInRange("--most-side", most_side_px, Limits::Closed(16, 100000, "px"));
  video.Check();
}

void AskOptions::Check() const {
  server.Check();
  clip.Check();
  RequireInRange("--max-tokens", max_tokens, Limits::Closed(1, 100000));
  RequireInRange("--seed", static_cast<double>(seed), Limits::Closed(0, 2147483647));
  RequireInRange("--parallel", parallel, Limits::Closed(1, 256));
  if (labels.has_value() + run.has_value() + clips.has_value() > 1) {
    throw Error(ErrorKind::kConfig, "give one of --labels, --run and --clips");
  }
  if (clip.input != ClipInput::kVideo && !labels && !run && !clips) {
    throw Error(ErrorKind::kConfig,
                "--input " + std::string(ClipInputName(clip.input)) +
                    " needs onset, apex and offset: from --labels, from --clips, or from --run, "
                    "a folder of mestr run");
  }
}

}  // namespace mestr::internal
