#include "video/missing_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

using ::testing::HasSubstr;

TEST(MissingFrames, AreNamedAndCountedFromOne) {
  MissingFrames missing;
  EXPECT_EQ(missing.Note(), "");
  missing.Add(30, "holes");
  EXPECT_THAT(missing.Note(), HasSubstr("frame 31 is damaged"));
  EXPECT_THAT(missing.Note(), HasSubstr("(holes)"));
  missing.Add(31, "other holes");
  missing.Add(32, "other holes");
  missing.Add(59, "other holes");
  EXPECT_THAT(missing.Note(), HasSubstr("frames 31 to 33, 60 (4 in all) are damaged"));
  EXPECT_THAT(missing.Note(), HasSubstr("(holes)"));
}

TEST(MissingFrames, OnlyTheFirstFewStretchesAreNamed) {
  MissingFrames missing;
  for (int i = 0; i < 100; ++i) missing.Add(10 * i, "holes");
  EXPECT_THAT(missing.Note(), HasSubstr("frames 1, 11, 21, 31, 41, others (100 in all) are"));
}

}  // namespace
}  // namespace mestr::internal
