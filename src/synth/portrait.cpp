#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/files.h"
#include "mestr/core/error.h"
#include "synth/embedded_portrait.h"
#include "synth/geometry.h"
#include "synth/synth.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

[[noreturn]] void ThrowBad(const std::string& file, const std::string& what) {
  throw Error(ErrorKind::kInput, "cannot use " + file + ": " + what);
}

std::vector<cv::Point2d> ReadPoints(const Json& list, const std::string& file) {
  std::vector<cv::Point2d> points;
  for (const Json& point : list) {
    if (point.size() != 2) ThrowBad(file, "a point has two numbers");
    points.emplace_back(point.at(0).get<double>(), point.at(1).get<double>());
  }
  return points;
}

// Of the six points around an eye, clockwise from its left corner: 36..41 or 42..47.
Portrait::Eyelids EyelidsFromLandmarks(const std::vector<cv::Point2d>& p, int first) {
  return {{p[first], p[first + 1], p[first + 2], p[first + 3]},
          {p[first], p[first + 5], p[first + 4], p[first + 3]}};
}

std::array<Portrait::Eyelids, 2> ReadEyelids(const Json& json,
                                             const std::vector<cv::Point2d>& landmarks,
                                             const std::string& file) {
  if (!json.contains("eyelids_px")) {
    return {EyelidsFromLandmarks(landmarks, 36), EyelidsFromLandmarks(landmarks, 42)};
  }
  const Json& list = json.at("eyelids_px");
  if (list.size() != 2) ThrowBad(file, "eyelids_px needs two eyes");
  std::array<Portrait::Eyelids, 2> eyelids;
  for (int eye = 0; eye < 2; ++eye) {
    eyelids[eye] = {ReadPoints(list.at(eye).at("upper"), file),
                    ReadPoints(list.at(eye).at("lower"), file)};
    if (eyelids[eye].upper_px.size() < 3 || eyelids[eye].lower_px.size() < 3) {
      ThrowBad(file, "each eyelid needs at least three points");
    }
  }
  return eyelids;
}

// The picture's own axes serve for up, down and left: a head may be tilted, not lie on its side.
void CheckUprightFace(const Portrait& portrait, const std::string& file) {
  const auto& p = portrait.landmarks_px;
  for (int i = 0; i < Portrait::kLandmarkCount; ++i) {
    if (!(p[i].x >= 0 && p[i].y >= 0 && p[i].x < portrait.image_bgr.cols &&
          p[i].y < portrait.image_bgr.rows)) {
      ThrowBad(file, "landmark " + std::to_string(i) + " lies outside of the image");
    }
  }
  const cv::Point2d left = synth::MeanOf(p, 36, 41);
  const cv::Point2d right = synth::MeanOf(p, 42, 47);
  const bool upright = right.x - left.x > 8 && p[8].y > p[57].y && p[57].y > p[33].y &&
                       p[33].y > left.y && p[33].y > right.y && p[54].x > p[48].x;
  if (!upright) {
    ThrowBad(
        file,
        "the 68 landmarks are not those of an upright face (iBUG 300-W order, eyes more than 8 "
        "px apart)");
  }
  for (const Portrait::Eyelids& lids : portrait.eyelids) {
    for (const auto* line : {&lids.upper_px, &lids.lower_px}) {
      if (line->back().x - line->front().x < 2) {
        ThrowBad(file, "an eyelid does not go from left to right");
      }
    }
  }
}

Portrait MakePortrait(const std::string& image_bytes, const std::string& image_name,
                      const std::string& json_text, const std::string& json_name) {
  Portrait portrait;
  const cv::Mat bytes(1, static_cast<int>(image_bytes.size()), CV_8UC1,
                      const_cast<char*>(image_bytes.data()));
  if (!image_bytes.empty()) portrait.image_bgr = cv::imdecode(bytes, cv::IMREAD_COLOR);
  if (portrait.image_bgr.empty()) ThrowBad(image_name, "it is not an image");
  try {
    const Json json = Json::parse(json_text);
    const std::vector<cv::Point2d> landmarks = ReadPoints(json.at("landmarks_px"), json_name);
    if (landmarks.size() != Portrait::kLandmarkCount) {
      ThrowBad(json_name,
               "landmarks_px has " + std::to_string(landmarks.size()) + " points instead of 68");
    }
    std::copy(landmarks.begin(), landmarks.end(), portrait.landmarks_px.begin());
    portrait.eyelids = ReadEyelids(json, landmarks, json_name);
  } catch (const Json::exception&) {
    ThrowBad(json_name,
             "it must be JSON with landmarks_px, 68 pairs of numbers, and may have eyelids_px, for "
             "each eye the lids 'upper' and 'lower' of such pairs");
  }
  CheckUprightFace(portrait, json_name);
  return portrait;
}

}  // namespace

Portrait DefaultPortrait() {
  return MakePortrait(synth::EmbeddedPortraitImage(), "the portrait built in",
                      synth::EmbeddedPortraitLandmarks(), "the landmarks built in");
}

Portrait LoadPortrait(const fs::path& image) {
  const fs::path json = fs::path(image).replace_extension(".json");
  const std::string image_bytes = ReadFile(image);
  return MakePortrait(image_bytes, image.string(), ReadFile(json), json.string());
}

}  // namespace mestr::internal
