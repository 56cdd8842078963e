#include <algorithm>
#include <fstream>
#include <vector>

#include "fuzz/targets.h"
#include "mestr/video/frame_source.h"
#include "mestr/video/inputs.h"

namespace mestr::fuzz {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostFiles = 40;

std::string_view TakeUntil(std::string_view& bytes, std::string_view end) {
  const std::string_view taken = bytes.substr(0, bytes.find(end));
  bytes.remove_prefix(std::min(bytes.size(), taken.size() + end.size()));
  return taken;
}

bool CanBeAName(std::string_view name) {
  constexpr std::size_t kMostBytes = 255;
  return !name.empty() && name != "." && name != ".." && name.size() <= kMostBytes &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

// Names, one a line, up to an empty line; then the files' contents, between lines "--". Where there
// are fewer contents than names, the last one serves for the rest.
fs::path MakeFolder(std::string_view bytes) {
  fs::path folder = EmptyScratchFolder("frames");
  std::vector<std::string_view> names;
  for (std::string_view list = TakeUntil(bytes, "\n\n"); !list.empty();) {
    const std::string_view name = TakeUntil(list, "\n");
    if (CanBeAName(name) && names.size() < kMostFiles) names.push_back(name);
  }
  std::string_view content;
  for (const std::string_view name : names) {
    if (!bytes.empty()) content = TakeUntil(bytes, "\n--\n");
    std::ofstream(folder / fs::path(name), std::ios::binary) << content;
  }
  return folder;
}

}  // namespace

Outcome ImageFolder(std::string_view bytes) {
  const fs::path folder = MakeFolder(bytes);
  return ReadOrRefuse({ErrorKind::kInput}, [&] {
    const ResolvedInputs resolved = ResolveInputs({folder.string()}, {.layouts = {}, .fps = 30});
    for (const std::string& note : resolved.notes) RequireLine(note);
    for (const VideoInput& input : resolved.videos) {
      const auto source = OpenInput(input);
      for (const std::string& note : source->info().notes) RequireLine(note);
      for (Frame frame; source->Next(frame);) {
      }
    }
  });
}

}  // namespace mestr::fuzz
