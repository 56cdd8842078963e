#include "face/people.h"

#include <algorithm>

#include "face/seen_face.h"

namespace mestr::internal {

void People::BeginShot(std::int64_t frame) {
  shot_ = frame;
  for (Person& person : people_) person.recent.Clear();
}

Person* People::Find(const FaceLook& look, const cv::Rect& box, std::int64_t frame,
                     const std::vector<const Person*>& taken) {
  Person* best = nullptr;
  double best_score = kSamePerson;
  for (Person& person : people_) {
    if (std::find(taken.begin(), taken.end(), &person) != taken.end()) continue;
    const double score = person.gallery.Likeness(look) + PlaceBonus(person, box, frame);
    if (score < best_score) continue;
    best = &person;
    best_score = score;
  }
  return best;
}

Person* People::Add() {
  if (people_.size() >= most_) return nullptr;
  const auto track = static_cast<std::int32_t>(people_.size());
  people_.emplace_back().track = track;
  return &people_.back();
}

// Within one shot and a few seconds, who sits where somebody sat is likely to be the same.
double People::PlaceBonus(const Person& person, const cv::Rect& box, std::int64_t frame) const {
  constexpr double kBonus = 0.3;
  if (person.frame < shot_ || static_cast<double>(frame - person.frame) > near_frames_) return 0;
  return kBonus * Overlap(person.box, box);
}

}  // namespace mestr::internal
