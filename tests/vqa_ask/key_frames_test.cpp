#include "vqa_ask/key_frames.h"

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ErrorMessage;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

class KeyFramesOfLabelFile : public ::testing::Test {
 protected:
  KeyFrames Of(const std::string& rows, const VideoKey& key,
               std::optional<std::int64_t> event = std::nullopt) {
    WriteFileAtomically(folder_.path() / "labels.csv",
                        "dataset,subject,video,onset,apex,offset,emotion,type\n" + rows);
    std::string note;
    return KeyFramesOfLabels(folder_.path() / "labels.csv")
        ->Of({.path = "clip", .key = key, .fps = {}}, event, note);
  }
  std::string Problem(const std::string& rows, const VideoKey& key,
                      std::optional<std::int64_t> event = std::nullopt) {
    return ErrorMessage(ErrorKind::kInput, [&] { Of(rows, key, event); });
  }

  TemporaryFolder folder_;
};

constexpr char kRows[] =
    "cas,1,a,40,45,50,,macro\n"
    "cas,1,a,20,25,30,negative,micro\n"
    "cas,1,a,60,,70,positive,micro\n"
    "samm,007,b,1,2,3,,macro\n";

TEST_F(KeyFramesOfLabelFile, AClipIsAboutItsFirstMicroExpression) {
  EXPECT_EQ(Of(kRows, {"cas", "01", "a"}), (KeyFrames{19, 24, 29}));
  EXPECT_EQ(Of(kRows, {"samm", "7", "b"}), (KeyFrames{0, 1, 2}));
}

TEST_F(KeyFramesOfLabelFile, EventsAreCountedByTheirOnsets) {
  EXPECT_EQ(Of(kRows, {"cas", "1", "a"}, 2), (KeyFrames{39, 44, 49}));
  EXPECT_EQ(Of(kRows, {"cas", "1", "a"}, 3), (KeyFrames{59, std::nullopt, 69}));
  EXPECT_THAT(Problem(kRows, {"cas", "1", "a"}, 4),
              HasSubstr("labels.csv has no expression number 4 of 'a'"));
}

TEST_F(KeyFramesOfLabelFile, AClipOfNoDataSetIsKnownByItsName) {
  EXPECT_EQ(Of(kRows, {"", "", "b"}), (KeyFrames{0, 1, 2}));
  EXPECT_EQ(Of(kRows, {"", "", "007_b"}), (KeyFrames{0, 1, 2}));
  EXPECT_THAT(Problem(kRows, {"", "", "c"}), HasSubstr("labels.csv has no label of 'c'"));
  EXPECT_THAT(Problem("cas,1,a,1,2,3,,macro\ncas,2,a,1,2,3,,macro\n", {"", "", "a"}),
              HasSubstr("has labels of several videos named 'a'"));
}

}  // namespace
}  // namespace mestr::internal
