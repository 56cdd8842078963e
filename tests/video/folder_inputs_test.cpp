// Folders of clips and data sets' roots; everything else that is an input: inputs_test.cpp.
#include "video/folder_inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "core/files.h"
#include "support/test_support.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Texts = std::vector<std::string>;

class Folders : public ::testing::Test {
 protected:
  fs::path At(const std::string& name) const { return folder_.path() / name; }
  void Put(const std::string& name, const std::string& content = "x") const {
    testing::WriteBytes(At(name), content);
  }
  void PutFrames(const std::string& folder, int count = 3) const {
    for (int i = 1; i <= count; ++i) Put(folder + "/img" + std::to_string(i) + ".jpg");
  }
  void PutClip(const std::string& name, const std::string& encoder) const {
    testing::ClipOptions options;
    options.encoder = encoder;
    options.stamps = testing::EvenStamps(6);
    fs::create_directories(At(name).parent_path());
    testing::WriteClip(At(name), options);
  }

  ResolvedInputs Resolve(const std::string& name) const {
    InputOptions options;
    options.layouts = {{"cas", "CAS_data", DatasetLayout::Rule::kSubjectThenClip, 30.0},
                       {"samm", "SAMM_data", DatasetLayout::Rule::kSubjectInName, 200.0}};
    return ResolveInputs({At(name).string()}, options);
  }
  Texts Videos(const std::string& name) const {
    Texts names;
    for (const VideoInput& input : Resolve(name).videos) {
      const VideoKey& key = input.key;
      names.push_back((key.dataset.empty() ? "" : key.dataset + " " + key.subject + " ") +
                      key.video);
    }
    return names;
  }
  Texts Notes(const std::string& name) const { return Resolve(name).notes; }
  std::string Refusal(const std::string& name) const {
    return ErrorMessage(ErrorKind::kInput, [&] { Resolve(name); });
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Folders, CamcorderFilesAreVideosByTheirNames) {
  const Texts names = {"a.MTS", "b.m2ts", "c.vob", "d.mxf", "e.ogv", "f.flv", "g.y4m", "h.asf"};
  for (const std::string& name : names) Put("v/" + name);
  EXPECT_EQ(Videos("v"), (Texts{"a", "b", "c", "d", "e", "f", "g", "h"}));
  EXPECT_THAT(Notes("v"), IsEmpty());
}

TEST_F(Folders, OtherNamesAreVideosByTheirContent) {
  PutClip("v/a.ts", "mpeg2video");
  Put("v/b.ts", "export const x: number = 1;\n");
  PutClip("clip.mkv", "mpeg4");
  fs::rename(At("clip.mkv"), At("v/recording"));
  EXPECT_EQ(Videos("v"), (Texts{"a", "recording"}));
  EXPECT_THAT(Notes("v"), ElementsAre(HasSubstr("v: left out: 1 text file (b.ts)")));
}

TEST_F(Folders, AGifIsAVideoWhereItMoves) {
  Put("v/moves.gif", std::string("GIF89a\x10\0\x10\0\0\0\0!\xFF\x0BNETSCAPE2.0\3\1\0\0\0", 32));
  Put("v/logo.gif", std::string("GIF89a\x10\0\x10\0\0\0\0;", 14));
  EXPECT_EQ(Videos("v"), Texts{"moves"});
  EXPECT_THAT(Notes("v"), ElementsAre(HasSubstr("1 gif image (logo.gif; not read")));
}

TEST_F(Folders, NamesWhatIsSkippedByKind) {
  Put("v/a.mp4");
  for (int i = 1; i <= 5; ++i) Put("v/notes" + std::to_string(i) + ".txt", "text");
  Put("v/day1/empty.bin", "");
  Put("v/day1/list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.mp4\n");
  Put("v/day1/photo.heic");
  testing::WriteSound(At("v/sound.wav"));
  ASSERT_EQ(::mkfifo(At("v/pipe.mp4").c_str(), 0600), 0);
  fs::create_directories(At("v/nothing"));
  for (const std::string hidden : {".DS_Store", "Thumbs.db", "desktop.ini", "._a.mp4"}) {
    Put("v/" + hidden);
  }
  EXPECT_EQ(Videos("v"), Texts{"a"});
  EXPECT_THAT(
      Notes("v"),
      ElementsAre(AllOf(
          HasSubstr("5 text files (notes1.txt, notes2.txt, notes3.txt, ...)"),
          HasSubstr("1 empty file (day1/empty.bin)"), HasSubstr("1 play list (day1/list.m3u8)"),
          HasSubstr("1 heic image (day1/photo.heic; not read: convert to png)"),
          HasSubstr("1 sound file (sound.wav)"), HasSubstr("1 special file (pipe.mp4;"),
          HasSubstr("1 empty folder (nothing)"), Not(HasSubstr("DS_Store")),
          Not(HasSubstr("Thumbs")), Not(HasSubstr("ini")))));
}

TEST_F(Folders, ClipsBelowAreNamedByTheirPlace) {
  Put("v/clip.mp4");
  Put("v/day1/clip.mp4");
  Put("v/day2/deep/clip.avi");
  PutFrames("v/clipA");
  PutFrames("v/day10/clipA");
  EXPECT_EQ(Videos("v"), (Texts{"clip", "clipA", "day1_clip", "day2_deep_clip", "day10_clipA"}));
  EXPECT_THAT(Notes("v"), IsEmpty());
}

TEST_F(Folders, FoldersOfFramesAreClips) {
  PutFrames("v/clipB");
  PutFrames("v/clipA");
  Put("v/cover.jpg");
  EXPECT_EQ(Videos("v"), (Texts{"clipA", "clipB"}));
  EXPECT_THAT(Notes("v"), ElementsAre(HasSubstr("1 image (cover.jpg)")));
  // Frames with a folder of thumbnails are one clip.
  PutFrames("frames", 5);
  PutFrames("frames/thumbs", 5);
  EXPECT_EQ(Videos("frames"), Texts{"frames"});
}

TEST_F(Folders, ASingleImageIsAVideoOnlyWhereItIsAllThereIs) {
  Put("one/img1.jpg");
  EXPECT_EQ(Videos("one"), Texts{"one"});
  Put("v/a/poster.jpg");
  Put("v/b/clip.mp4");
  EXPECT_EQ(Videos("v"), Texts{"b_clip"});
  EXPECT_THAT(Notes("v"), ElementsAre(HasSubstr("1 image (a/poster.jpg)")));
}

TEST_F(Folders, LinksDoNotLeadInCircles) {
  Put("v/a/clip.mp4");
  fs::create_directory_symlink(At("v"), At("v/a/back"));
  fs::create_directory_symlink(At("v/a"), At("v/b"));
  fs::create_symlink(At("gone.mp4"), At("v/gone.mp4"));
  fs::create_symlink(At("gone.txt"), At("v/gone.txt"));
  EXPECT_EQ(Videos("v"), (Texts{"a_clip", "gone"}));
  EXPECT_THAT(Notes("v"),
              ElementsAre(AllOf(HasSubstr("2 repeated folders (a/back, b; linked twice)"),
                                HasSubstr("1 dead link (gone.txt)"))));
}

TEST_F(Folders, RefusesImagesBesideVideosWithTheirCounts) {
  PutFrames("v/day1", 3);
  Put("v/day1/clip.mp4");
  EXPECT_THAT(Refusal("v"), AllOf(HasSubstr("day1: holds images as well as video files (3 images, "
                                            "1 video file)"),
                                  HasSubstr("move one kind")));
}

TEST_F(Folders, AFolderWithNothingToReadSaysWhatItHolds) {
  for (int i = 0; i < 12; ++i) Put("v/f" + std::to_string(i) + ".tif");
  Put("v/readme.txt");
  EXPECT_THAT(Refusal("v"),
              AllOf(HasSubstr("nothing to read"), HasSubstr("no CAS_data"),
                    HasSubstr("it holds 12 tif images (f0.tif, f1.tif, f2.tif, ...; not read: "
                              "convert to png), 1 text file (readme.txt)")));
}

TEST_F(Folders, ADatasetRootFurtherDownIsSuggested) {
  PutFrames("root/MEGC2025/CAS_data/spNO.1/a");
  Put("root/own.mp4");
  EXPECT_THAT(Refusal("root"), HasSubstr("did you mean " + At("root/MEGC2025").string() + "?"));
  PutFrames("twice/CAS_data/CAS_data/spNO.1/a");
  PutFrames("twice/SAMM_data/SAMM_data/017_3");
  EXPECT_THAT(Refusal("twice"),
              HasSubstr("did you mean " + At("twice/CAS_data/CAS_data").string() + "?"));
  EXPECT_THAT(Refusal("twice/SAMM_data"),
              HasSubstr("did you mean " + At("twice/SAMM_data/SAMM_data").string() + "?"));
  EXPECT_EQ(Videos("twice/CAS_data/CAS_data"), Texts{"cas 1 a"});
}

TEST_F(Folders, ADatasetsFolderMayBeInOtherLetters) {
  PutFrames("root/cas_data/spNO.1/a");
  PutFrames("root/Samm_Data/017_3");
  EXPECT_EQ(Videos("root"), (Texts{"cas 1 a", "samm 017 017_3"}));
  EXPECT_THAT(Notes("root"), ElementsAre(HasSubstr("cas_data: is taken for the data set's folder "
                                                   "CAS_data"),
                                         HasSubstr("SAMM_data")));
  EXPECT_EQ(Videos("root/cas_data"), Texts{"cas 1 a"});
  // The right name goes first.
  PutFrames("root/CAS_data/spNO.2/b");
  EXPECT_EQ(Videos("root"), (Texts{"cas 2 b", "samm 017 017_3"}));
  EXPECT_THAT(Notes("root"), Contains(HasSubstr("left out: 1 folder (cas_data)")));
}

TEST_F(Folders, ANameThatIsNearlyADatasetsIsPointedOut) {
  PutFrames("root/CAS data/spNO.1/a");
  EXPECT_EQ(Videos("root"), Texts{"CAS data_spNO.1_a"});
  EXPECT_THAT(Notes("root"), ElementsAre(AllOf(HasSubstr("CAS data: is not taken for the data "
                                                         "set's CAS_data"),
                                               HasSubstr("rename it"))));
  Put("cas_data/own.mp4");  // no subject's folder: one's own
  EXPECT_EQ(Videos("cas_data"), Texts{"own"});
}

TEST_F(Folders, TheExtensionIsNoPartOfADatasetsSubject) {
  Put("SAMM_data/anger.mp4");
  Put("CAS_data/x.s15/clip.avi");
  EXPECT_EQ(Videos("SAMM_data"), Texts{"samm anger anger"});
  EXPECT_EQ(Videos("CAS_data"), Texts{"cas s15 clip"});
}

TEST_F(Folders, StrayFilesOfADatasetAreNamed) {
  PutFrames("root/CAS_data/spNO.1/a");
  Put("root/CAS_data/spNO.1/notes.txt", "text");
  Put("root/CAS_data/readme.txt", "text");
  Put("root/CAS_data/.DS_Store");
  fs::create_directories(At("root/CAS_data/spNO.2"));
  Put("root/labels.csv", "a,b\n");
  Put("root/own.mp4");
  EXPECT_EQ(Videos("root"), Texts{"cas 1 a"});
  EXPECT_THAT(Notes("root"),
              ElementsAre(AllOf(HasSubstr("2 text files (readme.txt, spNO.1/notes.txt)"),
                                HasSubstr("1 subject folder (spNO.2; no clip in it)")),
                          AllOf(HasSubstr("root: left out: "), HasSubstr("labels.csv"),
                                HasSubstr("1 video file (own.mp4)"))));
}

TEST_F(Folders, TakesNamesOfAnyBytes) {
  Put("v/\xFF\n\x1B[2J.mp4");
  Put("v/" + std::string(251, 'n') + ".mp4");
  Put("v/\x01.txt", "text");
  EXPECT_EQ(Resolve("v").videos.size(), 2U);
  EXPECT_EQ(Notes("v").size(), 1U);
}

}  // namespace
}  // namespace mestr::internal
