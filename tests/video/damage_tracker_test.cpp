#include "video/damage_tracker.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

using Silence = DamageTracker::Silence;

// Sends packets 1, 2, ... with these stamps.
DamageTracker Sent(Silence silence, const std::vector<DamageTracker::Stamp>& stamps) {
  DamageTracker tracker(silence);
  std::int64_t packet = 0;
  for (const DamageTracker::Stamp& stamp : stamps) tracker.Sent(++packet, stamp, packet, true);
  return tracker;
}

bool IsTrusted(const DamageTracker::Verdict& verdict) { return verdict.damage.empty(); }

TEST(DamageTracker, WholePicturesAreTrusted) {
  DamageTracker tracker = Sent(Silence::kLost, {0, 3, 1, 2});
  EXPECT_TRUE(IsTrusted(tracker.Came(1, 0, true)));
  EXPECT_TRUE(IsTrusted(tracker.Came(3, 1, false)));
  EXPECT_TRUE(IsTrusted(tracker.Came(4, 2, false)));
  EXPECT_TRUE(IsTrusted(tracker.Came(2, 3, false)));
  EXPECT_TRUE(tracker.LostAtEnd().empty());
}

TEST(DamageTracker, DamageLastsUpToTheNextWholeKeyFrame) {
  DamageTracker tracker = Sent(Silence::kLost, {0, 1, 2, 3, 4});
  tracker.Damaged(2, "holes");
  tracker.Damaged(4, "more holes");
  EXPECT_TRUE(IsTrusted(tracker.Came(1, 0, true)));
  EXPECT_EQ(tracker.Came(2, 1, false).damage, "holes");
  EXPECT_EQ(tracker.Came(3, 2, false).damage, "holes");
  EXPECT_EQ(tracker.Came(4, 3, true).damage, "more holes");  // a key frame, but not whole
  EXPECT_TRUE(IsTrusted(tracker.Came(5, 4, true)));
}

// Stored I6 b4 b5 P9, displayed b4 b5 I6 P9.
TEST(DamageTracker, WhatIsDisplayedBeforeAKeyFrameRestsOnWhatIsStoredBeforeIt) {
  DamageTracker tracker = Sent(Silence::kLost, {0, 3, 6, 4, 5, 9});
  tracker.Damaged(2, "holes");
  EXPECT_TRUE(IsTrusted(tracker.Came(1, 0, true)));
  EXPECT_FALSE(IsTrusted(tracker.Came(2, 3, false)));
  EXPECT_FALSE(IsTrusted(tracker.Came(4, 4, false)));
  EXPECT_FALSE(IsTrusted(tracker.Came(5, 5, false)));
  EXPECT_TRUE(IsTrusted(tracker.Came(3, 6, true)));
  EXPECT_TRUE(IsTrusted(tracker.Came(6, 9, false)));
}

TEST(DamageTracker, DamageOfLeadingPicturesEndsWithTheKeyFrameTheyLeadTo) {
  DamageTracker tracker = Sent(Silence::kLost, {6, 4, 5, 9});
  tracker.Damaged(2, "no reference");
  EXPECT_FALSE(IsTrusted(tracker.Came(2, 4, false)));
  EXPECT_FALSE(IsTrusted(tracker.Came(3, 5, false)));
  EXPECT_TRUE(IsTrusted(tracker.Came(1, 6, true)));
  EXPECT_TRUE(IsTrusted(tracker.Came(4, 9, false)));
}

TEST(DamageTracker, DamageBehindAKeyFrameOutlivesIt) {
  DamageTracker tracker = Sent(Silence::kLost, {6, 9, 7, 8, 12});
  tracker.Damaged(2, "holes");  // P9 is decoded before I6 is displayed
  EXPECT_TRUE(IsTrusted(tracker.Came(1, 6, true)));
  EXPECT_FALSE(IsTrusted(tracker.Came(3, 7, false)));
  EXPECT_FALSE(IsTrusted(tracker.Came(4, 8, false)));
  EXPECT_FALSE(IsTrusted(tracker.Came(2, 9, false)));
  EXPECT_FALSE(IsTrusted(tracker.Came(5, 12, false)));
}

TEST(DamageTracker, ADamagedPacketWithoutAPictureIsLostInItsPlace) {
  DamageTracker tracker = Sent(Silence::kUsual, {0, 1, 3, 2, 4});
  tracker.Damaged(4, "does not decode");
  EXPECT_TRUE(tracker.Came(1, 0, true).lost_before.empty());
  EXPECT_TRUE(tracker.Came(2, 1, false).lost_before.empty());
  const DamageTracker::Verdict verdict = tracker.Came(3, 3, false);
  ASSERT_EQ(verdict.lost_before.size(), 1U);
  EXPECT_EQ(verdict.lost_before[0].stamp, 2);
  EXPECT_EQ(verdict.lost_before[0].damage, "does not decode");
  EXPECT_TRUE(IsTrusted(verdict));
}

TEST(DamageTracker, WithoutStampsPicturesAreLostBeforeTheNextKeyFrameOrAtTheEnd) {
  const DamageTracker::Stamp none;
  DamageTracker tracker = Sent(Silence::kSuspicious, {none, none, none, none, none});
  tracker.Damaged(2, "does not decode");
  tracker.Damaged(5, "cut off");
  EXPECT_TRUE(tracker.Came(1, none, true).lost_before.empty());
  EXPECT_TRUE(tracker.Came(3, none, false).lost_before.empty());
  EXPECT_EQ(tracker.Came(4, none, true).lost_before.size(), 1U);
  const std::vector<DamageTracker::Lost> lost = tracker.LostAtEnd();
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].damage, "cut off");
}

TEST(DamageTracker, SilenceMeansWhatTheCodecMakesOfIt) {
  const auto lost = [](Silence silence) {
    DamageTracker tracker = Sent(silence, {0, 1, 2});
    tracker.Came(1, 0, true);
    return tracker.Came(3, 2, false).lost_before.size();
  };
  EXPECT_EQ(lost(Silence::kLost), 1U);
  EXPECT_EQ(lost(Silence::kSuspicious), 0U);
  EXPECT_EQ(lost(Silence::kUsual), 0U);
}

TEST(DamageTracker, SilenceAtTheStartIsOfPicturesThatCannotBeDecoded) {
  const auto lost = [](Silence silence) {
    return Sent(silence, {6, 4, 5}).Came(1, 6, true).lost_before.size();
  };
  EXPECT_EQ(lost(Silence::kSuspicious), 2U);
  EXPECT_EQ(lost(Silence::kUsual), 0U);
}

// Two streams joined: 10 11 12 | 0 1 2.
TEST(DamageTracker, StampsAreNotComparedAcrossAStepBackOfTheClock) {
  DamageTracker tracker(Silence::kLost);
  std::int64_t packet = 0;
  for (const std::int64_t stamp : {10, 11, 12, 0, 1, 2}) tracker.Sent(++packet, stamp, stamp, true);
  for (const std::int64_t number : {1, 2, 4, 5, 6}) {
    const DamageTracker::Verdict verdict = tracker.Came(number, std::nullopt, number == 4);
    EXPECT_EQ(verdict.lost_before.size(), number == 4 ? 1U : 0U) << number;
    EXPECT_TRUE(IsTrusted(verdict));
  }
}

TEST(DamageTracker, ASecondPictureOfAPacketIsKnown) {
  DamageTracker tracker = Sent(Silence::kLost, {0, 1});
  EXPECT_FALSE(tracker.Came(1, 0, true).is_second);
  EXPECT_TRUE(tracker.Came(1, 0, true).is_second);
  EXPECT_FALSE(tracker.Came(2, 1, false).is_second);
}

}  // namespace
}  // namespace mestr::internal
