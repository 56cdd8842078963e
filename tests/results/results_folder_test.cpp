#include "results/results_folder.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "results/run_identity.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using Json = WorkFolder::Json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kEarlier[] =
    R"({"mestr": "0.1.0", "status": "complete", "files": ["cas_pred.csv", "run.json"],
        "videos": [{"path": "old.mp4", "file": "videos/old.json", "made_from": {}}, {"ok": false}]})";

// A folder of results that a run of the video "clip" is told to write to.
class Results : public ::testing::Test {
 protected:
  fs::path Out(const std::string& name = "") const { return folder_.path() / "out" / name; }
  void Write(const std::string& name, const std::string& content) const {
    WriteFileAtomically(Out(name), content);
  }
  void WriteEarlier() const {
    Write("run.json", kEarlier);
    Write("cas_pred.csv", "old");
    Write("videos/old.json", "{}");
    Write("videos/users.json", "{}");
    Write("notes.txt", "the user's own");
  }
  void Open(bool overwrite) const {
    WorkFolder folder(Out(), kResultsFolder, overwrite);
    folder.RefuseWhatIsInTheWay({"predictions.csv", "videos/clip.json"});
    RequireSameRun(folder, running_);
  }
  std::string Refusal(bool overwrite) const {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { Open(overwrite); });
  }

  testing::TemporaryFolder folder_;
  const Json running_ = {{"status", "running"},
                         {"files", {"predictions.csv"}},
                         {"videos", {{{"video", "clip"}, {"file", "videos/clip.json"}}}}};
};

TEST_F(Results, OfAnotherVideoAreNotReplacedUnasked) {
  WriteEarlier();
  EXPECT_THAT(Refusal(false), AllOf(HasSubstr(Out("run.json").string()), HasSubstr("old.mp4"),
                                    HasSubstr("--overwrite")));
  EXPECT_TRUE(fs::exists(Out("cas_pred.csv")));
  EXPECT_EQ(ReadFile(Out("run.json")), kEarlier);
}

TEST_F(Results, AreNotWrittenThroughALink) {
  fs::create_directories(Out());
  const fs::path elsewhere = folder_.path() / "elsewhere";
  fs::create_directories(elsewhere);
  fs::create_directory_symlink(elsewhere, Out("videos"));
  EXPECT_THAT(Refusal(false), HasSubstr(Out("videos").string() + " is a link"));
  EXPECT_TRUE(fs::is_empty(elsewhere));
}

TEST_F(Results, StayUntilThereAreNewOnes) {
  WriteEarlier();
  WorkFolder folder(Out(), kResultsFolder, true);
  EXPECT_TRUE(folder.HoldsWhatIsReplaced());
  EXPECT_EQ(folder.Earlier(), nullptr);
  EXPECT_TRUE(fs::exists(Out("cas_pred.csv")));
  EXPECT_EQ(ReadFile(Out("run.json")), kEarlier);
  folder.Write(running_);
  EXPECT_FALSE(folder.HoldsWhatIsReplaced());
  EXPECT_FALSE(fs::exists(Out("cas_pred.csv")));
  EXPECT_FALSE(fs::exists(Out("videos/old.json")));
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("status"), "running");
  // What no run.json lists is not ours.
  EXPECT_TRUE(fs::exists(Out("videos/users.json")));
  EXPECT_TRUE(fs::exists(Out("notes.txt")));
}

TEST_F(Results, OfARunWithoutAFinishedVideoAreNone) {
  WriteEarlier();
  Write("run.json", R"({"status": "running", "files": ["cas_pred.csv"],
                        "videos": [{"path": "old.mp4", "file": "videos/old.json"}]})");
  Open(false);
  WorkFolder(Out(), kResultsFolder, false).Write(running_);
  EXPECT_FALSE(fs::exists(Out("cas_pred.csv")));
  EXPECT_FALSE(fs::exists(Out("videos/old.json")));
}

TEST_F(Results, OfARunThatWasKilledAreListedToo) {
  {
    WorkFolder folder(Out(), kResultsFolder, false);
    folder.Write(
        {{"status", "running"},
         {"files", {"predictions.csv"}},
         {"videos", {{{"file", "videos/a.json"}, {"frames_file", "videos/a_frames.csv"}}}}});
    Write("videos/a.json", "{}");
    Write("videos/a_frames.csv", "");
    Write("videos/other_frames.csv", "");
  }
  WorkFolder(Out(), kResultsFolder, true).Write(running_);
  EXPECT_FALSE(fs::exists(Out("videos/a.json")));
  EXPECT_FALSE(fs::exists(Out("videos/a_frames.csv")));
  EXPECT_TRUE(fs::exists(Out("videos/other_frames.csv"))) << "no record lists it";
}

// Killed after the new record was written and before the old files were gone.
TEST_F(Results, ThatAreToGoAreListedUntilTheyAreGone) {
  Write("run.json", R"({"status": "running", "replaced": ["cas_pred.csv", "videos/old.json"]})");
  Write("cas_pred.csv", "old");
  Write("videos/old.json", "{}");
  Open(false);
  WorkFolder(Out(), kResultsFolder, false).Write(running_);
  EXPECT_FALSE(fs::exists(Out("cas_pred.csv")));
  EXPECT_FALSE(fs::exists(Out("videos/old.json")));
  EXPECT_FALSE(testing::ReadJson(Out("run.json")).contains("replaced"));
}

TEST_F(Results, NeverTakeThePlaceOfWhatIsNotOurs) {
  for (const char* name : {"predictions.csv", "videos/clip.json"}) {
    Write(name, "somebody's");
    for (const bool overwrite : {false, true}) EXPECT_THAT(Refusal(overwrite), HasSubstr(name));
    EXPECT_EQ(ReadFile(Out(name)), "somebody's");
    fs::remove(Out(name));
  }
  fs::create_symlink("nowhere", Out("predictions.csv"));
  EXPECT_THAT(Refusal(true), HasSubstr("in the way"));
}

TEST_F(Results, OfAnotherProgramAreRefused) {
  WriteEarlier();
  const std::string deep =
      "{\"status\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  for (const std::string& record :
       {std::string(), std::string("no JSON"), std::string("[]"), std::string("5"),
        std::string("{}"), std::string(R"({"status": 5})"), std::string("{\"status\": \"\xff\"}"),
        std::string(R"({"status": "complete", "files": 5})"),
        std::string(R"({"status": "complete", "files": ["notes.txt"]})"),
        std::string(R"({"status": "complete", "files": ["../cas_pred.csv"]})"),
        std::string(R"({"status": "complete", "replaced": ["notes.txt"]})"),
        std::string(R"({"status": "complete", "replaced": {"a": 5}})"),
        std::string(R"({"status": "complete", "videos": {"a": 1}})"),
        std::string(R"({"status": "complete", "videos": [1e999]})"),
        std::string(R"({"status": "complete", "videos": [{"file": "videos/../../x.json"}]})"),
        std::string(R"({"status": "complete", "videos": [{"file": "videos/..\u0000.json"}]})"),
        std::string(R"({"status": "complete", "videos": [{"file": "/etc/x.json"}]})"),
        std::string(R"({"status": "complete", "videos": [{"file": "videos/a.json",
                        "frames_file": "videos/a.csv"}]})"),
        deep}) {
    Write("run.json", record);
    EXPECT_THAT(Refusal(true), AllOf(HasSubstr(Out("run.json").string()), HasSubstr("no record")))
        << record.substr(0, 100);
  }
  EXPECT_TRUE(fs::exists(Out("cas_pred.csv")));
}

TEST_F(Results, AreNotRemovedThroughALink) {
  WriteEarlier();
  fs::rename(Out("videos"), folder_.path() / "elsewhere");
  fs::create_symlink("../elsewhere", Out("videos"));
  EXPECT_THAT(Refusal(true), HasSubstr("is a link"));
  fs::remove(Out("videos"));
  fs::rename(folder_.path() / "elsewhere", Out("videos"));
  fs::rename(Out("cas_pred.csv"), folder_.path() / "kept.csv");
  fs::create_symlink("../kept.csv", Out("cas_pred.csv"));
  WorkFolder(Out(), kResultsFolder, true).Write(running_);
  EXPECT_FALSE(fs::is_symlink(Out("cas_pred.csv")));
  EXPECT_TRUE(fs::exists(folder_.path() / "kept.csv"));
}

TEST_F(Results, OfTwoRunsAtOnceAreRefused) {
  const WorkFolder first(Out(), kResultsFolder, false);
  for (const bool overwrite : {false, true}) {
    EXPECT_THAT(Refusal(overwrite), HasSubstr("another mestr writes to"));
  }
}

TEST_F(Results, NeedAFolder) {
  const auto refusal = [](const fs::path& path) {
    return testing::ErrorMessage(ErrorKind::kConfig,
                                 [&] { WorkFolder(path, kResultsFolder, true); });
  };
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  Write("file", "");
  EXPECT_THAT(refusal(Out("file")), HasSubstr("is a file"));
}

TEST_F(Results, LeaveNoFolderWhereNothingWasWritten) {
  Open(false);
  EXPECT_FALSE(fs::exists(Out().parent_path()));
}

TEST(VideoFilesOf, AreNamedAfterTheVideos) {
  EXPECT_THAT(VideoFilesOf({{.path = {}, .key = {"cas", "1", "a"}, .fps = {}},
                            {.path = {}, .key = {"", "", "x y"}, .fps = {}}}),
              ElementsAre("videos/cas_1_a.json", "videos/x_y.json"));
  EXPECT_EQ(FramesFileOf("videos/a.json"), "videos/a_frames.csv");
}

}  // namespace
}  // namespace mestr::internal
