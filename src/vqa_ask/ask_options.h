// Everything that `mestr vqa ask` can be told.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "mestr/video/frame_source.h"

namespace mestr::internal {

// The environment's variable with the key of the server.
inline constexpr char kKeyVariable[] = "MESTR_API_KEY";

// "127.0.0.1:8080/v1" of "http://127.0.0.1:8080/v1"; empty where it is neither http nor https.
std::string_view AfterUrlScheme(std::string_view url);

struct ServerOptions {
  // Of the API: "http://127.0.0.1:8080" (/v1 is added where there is no path),
  // "https://example.org/api/v1".
  std::string url;
  std::string model;
  double timeout_s = 300;   // of a request, in [1, 86400]
  int retries = 5;          // after a failure that may pass, in [0, 100]
  double retry_wait_s = 1;  // before the first of them, NextRetryWait_s before each later one,
                            // in (0, 300]

  // Throws Error{kConfig} naming the flag that is out of range, and for a URL that is none of http
  // or https, or has a name, a password or a key in it.
  void Check() const;
};

// The inputs of the challenge's baseline.
enum class ClipInput {
  kVideo,            // "video": frames at equal distances, the first and the last one too
  kOnsetApexOffset,  // "oao": three frames
  kFlow,             // "of": TV-L1 from onset to apex as a colour picture (FlowColours)
};

// Parsing throws Error{kConfig} naming the three.
std::string_view ClipInputName(ClipInput input);
ClipInput ParseClipInput(std::string_view name);

struct ClipOptions {
  ClipInput input = ClipInput::kVideo;
  int frames = 8;          // of kVideo, in [1, 1000]; fewer of a shorter clip
  int most_side_px = 640;  // larger pictures are scaled down, in [16, 100000]
  bool jpeg = false;       // of quality 95; PNG otherwise
  VideoOptions video = {};

  // Throws Error{kConfig} naming the flag that is out of range.
  void Check() const;
};

struct AskOptions {
  std::filesystem::path questions;
  std::filesystem::path videos;  // as an argument of ResolveInputs: a folder that holds the clips
  std::filesystem::path output;  // a folder
  ServerOptions server;
  ClipOptions clip;
  // Where onset, apex and offset come from: at most one; one where `clip` needs them.
  std::optional<std::filesystem::path> labels;
  std::optional<std::filesystem::path> run;
  std::optional<std::filesystem::path> clips;  // FindClips: says too what part of a video is meant
  std::string prompts = "choices";             // Prompts::Load
  int max_tokens = 256;                        // of an answer, in [1, 100000]
  std::int64_t seed = 1;                       // in [0, 2^31 - 1]
  int parallel = 4;                            // requests at once, in [1, 256]
  bool overwrite = false;  // an answered file of other settings; kept answers stay

  // Throws Error{kConfig} naming the flag.
  void Check() const;
};

}  // namespace mestr::internal
