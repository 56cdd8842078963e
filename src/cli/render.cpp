#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr std::array<std::pair<const char*, bool OverlayParts::*>, 4> kParts = {
    {{"box", &OverlayParts::box},
     {"landmarks", &OverlayParts::landmarks},
     {"regions", &OverlayParts::regions},
     {"scores", &OverlayParts::scores}}};

struct Flags {
  std::string video;
  std::string results;
  std::string output;
  std::string landmarks;
  std::vector<std::string> hide;
};

void AddFlags(CommandApp& app, Flags& flags) {
  app.Group(kInputGroup);
  app.add_option("VIDEO", flags.video, "The video: a file or a folder of frames")
      ->type_name(kPathType)
      ->required();
  app.add_option("--results", flags.results, "Folder of the run that has the video's results")
      ->type_name(kFolderType)
      ->required();
  app.add_option("--landmarks", flags.landmarks, "dlib's 68-point model, where it is not found")
      ->type_name(kFileType);
  app.Group(kOutputGroup);
  app.add_option("-o,--output", flags.output, "The video to write, .mp4 (H.264)")
      ->type_name(kFileType)
      ->required();
  std::vector<std::string> names;
  names.reserve(kParts.size());
  for (const auto& part : kParts) names.emplace_back(part.first);
  app.add_option("--hide", flags.hide, "What not to draw")
      ->type_name("box|landmarks|regions|scores")
      ->delimiter(',')
      ->check(OneOf(names));
}

RenderOptions OptionsFrom(const Flags& flags) {
  RenderOptions options{.video = flags.video,
                        .results = flags.results,
                        .output = flags.output,
                        .landmark_model = flags.landmarks};
  for (const auto& [name, part] : kParts) {
    options.parts.*part = std::find(flags.hide.begin(), flags.hide.end(), name) == flags.hide.end();
  }
  return options;
}

int Run(const Flags& flags, std::ostream& out, std::ostream& err) {
  std::function<void(std::int64_t, std::int64_t)> progress;
  if (&err == &std::cerr && ::isatty(STDERR_FILENO) != 0) {
    progress = [&err](std::int64_t done, std::int64_t all) {
      err << '\r' << done << " of " << all << " frames" << (done == all ? "\n" : "") << std::flush;
    };
  }
  const RenderSummary summary = LoadCompute().render(OptionsFrom(flags), progress);
  out << Counted(summary.frames, "frame") << " with " << Counted(summary.finds, "find") << " in "
      << Printable(flags.output) << '\n';
  return kExitOk;
}

Action Define(CommandApp& app) {
  app.description("Draws what a run found over the video: face, landmarks, scores, intervals.");
  const auto flags = std::make_shared<Flags>();
  AddFlags(app, *flags);
  app.AddExample("mestr render clip.mp4 --results clip_mestr -o annotated.mp4",
                 "What mestr run clip.mp4 found");
  app.AddExample("mestr render clip.mp4 --results out -o plain.mp4 --hide landmarks,regions",
                 "With less drawn");
  return [flags](std::ostream& out, std::ostream& err) { return Run(*flags, out, err); };
}

}  // namespace

const Command kRenderCommand = {"render", "a video with what was found drawn over it", Define};

}  // namespace mestr::cli
