// What a second call of a run finds, takes and computes again.
#include <chrono>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "pipeline/run.h"
#include "pipeline/small_run.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RunsAgain : public ::testing::Test {
 protected:
  RunsAgain() : clip_(testing::WriteFrameFolder(folder_.path() / "clip", testing::SmallClip(8))) {
    WriteFileAtomically(folder_.path() / "two.csv", "video,path,fps\na,clip,30\nb,clip,30\n");
  }

  fs::path In(const std::string& name) const { return folder_.path() / name; }
  fs::path Out(const std::string& name = "") const { return folder_.path() / "out" / name; }

  RunSummary Run(const RunOptions& options, RunObserver observer = {}) {
    warnings_.clear();
    observer.on_warning = [this](const std::string& line) { warnings_.push_back(line); };
    return RunVideos(options, observer);
  }
  RunSummary Run(const std::vector<fs::path>& inputs, bool overwrite = false,
                 RunObserver observer = {}) {
    RunOptions options = testing::OptionsFor(inputs, Out());
    options.overwrite = overwrite;
    return Run(options, std::move(observer));
  }
  // One after another, so that a test can step in between.
  RunOptions Two() const {
    RunOptions options = testing::OptionsFor({In("two.csv")}, Out());
    options.analyzer.jobs = 1;
    return options;
  }

  static std::int64_t ResumedOf(const RunSummary& summary) {
    return std::count_if(summary.videos.begin(), summary.videos.end(),
                         [](const VideoOutcome& video) { return video.resumed; });
  }

  // Two videos; when the second begins, a folder stands where its or another file belongs.
  void RunIntoAFolderNamed(const char* name) {
    RunObserver observer;
    observer.on_video = [&](const VideoTurn& turn) {
      if (turn.index == 1) fs::create_directories(Out(name));
    };
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { Run(Two(), std::move(observer)); }),
                AllOf(HasSubstr(name), HasSubstr("it is a folder")));
    EXPECT_TRUE(fs::exists(Out("videos/a.json")));
  }

  testing::TemporaryFolder folder_;
  fs::path clip_;
  std::vector<std::string> warnings_;
};

TEST_F(RunsAgain, ComputeNothingWhereNothingChanged) {
  Run(Two());
  const std::string predictions = ReadFile(Out("predictions.csv"));
  const auto written = fs::last_write_time(Out("videos/a.json"));
  const RunSummary summary = Run(Two());
  EXPECT_EQ(ResumedOf(summary), 2);
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(fs::last_write_time(Out("videos/a.json")), written);
  EXPECT_EQ(ReadFile(Out("predictions.csv")), predictions);
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("status"), "complete");
  EXPECT_EQ(summary.videos.at(1).results.frames, 8);
}

TEST_F(RunsAgain, TakeWhatIsNewBesides) {
  Run({clip_});
  const fs::path more = testing::WriteFrameFolder(In("more"), testing::SmallClip(8));
  EXPECT_EQ(ResumedOf(Run({clip_, more})), 1);
  EXPECT_TRUE(fs::exists(Out("videos/more.json")));
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("videos").size(), 2U);
}

TEST_F(RunsAgain, RefuseTheFolderOfAnotherRun) {
  Run({clip_});
  const std::string before = ReadFile(Out("run.json"));
  const auto refusal = [&](const RunOptions& options) {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { Run(options); });
  };
  const fs::path other = testing::WriteFrameFolder(In("other"), testing::SmallClip(8));
  EXPECT_THAT(refusal(testing::OptionsFor({other}, Out())),
              AllOf(HasSubstr("results of " + clip_.string()), HasSubstr("--overwrite")));
  RunOptions options = testing::OptionsFor({clip_}, Out());
  options.analyzer.config.spot.p = 0.25;
  EXPECT_THAT(refusal(options), HasSubstr("another config.spot.p, 0.0, and not 0.25"));
  options = testing::OptionsFor({clip_}, Out());
  options.analyzer.config.model.files.clear();
  EXPECT_THAT(refusal(options), HasSubstr("another model, tiny"));
  options = testing::OptionsFor({clip_}, Out());
  options.shard = {1, 1};
  EXPECT_THAT(refusal(options), HasSubstr("another shard, none"));
  EXPECT_EQ(ReadFile(Out("run.json")), before);
}

TEST_F(RunsAgain, TakeTheSameModelFromAnotherPlace) {
  Run({clip_});
  fs::copy_file(testing::TinyModel(), In("moved.pt"));
  RunOptions options = testing::OptionsFor({clip_}, Out());
  options.analyzer.config.model.files = {{In("moved.pt")}};
  EXPECT_EQ(ResumedOf(Run(options)), 1);
}

TEST_F(RunsAgain, BeginAnewOnRequest) {
  Run({clip_});
  fs::rename(clip_, In("other"));
  const RunSummary summary = Run({In("other")}, true);
  EXPECT_EQ(ResumedOf(summary), 0);
  EXPECT_FALSE(fs::exists(Out("videos/clip.json")));
  EXPECT_TRUE(fs::exists(Out("videos/other.json")));
}

struct Change {
  void (*make)(const fs::path& folder);
  const char* expected;
};

void ChangeEntry(const fs::path& folder, void (*change)(nlohmann::ordered_json& entry)) {
  const fs::path path = folder / "out" / "run.json";
  auto run = nlohmann::ordered_json::parse(ReadFile(path));
  change(run["videos"][0]);
  WriteFileAtomically(path, run.dump());
}

void ChangeRecord(const fs::path& folder, void (*change)(nlohmann::ordered_json& made_from)) {
  const fs::path path = folder / "out" / "run.json";
  auto run = nlohmann::ordered_json::parse(ReadFile(path));
  change(run["videos"][0]["made_from"]);
  WriteFileAtomically(path, run.dump());
}

const Change kChanges[] = {
    {[](const fs::path& folder) {
       const fs::path file = folder / "clip" / "img3.png";
       fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(1));
     },
     "it changed since its results were made (of 20"},
    {[](const fs::path& folder) {
       ChangeRecord(folder, [](auto& made_from) { made_from["mestr"] = "0.0.1"; });
     },
     "another version of mestr"},
    {[](const fs::path& folder) {
       ChangeRecord(folder, [](auto& made_from) { made_from["path"] = "/elsewhere/clip"; });
     },
     "it was /elsewhere/clip"},
    {[](const fs::path& folder) {
       ChangeRecord(folder, [](auto& made_from) { made_from["fps"] = 60; });
     },
     "its frame rate was given as 60 and is given as 30 now"},
    {[](const fs::path& folder) { ChangeRecord(folder, [](auto& made_from) { made_from = 5; }); },
     "is not recorded"},
    {[](const fs::path& folder) { fs::remove(folder / "out/videos/clip.json"); },
     "its results are not there, or damaged"},
    {[](const fs::path& folder) { fs::resize_file(folder / "out/videos/clip.json", 100); },
     "its results are not there, or damaged"},
};

TEST_F(RunsAgain, ComputeAgainWhatChangedAndNameIt) {
  Run({clip_});
  const std::string good = ReadFile(Out("videos/clip.json"));
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.expected);
    change.make(folder_.path());
    const RunSummary summary = Run({clip_});
    EXPECT_EQ(ResumedOf(summary), 0);
    EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr(clip_.string()), HasSubstr(change.expected),
                                             HasSubstr("computed again"))));
    EXPECT_EQ(ReadFile(Out("videos/clip.json")), good);
  }
  EXPECT_EQ(ResumedOf(Run({clip_})), 1);
}

TEST_F(RunsAgain, KeepTheReportAsLongAsItShowsWhatIsThere) {
  Run({clip_});
  auto run = testing::ReadJson(Out("run.json"));
  run["files"].push_back("report.html");
  WriteFileAtomically(Out("run.json"), run.dump());
  WriteFileAtomically(Out("report.html"), "of the results");
  Run({clip_});
  EXPECT_EQ(ReadFile(Out("report.html")), "of the results");
  EXPECT_THAT(testing::ReadJson(Out("run.json")).at("files"), Contains("report.html"));
  fs::last_write_time(clip_ / "img1.png", fs::file_time_type::clock::now());
  EXPECT_EQ(ResumedOf(Run({clip_})), 0);
  EXPECT_FALSE(fs::exists(Out("report.html")));
  EXPECT_THAT(testing::ReadJson(Out("run.json")).at("files"),
              ::testing::Not(Contains("report.html")));
}

TEST_F(RunsAgain, LeaveAReportThatIsNoRuns) {
  Run({clip_});
  WriteFileAtomically(Out("report.html"), "somebody's");
  Run({clip_}, /*overwrite=*/true);
  EXPECT_EQ(ReadFile(Out("report.html")), "somebody's");
}

TEST_F(RunsAgain, TakeNothingButTextAndNumbersFromARecordOfOthers) {
  Run({clip_});
  ChangeEntry(folder_.path(), [](nlohmann::ordered_json& entry) {
    entry["ok"] = "yes";
    entry["wall_seconds"] = "long";
    entry.erase("path");
  });
  EXPECT_EQ(ResumedOf(Run({clip_})), 1);
  const auto entry = testing::ReadJson(Out("run.json")).at("videos")[0];
  EXPECT_EQ(entry.at("path"), clip_.string());
  EXPECT_EQ(entry.at("device").at("network"), "cpu");
}

TEST_F(RunsAgain, DropWhatAVideoThatFailsNowHadBefore) {
  Run({clip_});
  WriteFileAtomically(clip_ / "img4.png", "no picture");
  EXPECT_TRUE(Run({clip_}).videos.at(0).error.has_value());
  EXPECT_FALSE(fs::exists(Out("videos/clip.json")));
}

TEST_F(RunsAgain, KeepTheResultsOfAVideoThatIsAway) {
  Run({clip_});
  fs::rename(clip_, In("away"));
  EXPECT_TRUE(Run({clip_}).videos.at(0).error.has_value());
  const auto run = testing::ReadJson(Out("run.json"));
  EXPECT_EQ(run.at("status"), "incomplete");
  EXPECT_THAT(run.at("failed").at(0).at("path"), clip_.string());
  fs::rename(In("away"), clip_);
  EXPECT_EQ(ResumedOf(Run({clip_})), 1);
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("failed").size(), 0U);
}

TEST_F(RunsAgain, KeepTheEarlierResultsWhereNoVideoSucceeds) {
  Run({clip_});
  const std::string before = ReadFile(Out("run.json"));
  const RunSummary summary = Run({In("nowhere.mp4")}, true);
  EXPECT_TRUE(summary.videos.at(0).error.has_value());
  EXPECT_TRUE(summary.files.empty());
  EXPECT_EQ(ReadFile(Out("run.json")), before);
  EXPECT_TRUE(fs::exists(Out("videos/clip.json")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("stay")));
}

TEST_F(RunsAgain, NeedNoFlagAfterOneThatFoundNothing) {
  Run({In("nowhere.mp4")});
  EXPECT_FALSE(Run({clip_}).videos.at(0).error.has_value());
}

TEST_F(RunsAgain, TryAgainWhatFailed) {
  WriteFileAtomically(In("list.csv"), "video,path,fps\na,clip,30\nb,later,30\n");
  const RunSummary first = Run({In("list.csv")});
  EXPECT_TRUE(first.videos.at(1).error.has_value());
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("status"), "incomplete");
  fs::copy(clip_, In("later"));
  const RunSummary second = Run({In("list.csv")});
  EXPECT_EQ(ResumedOf(second), 1);
  EXPECT_FALSE(second.videos.at(1).error.has_value());
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("status"), "complete");
}

TEST_F(RunsAgain, KeepWhatIsFinishedWhereAFileCannotBeWritten) {
  RunIntoAFolderNamed("videos/b.json");
  EXPECT_TRUE(fs::exists(Out("predictions.csv")));
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("status"), "incomplete");
  EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("1 of 2 videos finished before"),
                                           HasSubstr("the same command goes on"))));
  fs::remove(Out("videos/b.json"));
  EXPECT_EQ(ResumedOf(Run(Two())), 1);
}

TEST_F(RunsAgain, NameWhatTheEndCannotWrite) {
  RunIntoAFolderNamed("predictions.csv");
  EXPECT_TRUE(fs::exists(Out("videos/b.json")));
}

TEST_F(RunsAgain, GoOnAfterAStop) {
  RunObserver observer;
  bool stops = false;
  observer.on_video_done = [&](const VideoInput&, double) { stops = true; };
  observer.stops_after_video = [&] { return stops; };
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kStopped, [&] { Run(Two(), observer); }),
              HasSubstr("the same command goes on"));
  auto run = testing::ReadJson(Out("run.json"));
  EXPECT_EQ(run.at("status"), "incomplete");
  EXPECT_THAT(run.at("error"), HasSubstr("stopped before video 2 of 2"));
  EXPECT_FALSE(run.at("videos").at(1).contains("ok"));
  EXPECT_EQ(ResumedOf(Run(Two())), 1);
  run = testing::ReadJson(Out("run.json"));
  EXPECT_EQ(run.at("status"), "complete");
  EXPECT_FALSE(run.contains("error"));
}

TEST_F(RunsAgain, StopWithinAVideoWhereTheyMust) {
  std::stop_source stop;
  RunObserver observer;
  observer.on_video = [&](const VideoTurn& turn) {
    if (turn.index == 1) stop.request_stop();
  };
  observer.stop = stop.get_token();
  testing::ErrorMessage(ErrorKind::kStopped, [&] { Run(Two(), observer); });
  EXPECT_TRUE(fs::exists(Out("videos/a.json")));
  EXPECT_FALSE(fs::exists(Out("videos/b.json")));
}

TEST_F(RunsAgain, SayFromTheBeginningWhatIsDone) {
  RunObserver observer;
  observer.on_video = [&](const VideoTurn& turn) {
    const auto run = testing::ReadJson(Out("run.json"));
    EXPECT_EQ(run.at("status"), "running");
    EXPECT_EQ(run.at("videos").at(0).value("ok", false), turn.index == 1);
    EXPECT_FALSE(run.at("models").empty());
  };
  Run(Two(), observer);
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("status"), "complete");
}

TEST_F(RunsAgain, AreRefusedWhileAnotherRunIsThere) {
  RunObserver observer;
  std::string refusal;
  observer.on_video = [&](const VideoTurn& turn) {
    if (turn.index > 0) return;
    refusal = testing::ErrorMessage(ErrorKind::kConfig, [&] { RunVideos(Two(), {}); });
  };
  Run(Two(), observer);
  EXPECT_THAT(refusal, HasSubstr("another mestr writes to"));
}

TEST_F(RunsAgain, ShortenTheNameOfAVideoThatIsTooLong) {
  WriteFileAtomically(In("list.csv"), "dataset,subject,video,path,fps\n,,short,clip,30\n,," +
                                          std::string(300, 'v') + ",clip,30\n");
  const RunSummary summary = Run({In("list.csv")});
  ASSERT_EQ(summary.videos.size(), 2U);
  for (const VideoOutcome& video : summary.videos) {
    EXPECT_FALSE(video.error.has_value());
    EXPECT_TRUE(fs::exists(Out(video.file)));
  }
  EXPECT_EQ(testing::ReadJson(Out(summary.videos[1].file)).at("input").at("video"),
            std::string(300, 'v'));
}

}  // namespace
}  // namespace mestr::internal
