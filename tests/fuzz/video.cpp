#include "fuzz/targets.h"
#include "mestr/video/frame_source.h"

namespace mestr::fuzz {

Outcome Video(std::string_view bytes) {
  // How long reading takes goes with the frames, and a few bytes may stand for many.
  constexpr int kMostFrames = 64;
  const auto file = ScratchFile("clip.mp4", bytes);
  return ReadOrRefuse({ErrorKind::kInput}, [&] {
    const auto source = OpenVideoFile(file);
    Frame frame;
    for (int i = 0; i < kMostFrames && source->Next(frame); ++i) {
    }
    for (const std::string& note : source->info().notes) RequireLine(note);
  });
}

}  // namespace mestr::fuzz
