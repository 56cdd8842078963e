// What make_people writes, and where the tests find it.
#pragma once

#include <cstdint>
#include <string>

namespace mestr::testing {

// Who is in the small clips, and how many frames at most. Of the first one: a micro-expression in
// the second second, a blink in the third.
inline constexpr int kSmallClipPerson = 13;
inline constexpr int kSmallClipMostFrames = 120;
inline constexpr int kOtherClipPerson = 2;
inline constexpr int kOtherClipMostFrames = 30;
inline constexpr int kPicturedPeople[] = {3, 8};

inline constexpr char kPeopleClearClip[] = "clear";
inline constexpr char kPeopleTruthFile[] = "truth.json";

inline std::string PeopleClipName(int person) { return "small_" + std::to_string(person); }
inline std::string PeoplePictureName(int person) { return "picture_" + std::to_string(person); }
inline std::string PeopleFrameName(std::int64_t index) { return std::to_string(index) + ".png"; }

}  // namespace mestr::testing
