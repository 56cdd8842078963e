// Who is who: the people of a video, kept apart by place and look.
#pragma once

#include <cstdint>
#include <deque>
#include <opencv2/core/types.hpp>
#include <vector>

#include "face/face_look.h"

namespace mestr::internal {

struct Person {
  std::int32_t track = 0;  // FrameFace::track
  PersonGallery gallery;
  RecentLook recent;  // in this shot
  // Where and when the person was seen last.
  cv::Rect box;
  std::int64_t frame = -1;
};

// The likeness below which a look is not this person's.
inline constexpr double kSamePerson = 0.3;

class People {
 public:
  // `fps` > 0; `most` people, >= 1.
  People(double fps, std::size_t most) : near_frames_(3 * fps), most_(most) {}

  // After a cut nobody's place and light are known any more. `frame` is the first of the new shot.
  void BeginShot(std::int64_t frame);

  // Who looks like this, of those who are not `taken`; nullptr: nobody known.
  Person* Find(const FaceLook& look, const cv::Rect& box, std::int64_t frame,
               const std::vector<const Person*>& taken);

  // Somebody new, or nullptr where there are as many as may be.
  Person* Add();

 private:
  double PlaceBonus(const Person& person, const cv::Rect& box, std::int64_t frame) const;

  double near_frames_;
  std::size_t most_;
  std::int64_t shot_ = 0;
  std::deque<Person> people_;  // in which they stay where they are
};

}  // namespace mestr::internal
