#include "mestr/video/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/test_support.h"
#include "video/test_clips.h"

namespace mestr {

// For readable failures; found by argument-dependent look-up.
void PrintTo(const VideoInput& input, std::ostream* out) {
  *out << input.path << " = " << input.key.dataset << "/" << input.key.subject << "/"
       << input.key.video << " @ " << (input.fps ? std::to_string(*input.fps) : "unknown");
}

}  // namespace mestr

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::EncodeImage;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using testing::NumberedPicture;
using testing::NumberOf;
using testing::TemporaryFolder;
using testing::WriteBytes;

MATCHER_P4(IsVideo, dataset, subject, video, fps, "") {
  return arg.key == VideoKey{dataset, subject, video} && arg.fps == std::optional<double>(fps);
}

class Inputs : public ::testing::Test {
 protected:
  Inputs() {
    options_.layouts = {
        {"cas", "CAS_data", DatasetLayout::Rule::kSubjectThenClip, 30.0},
        {"samm", "SAMM_data", DatasetLayout::Rule::kSubjectInName, 200.0},
    };
  }

  std::string At(const std::string& name) const { return (folder_.path() / name).string(); }
  void PutFile(const std::string& name, const std::string& content = "x") const {
    WriteBytes(folder_.path() / name, content);
  }
  void PutFrames(const std::string& name) const { PutFile(name + "/img1.jpg"); }

  std::vector<VideoInput> Resolve(const std::vector<std::string>& arguments) const {
    return ResolveInputs(arguments, options_).videos;
  }
  std::string ResolveError(const std::vector<std::string>& arguments) const {
    return ErrorMessage(ErrorKind::kInput, [&] { Resolve(arguments); });
  }

  TemporaryFolder folder_;
  InputOptions options_;
};

TEST_F(Inputs, AVideoFileIsCalledAsItsFile) {
  PutFile("a b, \"c\" größe.v2.mp4");
  const std::vector<VideoInput> inputs = Resolve({At("a b, \"c\" größe.v2.mp4")});
  EXPECT_THAT(inputs, ElementsAre(IsVideo("", "", "a b, \"c\" größe.v2", std::nullopt)));
  EXPECT_EQ(inputs[0].path, At("a b, \"c\" größe.v2.mp4"));
}

TEST_F(Inputs, AnyOtherFileMayBeAVideo) {
  PutFile("clip.y4m");
  PutFile("clip2");
  EXPECT_THAT(
      Resolve({At("clip.y4m"), At("clip2")}),
      ElementsAre(IsVideo("", "", "clip", std::nullopt), IsVideo("", "", "clip2", std::nullopt)));
}

TEST_F(Inputs, AFolderOfFramesIsCalledAsItsFolder) {
  PutFrames("my clip");
  fs::create_directories(folder_.path() / "my clip" / "sub");
  for (const std::string& argument :
       {At("my clip"), At("my clip/"), At("my clip/."), At("my clip/sub/..")}) {
    EXPECT_THAT(Resolve({argument}), ElementsAre(IsVideo("", "", "my clip", std::nullopt)))
        << argument;
  }
}

TEST_F(Inputs, TheFlagGivesEveryInputItsRate) {
  PutFrames("frames");
  PutFile("clip.mp4");
  PutFrames("CAS_data/spNO.1/a");
  options_.fps = 120;
  EXPECT_THAT(Resolve({At("frames"), At("clip.mp4"), At("CAS_data")}),
              ElementsAre(IsVideo("", "", "frames", 120.0), IsVideo("", "", "clip", 120.0),
                          IsVideo("cas", "1", "a", 120.0)));
  for (const double fps : {0.0, -1.0, std::nan("")}) {
    options_.fps = fps;
    EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { Resolve({At("frames")}); }),
                HasSubstr("fps"));
  }
}

TEST_F(Inputs, KeepsTheOrderOfTheArguments) {
  PutFile("b.mp4");
  PutFile("a.mp4");
  PutFrames("c");
  EXPECT_THAT(Resolve({At("b.mp4"), At("c"), At("a.mp4")}),
              ElementsAre(IsVideo("", "", "b", std::nullopt), IsVideo("", "", "c", std::nullopt),
                          IsVideo("", "", "a", std::nullopt)));
}

TEST_F(Inputs, AFolderOfVideoFilesIsThoseFilesInNaturalOrder) {
  for (const std::string name :
       {"clip10.mp4", "clip9.MOV", "clip1.webm", "._clip1.webm", "notes.txt"}) {
    PutFile("videos/" + name);
  }
  EXPECT_THAT(Resolve({At("videos")}), ElementsAre(IsVideo("", "", "clip1", std::nullopt),
                                                   IsVideo("", "", "clip9", std::nullopt),
                                                   IsVideo("", "", "clip10", std::nullopt)));
}

TEST_F(Inputs, ADatasetRootGivesEveryClipOfItsLayouts) {
  for (const std::string clip : {"CAS_data/spNO.10/a", "CAS_data/spNO.2/b", "CAS_data/spNO.2/a",
                                 "SAMM_data/017_3", "SAMM_data/006_10", "SAMM_data/006_2"}) {
    PutFrames(clip);
  }
  PutFile("CAS_data/readme.txt");
  PutFile("CAS_data/.DS_Store");
  PutFile("SAMM_data/labels.xlsx");
  EXPECT_THAT(
      Resolve({folder_.path().string()}),
      ElementsAre(IsVideo("cas", "2", "a", 30.0), IsVideo("cas", "2", "b", 30.0),
                  IsVideo("cas", "10", "a", 30.0), IsVideo("samm", "006", "006_2", 200.0),
                  IsVideo("samm", "006", "006_10", 200.0), IsVideo("samm", "017", "017_3", 200.0)));
}

TEST_F(Inputs, ADatasetsOwnFolderIsARootToo) {
  PutFrames("SAMM_data/017_3");
  PutFrames("CAS_data/spNO.1/a");
  EXPECT_THAT(Resolve({At("SAMM_data/")}), ElementsAre(IsVideo("samm", "017", "017_3", 200.0)));
  EXPECT_THAT(Resolve({At("CAS_data/../CAS_data")}), ElementsAre(IsVideo("cas", "1", "a", 30.0)));
}

TEST_F(Inputs, ADatasetsClipMayBeAVideoFileWithItsOwnRate) {
  PutFile("CAS_data/s15/anger1.avi");
  PutFile("SAMM_data/006_1.mp4");
  EXPECT_THAT(Resolve({folder_.path().string()}),
              ElementsAre(IsVideo("cas", "s15", "anger1", std::nullopt),
                          IsVideo("samm", "006", "006_1", std::nullopt)));
}

TEST_F(Inputs, AClipOfADatasetFailsOnlyWhenItIsOpened) {
  PutFrames("SAMM_data/017_3");
  fs::create_directories(folder_.path() / "SAMM_data" / "017_4");
  const std::vector<VideoInput> inputs = Resolve({At("SAMM_data")});
  ASSERT_EQ(inputs.size(), 2U);
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { OpenInput(inputs[1]); }), HasSubstr("017_4"));
}

TEST_F(Inputs, ReportsADatasetWithoutClips) {
  fs::create_directories(folder_.path() / "CAS_data" / "spNO.1");
  EXPECT_THAT(ResolveError({At("CAS_data")}),
              AllOf(HasSubstr("no clip"), HasSubstr("CAS_data/<subject>/<clip>/")));
}

TEST_F(Inputs, AMissingVideoFailsWhenItIsOpened) {
  const std::vector<VideoInput> inputs = Resolve({At("missing.mp4")});
  ASSERT_EQ(inputs.size(), 1U);
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { OpenInput(inputs[0]); }),
              AllOf(HasSubstr("missing.mp4"), HasSubstr("no such file")));
}

TEST_F(Inputs, ReportsWhatCannotBeAVideo) {
  EXPECT_THAT(ResolveError({At("missing.csv")}), HasSubstr("missing.csv': no such file"));
  EXPECT_THAT(ResolveError({""}), HasSubstr("'': no such file"));
  PutFile("list.csv", "video,path\na,a.mp4\n");
  EXPECT_THAT(ResolveError({At("List.CSV")}), HasSubstr("did you mean " + At("list.csv") + "?"));

  PutFile("photo.JPG");
  EXPECT_THAT(ResolveError({At("photo.JPG")}), HasSubstr("is a single image; give the folder"));

  fs::create_directories(folder_.path() / "empty");
  EXPECT_THAT(ResolveError({At("empty")}),
              AllOf(HasSubstr("empty: nothing to read"), HasSubstr("no CAS_data, no SAMM_data")));

  PutFile("mixed/img1.jpg");
  PutFile("mixed/clip.mp4");
  EXPECT_THAT(ResolveError({At("mixed")}), HasSubstr("images as well as video files"));
}

TEST_F(Inputs, ReportsTwoInputsOfOneName) {
  PutFile("a/clip.mp4");
  PutFile("b/clip.mp4");
  PutFrames("clip");
  for (const auto& other : {At("b/clip.mp4"), At("clip"), At("a/clip.mp4")}) {
    EXPECT_THAT(ResolveError({At("a/clip.mp4"), other}),
                AllOf(HasSubstr(At("a/clip.mp4")), HasSubstr(other), HasSubstr("same name"),
                      HasSubstr("manifest CSV (dataset,subject,video,path,fps)")));
  }
  PutFrames("one/CAS_data/spNO.1/a");
  PutFrames("two/CAS_data/x.1/a");
  EXPECT_THAT(ResolveError({At("one"), At("two")}),
              AllOf(HasSubstr("spNO.1"), HasSubstr("x.1"), HasSubstr("subject '1'")));
}

TEST_F(Inputs, SubjectsThatDifferInZerosAreOne) {
  PutFile("list.csv", "subject,video,path\n1,a,a.mp4\n001,a,b.mp4\n");
  EXPECT_THAT(ResolveError({At("list.csv")}),
              AllOf(HasSubstr("a.mp4"), HasSubstr("b.mp4"), HasSubstr("same name"),
                    HasSubstr("subject '001'"), HasSubstr("'1' is the same subject")));
}

TEST_F(Inputs, TheSameNameOfAnotherSubjectIsNoClash) {
  PutFrames("CAS_data/spNO.1/a");
  PutFrames("CAS_data/spNO.2/a");
  PutFile("a.mp4");
  EXPECT_EQ(Resolve({At("CAS_data"), At("a.mp4")}).size(), 3U);
}

TEST_F(Inputs, AManifestNamesEverything) {
  PutFrames("data/clip one");
  PutFile("data/clip2.mp4");
  PutFile("list.CSV",
          "dataset,subject,video,path,fps\n"
          "cas,7,\"one, \"\"a\"\"\",data/clip one,60\n"
          ",,two,data/clip2.mp4,\n"
          "samm,017,017_3,data/clip one,\n"
          ",,gone," +
              At("nowhere.avi") + ",\n");
  const std::vector<VideoInput> inputs = Resolve({At("list.CSV")});
  EXPECT_THAT(
      inputs,
      ElementsAre(IsVideo("cas", "7", "one, \"a\"", 60.0), IsVideo("", "", "two", std::nullopt),
                  IsVideo("samm", "017", "017_3", 200.0), IsVideo("", "", "gone", std::nullopt)));
  EXPECT_EQ(inputs[0].path, At("data/clip one"));
  EXPECT_EQ(inputs[3].path, At("nowhere.avi"));
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { OpenInput(inputs[3]); }),
              HasSubstr("no such file"));
}

TEST_F(Inputs, AManifestsPathThatLeadsNowhereIsThatVideosFailure) {
  PutFile("data/clip one.mp4");
  PutFile("list.csv",
          "video,path\n"
          "a,data\\clip one.mp4\n"
          "b,\"data/clip one.mp4 \"\n"
          "c,C:\\Users\\me\\clip.mp4\n"
          "d,data/Clip One.MP4\n");
  const std::vector<VideoInput> inputs = Resolve({At("list.csv")});
  ASSERT_EQ(inputs.size(), 4U);
  const auto error_of = [](const VideoInput& input) {
    return ErrorMessage(ErrorKind::kInput, [&] { OpenInput(input); });
  };
  const std::string meant = "did you mean " + At("data/clip one.mp4") + "?";
  EXPECT_THAT(error_of(inputs[0]), AllOf(HasSubstr("no such file"),
                                         HasSubstr("'\\' separates no folders"), HasSubstr(meant)));
  EXPECT_THAT(error_of(inputs[1]), AllOf(HasSubstr("blanks"), HasSubstr(meant)));
  EXPECT_THAT(error_of(inputs[2]), HasSubstr("no drive C:"));
  EXPECT_THAT(error_of(inputs[3]), HasSubstr(meant));
}

TEST_F(Inputs, AManifestNeedsOnlyVideoAndPath) {
  PutFile("list.csv", "path,video\nx.mp4,first\ny.mp4,second\n");
  EXPECT_THAT(Resolve({At("list.csv")}), ElementsAre(IsVideo("", "", "first", std::nullopt),
                                                     IsVideo("", "", "second", std::nullopt)));
}

TEST_F(Inputs, TheFlagGoesBeforeTheManifestsRate) {
  PutFrames("frames");
  PutFile("list.csv", "video,path,fps\na,frames,60\n");
  options_.fps = 90;
  EXPECT_THAT(Resolve({At("list.csv")}), ElementsAre(IsVideo("", "", "a", 90.0)));
}

TEST_F(Inputs, ReadsAManifestAsSpreadsheetsWriteIt) {
  PutFile("list.csv",
          "\xEF\xBB\xBFvideo,path,fps,\r\n,,,\r\na,a.mp4,30.0,\r\nb,b.mp4,2.997e1,\r\n,,,\r\n");
  const std::vector<VideoInput> inputs = Resolve({At("list.csv")});
  ASSERT_EQ(inputs.size(), 2U);
  EXPECT_EQ(inputs[1].key.video, "b");
}

TEST_F(Inputs, ReportsABadManifestWithItsLine) {
  const auto error_of = [&](const std::string& content) {
    PutFile("list.csv", content);
    return ResolveError({At("list.csv")});
  };
  EXPECT_THAT(error_of("video,path,fps\na,a.mp4,\nb,b.mp4,fast\n"), HasSubstr("list.csv:3:"));
  EXPECT_THAT(error_of("video,path,fps\na,a.mp4,0\n"), HasSubstr("list.csv:2:"));
  EXPECT_THAT(error_of("video,path,fps\na,a.mp4,-30\n"), HasSubstr("list.csv:2:"));
  EXPECT_THAT(error_of("video,path\na,\n"), HasSubstr("list.csv:2:"));
  EXPECT_THAT(error_of("video,path\n,a.mp4\n"), HasSubstr("list.csv:2:"));
  EXPECT_THAT(error_of("video,path\na,a.mp4,30\n"), HasSubstr("list.csv:2:"));
  EXPECT_THAT(error_of("video,file\na,a.mp4\n"), HasSubstr("path"));
  EXPECT_THAT(error_of("video,path,Fps\na,a.mp4,30\n"), HasSubstr("Fps"));
  EXPECT_THAT(error_of("video;path;fps\na;a.mp4;30\n"),
              HasSubstr("list.csv:1:6: the columns are separated by semicolons"));
  EXPECT_THAT(error_of("video,path,fps\na,a.mp4,\"29,97\"\n"),
              HasSubstr("list.csv:2:9: fps '29,97' is not a number; decimals have a point"));
  EXPECT_THAT(error_of("video,path\n\xD3\xC3,a.mp4\n"),
              HasSubstr("list.csv:2:1: the text is not UTF-8"));
  EXPECT_THAT(error_of("video,path\n"), HasSubstr("lists no video"));
  EXPECT_THAT(error_of(""), HasSubstr("list.csv"));
  EXPECT_THAT(error_of("video,path\na,a.mp4\na,b.mp4\n"), HasSubstr("same name"));
}

TEST_F(Inputs, OpensFoldersAndFiles) {
  PutFile("frames/img1.png", EncodeImage(".png", NumberedPicture(96, 64, 11)));
  testing::ClipOptions clip;
  clip.encoder = "mpeg4";
  clip.stamps = testing::EvenStamps(3);
  testing::WriteClip(folder_.path() / "clip.avi", clip);
  options_.fps = 50;
  const std::vector<VideoInput> inputs = Resolve({At("frames"), At("clip.avi")});

  Frame frame;
  const std::unique_ptr<FrameSource> folder = OpenInput(inputs[0]);
  ASSERT_TRUE(folder->Next(frame));
  EXPECT_EQ(NumberOf(frame.image_bgr), 11);
  EXPECT_EQ(folder->info().fps, 50.0);

  const std::unique_ptr<FrameSource> file = OpenInput(inputs[1]);
  ASSERT_TRUE(file->Next(frame));
  EXPECT_EQ(NumberOf(frame.image_bgr), 0);
  EXPECT_EQ(file->info().fps, 50.0);
}

}  // namespace
}  // namespace mestr::internal
