#include "core/files.h"
#include "fuzz/targets.h"
#include "results/results.h"

namespace mestr::fuzz {
namespace {

constexpr char kRun[] =
    R"({"mestr": "0.1.0", "status": "complete", "wall_seconds": 1, "device": {"reason": "cpu"},
        "models": [], "notes": [],
        "config": {"video": {"most_megapixels": 100, "deinterlace": true, "keep_damaged": false}},
        "videos": [{"path": "a.mp4", "dataset": "", "subject": "", "video": "a", "ok": true,
                    "file": "videos/a.json", "wall_seconds": 1}]})";

void ReadAll(const std::filesystem::path& folder) {
  const internal::RunResults run = internal::ReadRun(folder);
  for (const internal::RunVideo& video : run.videos) {
    if (!video.error) internal::ReadVideo(run, video);
  }
}

}  // namespace

// run.json and a video's record, in this order, with a form feed between; without one, the record
// alone, of a run that is right.
Outcome ResultsFolder(std::string_view bytes) {
  const auto folder = EmptyScratchFolder("out");
  const std::size_t end = bytes.find('\f');
  const bool both = end != std::string_view::npos;
  ScratchFile("out/run.json", both ? bytes.substr(0, end) : std::string_view(kRun));
  std::filesystem::create_directory(folder / "videos");
  ScratchFile("out/videos/a.json", both ? bytes.substr(end + 1) : bytes);
  return ReadOrRefuse({ErrorKind::kInput}, [&] { ReadAll(folder); });
}

}  // namespace mestr::fuzz
