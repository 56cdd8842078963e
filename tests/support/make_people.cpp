// Renders what the tests look at into a folder, once a build: a test program starts for every case.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/people_files.h"
#include "synth/clip.h"
#include "synth/person_renderer.h"

namespace mestr::testing {
namespace {

using internal::synth::Clip;
using internal::synth::ClipOptions;
using internal::synth::Context;
using internal::synth::EventKind;
namespace fs = std::filesystem;

ClipOptions Small(Context context, int person, int frames) {
  ClipOptions options;
  options.contexts = {context};
  options.person = person;
  options.seed = static_cast<std::uint64_t>(person);
  options.fps = 30;
  options.seconds = frames / options.fps;
  options.width_px = 320;
  options.height_px = 240;
  options.gap_s = 0.1;
  options.noise_gray = 2;
  return options;
}

void Write(const fs::path& file, const cv::Mat& image) {
  if (!cv::imwrite(file.string(), image)) throw std::runtime_error("cannot write " + file.string());
}

void WriteJson(const fs::path& file, const nlohmann::json& json) {
  std::ofstream out(file);
  if (!(out << json)) throw std::runtime_error("cannot write " + file.string());
}

void WriteClip(const fs::path& folder, const ClipOptions& options) {
  fs::create_directories(folder);
  Clip clip(options);
  for (std::int64_t i = 0; i < clip.frame_count(); ++i) {
    Write(folder / PeopleFrameName(i), clip.NextFrame());
  }
  nlohmann::json micro = nlohmann::json::array();
  for (const auto& event : clip.events()) {
    if (event.kind == EventKind::kMicro) {
      micro.push_back({event.frames.onset, event.frames.offset});
    }
  }
  WriteJson(folder / kPeopleTruthFile, {{"frames", clip.frame_count()}, {"micro", micro}});
}

void WritePicture(const fs::path& folder, int person) {
  fs::create_directories(folder);
  internal::synth::SceneOptions scene;
  scene.width_px = 400;
  scene.height_px = 320;
  scene.face_width = 130.0 / scene.height_px;
  const internal::synth::PersonRenderer renderer(person, scene);
  const auto points = renderer.LandmarkPoints({});
  const cv::Rect face = cv::boundingRect(std::vector<cv::Point2f>(points.begin(), points.end()));
  Write(folder / PeopleFrameName(0), renderer.Render({}));
  WriteJson(folder / kPeopleTruthFile, {{"face", {face.x, face.y, face.width, face.height}}});
}

void WriteAll(const fs::path& folder) {
  fs::remove_all(folder);
  WriteClip(folder / PeopleClipName(kSmallClipPerson),
            Small(Context::kStill, kSmallClipPerson, kSmallClipMostFrames));
  WriteClip(folder / PeopleClipName(kOtherClipPerson),
            Small(Context::kStill, kOtherClipPerson, kOtherClipMostFrames));
  ClipOptions clear = Small(Context::kFrozen, 1, 60);
  clear.expressions = 1;
  clear.intensity_min_px200 = clear.intensity_max_px200 = 8;
  clear.length = {0.42, 0, 0.42, 0.42};  // the mean of CAS(ME)^2
  WriteClip(folder / kPeopleClearClip, clear);
  for (const int person : kPicturedPeople) WritePicture(folder / PeoplePictureName(person), person);
}

}  // namespace
}  // namespace mestr::testing

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_people FOLDER\n";
    return 2;
  }
  mestr::testing::WriteAll(argv[1]);
  return 0;
}
