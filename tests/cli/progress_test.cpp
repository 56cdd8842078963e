#include "cli/progress.h"

#include "core/text.h"
#include "support/test_support.h"

namespace mestr::cli {
namespace {

constexpr std::size_t kWide = 200;

VideoProgress SecondOfThirty() {
  return {.video = 2,
          .videos = 30,
          .name = "clip.mp4",
          .frames = {.done = 120, .expected = 600, .seconds = 2},
          .seconds = 10};
}

TEST(Progress, SaysHowFarTheVideoAndAllOfThemAre) {
  EXPECT_EQ(
      ProgressText(SecondOfThirty(), kWide),
      "[2/30] clip.mp4: 120 of 600 frames (20 %), 60 a second, 0:08 left; all: 4 %, 4:00 left");
}

TEST(Progress, GuessesTheTimeLeftFromVideosThatAreComputedAlone) {
  VideoProgress progress = SecondOfThirty();
  progress.video = 21;
  progress.passed_over = 19;
  EXPECT_DOUBLE_EQ(progress.SecondsLeftOfAll().value(), 10 * (11 - 1.2) / 1.2);
  EXPECT_DOUBLE_EQ(progress.FractionOfAll(), 20.2 / 30);
  progress.frames.done = 0;
  progress.passed_over = 20;
  EXPECT_EQ(progress.SecondsLeftOfAll(), std::nullopt);
}

TEST(Progress, CountsWhatIsDoneOfTheVideosBehind) {
  VideoProgress progress = SecondOfThirty();
  progress.ahead.computed = 1.8;
  EXPECT_DOUBLE_EQ(progress.FractionOfAll(), 3.0 / 30);
  EXPECT_DOUBLE_EQ(progress.SecondsLeftOfAll().value(), 10 * 27 / 3.0);
  progress.ahead.passed_over = 20;  // took no time, and the rest is as long as without them
  EXPECT_DOUBLE_EQ(progress.FractionOfAll(), 23.0 / 30);
  EXPECT_DOUBLE_EQ(progress.SecondsLeftOfAll().value(), 10 * 7 / 3.0);
}

TEST(Progress, OfOneVideoSaysNothingTwice) {
  VideoProgress progress = SecondOfThirty();
  progress.video = progress.videos = 1;
  EXPECT_EQ(ProgressText(progress, kWide),
            "[1/1] clip.mp4: 120 of 600 frames (20 %), 60 a second, 0:08 left");
}

TEST(Progress, GuessesNoLengthThatIsNotKnown) {
  VideoProgress progress = SecondOfThirty();
  progress.frames.expected.reset();
  EXPECT_EQ(ProgressText(progress, kWide),
            "[2/30] clip.mp4: 120 frames, 60 a second; all: 3 %, 4:50 left");
  progress.video = 1;
  EXPECT_EQ(ProgressText(progress, kWide), "[1/30] clip.mp4: 120 frames, 60 a second; all: 0 %");
}

TEST(Progress, OfMoreFramesThanWereAnnouncedIsAtItsEnd) {
  const Pace pace = {.done = 700, .expected = 600, .seconds = 10};
  EXPECT_EQ(pace.Fraction(), 1);
  EXPECT_EQ(pace.SecondsLeft(), 0);
}

TEST(Progress, BeforeTheFirstFrameKnowsNoPace) {
  const Pace pace = {.done = 0, .expected = 600, .seconds = 0};
  EXPECT_EQ(pace.PerSecond(), 0);
  EXPECT_EQ(pace.SecondsLeft(), std::nullopt);
}

TEST(Progress, FitsTheTerminalAndMovesNoCursor) {
  VideoProgress progress = SecondOfThirty();
  progress.name = std::string("\x1b[2J") + std::string(100, 'x') + "\xc3\xa4\xc3\xa4.mp4";
  for (const std::size_t columns : {0UL, 1UL, 2UL, 5UL, 20UL, 79UL, 119UL, 400UL}) {
    const std::string line = ProgressText(progress, columns);
    EXPECT_LE(internal::CharactersOf(line), columns) << line;
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(internal::Printable(line), line);  // no character is cut in two
  }
  EXPECT_THAT(ProgressText(progress, 100), ::testing::HasSubstr("...: 120 of 600 frames"));
}

TEST(Progress, CountsClips) {
  EXPECT_EQ(CountText({.done = 3, .expected = 20, .seconds = 6}, "clips"),
            "3 of 20 clips (15 %), 0:34 left");
}

TEST(Progress, ShowsTimesAsAClock) {
  EXPECT_EQ(ClockText(0.4), "0:00");
  EXPECT_EQ(ClockText(59.6), "1:00");
  EXPECT_EQ(ClockText(92), "1:32");
  EXPECT_EQ(ClockText(3723), "1:02:03");
}

}  // namespace
}  // namespace mestr::cli
