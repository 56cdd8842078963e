#include "report/made_footage.h"

#include <nlohmann/json.hpp>

#include "core/record_file.h"
#include "pipeline/outputs.h"
#include "results/input_state.h"
#include "results/made_results.h"
#include "support/synthetic_video.h"
#include "video/mp4_writer.h"

namespace mestr::testing {
namespace fs = std::filesystem;

Analysis FootageAnalysis(const std::vector<double>& times_s, double fps) {
  Analysis analysis = MadeAnalysis();
  analysis.info.width = 320;
  analysis.info.height = 240;
  analysis.fps = fps;
  analysis.frame_times_s = times_s;
  for (FrameFace& face : analysis.faces) {
    if (!face.box.empty()) face.box = {100, 60, 120, 120};
  }
  return analysis;
}

std::vector<double> EvenTimes(double fps) {
  std::vector<double> times_s;
  for (int i = 0; i < 90; ++i) times_s.push_back(i / fps);
  return times_s;
}

std::vector<double> UnevenTimes() {
  std::vector<double> times_s;
  double time_s = 0;
  for (int i = 0; i < 90; ++i) {
    times_s.push_back(time_s);
    time_s += i % 7 < 4 ? 0.0333667 : 0.0500123;
  }
  return times_s;
}

void WriteFootage(const fs::path& path, const std::vector<double>& times_s, int width_px) {
  const SyntheticVideo person = SmallClip(static_cast<int>(times_s.size()));
  internal::Mp4Writer writer(path,
                             {.size = {width_px, 240},
                              .fps = 30,
                              .ticks_per_s = internal::Mp4Ticks(times_s, 30).value_or(90'000)});
  for (std::size_t i = 0; i < times_s.size(); ++i) {
    const cv::Mat frame = person.FrameAt(static_cast<std::int64_t>(i));
    writer.Write(frame.colRange(0, width_px), times_s[i]);
  }
  writer.Finish();
}

void WriteFootageResults(const fs::path& folder, const fs::path& path, const Analysis& analysis) {
  const std::string name = path.stem().string();
  nlohmann::ordered_json entry = MadeEntry(name);
  entry["path"] = path.string();
  entry["made_from"] = internal::MadeFrom({path, {"", "", name}, {}});
  internal::WriteRecord(folder / "run.json", MadeRun({entry}));
  internal::WriteRecord(folder / "videos" / (name + ".json"),
                        internal::VideoToJson({path, {"", "", name}, {}}, analysis));
}

}  // namespace mestr::testing
