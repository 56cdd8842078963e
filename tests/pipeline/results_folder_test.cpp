#include "pipeline/results_folder.h"

#include "core/files.h"
#include "pipeline/run.h"
#include "pipeline/small_run.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kEarlier[] =
    R"({"mestr": "0.1.0", "status": "complete", "files": ["cas_pred.csv", "run.json"],
        "videos": [{"file": "videos/old.json"}, {"ok": false}]})";

// A folder of results that a run of two videos, "clip" among them, is told to write to.
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
  ResultsFolder Open(bool overwrite) const {
    return {Out(), {"predictions.csv", "videos/clip.json"}, overwrite};
  }
  std::string Refusal(bool overwrite) const {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { Open(overwrite); });
  }

  testing::TemporaryFolder folder_;
  const nlohmann::ordered_json running_ = {{"status", "running"}};
};

TEST_F(Results, AreNotReplacedUnasked) {
  WriteEarlier();
  EXPECT_THAT(Refusal(false), AllOf(HasSubstr(Out().parent_path().string()), HasSubstr("2 videos"),
                                    HasSubstr("--overwrite")));
  EXPECT_TRUE(fs::exists(Out("cas_pred.csv")));
  EXPECT_EQ(ReadFile(Out("run.json")), kEarlier);
}

TEST_F(Results, StayUntilThereAreNewOnes) {
  WriteEarlier();
  ResultsFolder folder = Open(true);
  folder.Prepare(running_);
  EXPECT_TRUE(folder.HasEarlierResults());
  EXPECT_TRUE(fs::exists(Out("cas_pred.csv")));
  EXPECT_EQ(ReadFile(Out("run.json")), kEarlier);
  folder.Replace(running_);
  EXPECT_FALSE(folder.HasEarlierResults());
  EXPECT_FALSE(fs::exists(Out("cas_pred.csv")));
  EXPECT_FALSE(fs::exists(Out("videos/old.json")));
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("status"), "running");
  // What no run.json lists is not ours.
  EXPECT_TRUE(fs::exists(Out("videos/users.json")));
  EXPECT_TRUE(fs::exists(Out("notes.txt")));
}

TEST_F(Results, GoWithTheReportThatShowsThem) {
  WriteEarlier();
  Write("report.html", "of the old results");
  Write("run.json", R"({"status": "complete", "files": ["run.json", "report.html"],
                        "videos": [{"file": "videos/old.json"}]})");
  Open(true).Replace(running_);
  EXPECT_FALSE(fs::exists(Out("report.html")));
}

TEST_F(Results, LeaveAReportThatIsNoRuns) {
  WriteEarlier();
  Write("report.html", "somebody's");
  Open(true).Replace(running_);
  EXPECT_EQ(ReadFile(Out("report.html")), "somebody's");
}

TEST_F(Results, OfARunWithoutAFinishedVideoAreNone) {
  WriteEarlier();
  fs::remove(Out("videos/old.json"));
  ResultsFolder folder = Open(false);
  folder.Prepare(running_);
  EXPECT_FALSE(folder.HasEarlierResults());
  EXPECT_FALSE(fs::exists(Out("cas_pred.csv")));
}

TEST_F(Results, OfARunThatWasKilledAreListedToo) {
  ResultsFolder folder = Open(false);
  folder.Prepare(
      {{"status", "running"},
       {"files", {"predictions.csv"}},
       {"videos", {{{"file", "videos/clip.json"}, {"frames_file", "videos/clip_frames.csv"}}}}});
  Write("videos/clip.json", "{}");
  Write("videos/clip_frames.csv", "");
  Write("videos/other_frames.csv", "");
  EXPECT_THAT(Refusal(false), HasSubstr("not complete"));
  Open(true).Replace(running_);
  EXPECT_FALSE(fs::exists(Out("videos/clip.json")));
  EXPECT_FALSE(fs::exists(Out("videos/clip_frames.csv")));
  EXPECT_TRUE(fs::exists(Out("videos/other_frames.csv"))) << "no record lists it";
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
  Open(true).Replace(running_);
  EXPECT_FALSE(fs::is_symlink(Out("cas_pred.csv")));
  EXPECT_TRUE(fs::exists(folder_.path() / "kept.csv"));
}

TEST_F(Results, NeedAFolder) {
  const auto refusal = [](const fs::path& path) {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { ResultsFolder(path, {}, true); });
  };
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  Write("file", "");
  EXPECT_THAT(refusal(Out("file")), HasSubstr("is a file"));
}

TEST(PredictionFilesOf, GoByTheDataSets) {
  const auto of = [](const std::vector<std::string>& datasets) {
    std::vector<VideoInput> videos;
    for (const std::string& dataset : datasets) {
      videos.push_back({.path = {}, .key = {dataset, "1", "a"}, .fps = {}});
    }
    return PredictionFilesOf(videos);
  };
  EXPECT_THAT(of({""}), ElementsAre("predictions.csv"));
  EXPECT_THAT(of({"samm", "cas", "samm"}),
              ElementsAre("samm_pred.csv", "cas_pred.csv", "submission.zip"));
  EXPECT_THAT(of({"own", "cas"}), ElementsAre("cas_pred.csv", "submission.zip", "predictions.csv"));
}

// Through RunVideos.
class RunsAgain : public ::testing::Test {
 protected:
  RunsAgain() : clip_(testing::WriteFrameFolder(folder_.path() / "clip", testing::SmallClip(8))) {}

  RunSummary Run(const std::vector<fs::path>& inputs, bool overwrite, RunObserver observer = {}) {
    RunOptions options = testing::OptionsFor(inputs, folder_.path() / "out");
    options.overwrite = overwrite;
    observer.on_warning = [this](const std::string& line) { warnings_.push_back(line); };
    return RunVideos(options, observer);
  }

  // Two videos; when the second begins, a folder stands where its or another file belongs.
  void RunIntoAFolderNamed(const char* name) {
    WriteFileAtomically(folder_.path() / "two.csv", "video,path,fps\na,clip,30\nb,clip,30\n");
    RunObserver observer;
    observer.on_video = [&](std::size_t index, std::size_t, const VideoInput&) {
      if (index == 1) fs::create_directories(folder_.path() / "out" / name);
    };
    EXPECT_THAT(testing::ErrorMessage(
                    ErrorKind::kConfig,
                    [&] { Run({folder_.path() / "two.csv"}, false, std::move(observer)); }),
                AllOf(HasSubstr(name), HasSubstr("it is a folder")));
    EXPECT_TRUE(fs::exists(folder_.path() / "out" / "videos" / "a.json"));
  }

  testing::TemporaryFolder folder_;
  fs::path clip_;
  std::vector<std::string> warnings_;
};

TEST_F(RunsAgain, NeedTheFlag) {
  Run({clip_}, false);
  const std::string before = ReadFile(folder_.path() / "out" / "run.json");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { Run({clip_}, false); }),
              HasSubstr("--overwrite"));
  EXPECT_EQ(ReadFile(folder_.path() / "out" / "run.json"), before);
  fs::rename(clip_, folder_.path() / "other");
  Run({folder_.path() / "other"}, true);
  EXPECT_FALSE(fs::exists(folder_.path() / "out" / "videos" / "clip.json"));
  EXPECT_TRUE(fs::exists(folder_.path() / "out" / "videos" / "other.json"));
}

TEST_F(RunsAgain, KeepTheEarlierResultsWhereNoVideoSucceeds) {
  Run({clip_}, false);
  const std::string before = ReadFile(folder_.path() / "out" / "run.json");
  const RunSummary summary = Run({folder_.path() / "nowhere.mp4"}, true);
  EXPECT_TRUE(summary.videos.at(0).error.has_value());
  EXPECT_TRUE(summary.files.empty());
  EXPECT_EQ(ReadFile(folder_.path() / "out" / "run.json"), before);
  EXPECT_TRUE(fs::exists(folder_.path() / "out" / "videos" / "clip.json"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("stay")));
}

TEST_F(RunsAgain, NeedNoFlagAfterOneThatFoundNothing) {
  Run({folder_.path() / "nowhere.mp4"}, false);
  EXPECT_FALSE(Run({clip_}, false).videos.at(0).error.has_value());
}

TEST_F(RunsAgain, KeepWhatIsFinishedWhereAFileCannotBeWritten) {
  RunIntoAFolderNamed("videos/b.json");
  EXPECT_TRUE(fs::exists(folder_.path() / "out" / "predictions.csv"));
  EXPECT_EQ(testing::ReadJson(folder_.path() / "out" / "run.json").at("status"), "incomplete");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("1 of 2 videos finished before")));
}

TEST_F(RunsAgain, NameWhatTheEndCannotWrite) {
  RunIntoAFolderNamed("predictions.csv");
  EXPECT_TRUE(fs::exists(folder_.path() / "out" / "videos" / "b.json"));
}

TEST_F(RunsAgain, ShortenTheNameOfAVideoThatIsTooLong) {
  WriteFileAtomically(
      folder_.path() / "list.csv",
      "dataset,subject,video,path,fps\n,,short,clip,30\n,," + std::string(300, 'v') + ",clip,30\n");
  const RunSummary summary = Run({folder_.path() / "list.csv"}, false);
  ASSERT_EQ(summary.videos.size(), 2U);
  for (const VideoOutcome& video : summary.videos) {
    EXPECT_FALSE(video.error.has_value());
    EXPECT_TRUE(fs::exists(folder_.path() / "out" / video.file));
  }
  EXPECT_EQ(
      testing::ReadJson(folder_.path() / "out" / summary.videos[1].file).at("input").at("video"),
      std::string(300, 'v'));
}

}  // namespace
}  // namespace mestr::internal
