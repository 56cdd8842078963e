#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/console.h"
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
  MessageFlags messages;
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
  for (const auto& part : kParts) names.emplace_back(part.first);
  app.add_option("--hide", flags.hide, "What not to draw, several with commas")
      ->type_name(Joined(names, "|"))
      ->delimiter(',')
      ->check(OneOf(names));
  flags.messages.AddTo(app);
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

int Run(const Flags& flags, Console& console, std::ostream& out) {
  const RenderSummary summary = LoadCompute().render(
      OptionsFrom(flags),
      [&](std::int64_t done, std::int64_t all) { console.Count("frames", done, all); });
  out << Counted(summary.frames, "frame") << " with " << Counted(summary.finds, "find") << " in "
      << Printable(flags.output) << '\n';
  return kExitOk;
}

Action Define(CommandApp& app) {
  app.description("Draws what a run found over the video: face, landmarks, scores, intervals.");
  const auto flags = std::make_shared<Flags>();
  AddFlags(app, *flags);
  app.AddExample("mestr render clip.mp4 --results clip_mestr -o annotated.mp4",
                 "All that there is to draw");
  app.AddExample("mestr render clip.mp4 --results out -o finds.mp4 --hide landmarks,regions",
                 "The box, the scores and the finds alone");
  return [flags](std::ostream& out, std::ostream& err) {
    const auto console = MakeConsole(err, flags->messages, {"render", flags->output});
    return console->Run([&] { return Run(*flags, *console, out); });
  };
}

}  // namespace

const Command kRenderCommand = {"render", "a video with what was found drawn over it", Define};

}  // namespace mestr::cli
