#include "results/merge.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/record_file.h"
#include "results/made_results.h"
#include "results/run_status.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Three shards of one made-up video each.
class Merging : public ::testing::Test {
 protected:
  Merging() {
    for (int index = 1; index <= 3; ++index) WriteShard(index);
  }

  fs::path In(const std::string& name) const { return folder_.path() / name; }
  static std::string VideoOf(int index) {
    return std::string(1, static_cast<char>('a' + index - 1));
  }

  void WriteShard(int index, const std::function<void(Json& run)>& change = nullptr) const {
    const std::string video = VideoOf(index);
    const fs::path folder = In(std::to_string(index));
    Json run = testing::MadeRun({testing::MadeEntry(video)});
    run["shard"] = {{"index", index},
                    {"count", 3},
                    {"videos", 3},
                    {"inputs", "of all"},
                    {"first_video", index}};
    if (change) change(run);
    WriteRecord(folder / "run.json", run);
    WriteRecord(folder / "videos" / (video + ".json"),
                testing::MadeVideo(video, testing::MadeAnalysis()));
  }
  std::string RefusalOf(const std::vector<std::string>& names) const {
    std::vector<fs::path> folders;
    for (const std::string& name : names) folders.push_back(In(name));
    std::string refusal = testing::ErrorMessage(ErrorKind::kInput,
                                                [&] { MergeShards(folders, In("merged"), false); });
    EXPECT_FALSE(fs::exists(In("merged")));
    return refusal;
  }
  std::string RefusalWith(const std::function<void(Json& run)>& change) const {
    WriteShard(2, change);
    return RefusalOf({"1", "2", "3"});
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Merging, TakesTheShardsInAnyOrder) {
  const MergeSummary summary = MergeShards({In("3"), In("1"), In("2")}, In("merged"), false);
  EXPECT_EQ(summary.videos, 3U);
  const Json run = ReadRecord(In("merged/run.json")).value();
  EXPECT_EQ(run.at("status"), "complete");
  EXPECT_EQ(run.at("videos").at(2).at("video"), "c");
  EXPECT_EQ(run.at("wall_seconds"), 4.5);
  EXPECT_FALSE(run.contains("shard"));
  EXPECT_EQ(ReadFile(In("merged/videos/b.json")), ReadFile(In("2/videos/b.json")));
  EXPECT_EQ(UnfinishedText(In("merged")), "");
}

TEST_F(Merging, HasNoReportThatAShardHas) {
  WriteShard(1, [](Json& run) { run["files"].push_back("report.html"); });
  MergeShards({In("1"), In("2"), In("3")}, In("merged"), false);
  const Json run = ReadRecord(In("merged/run.json")).value();
  EXPECT_EQ(run.at("files"), Json({"predictions.csv", "run.json"}));
}

TEST_F(Merging, RefusesDuplicatesAndGaps) {
  EXPECT_THAT(RefusalOf({"1", "2", "2", "3"}),
              AllOf(HasSubstr(In("2").string()), HasSubstr("are both shard 2 of 3")));
  EXPECT_THAT(RefusalOf({"1", "3"}), HasSubstr("shard 2 of 3 is missing"));
  EXPECT_THAT(RefusalOf({"2", "3"}), HasSubstr("shard 1 of 3 is missing"));
  EXPECT_THAT(RefusalOf({"1", "2"}), HasSubstr("shard 3 of 3 is missing"));
}

TEST_F(Merging, RefusesShardsOfOtherRuns) {
  EXPECT_THAT(RefusalWith([](Json& run) { run["config"]["video"]["deinterlace"] = true; }),
              AllOf(HasSubstr(In("2").string()),
                    HasSubstr("another config.video.deinterlace than " + In("1").string()),
                    HasSubstr("true, and not false")));
  EXPECT_THAT(RefusalWith([](Json& run) { run["models"][0]["sha256"] = "other"; }),
              HasSubstr("another model than"));
  EXPECT_THAT(RefusalWith([](Json& run) { run["mestr"] = "0.0.1"; }),
              HasSubstr("another version of mestr than"));
  EXPECT_THAT(RefusalWith([](Json& run) { run["shard"]["count"] = 4; }),
              HasSubstr("another number of shards than"));
  EXPECT_THAT(RefusalWith([](Json& run) { run["shard"]["inputs"] = "others"; }),
              HasSubstr("of other inputs than"));
}

TEST_F(Merging, RefusesShardsThatSawOtherLengths) {
  EXPECT_THAT(RefusalWith([](Json& run) { run["shard"]["first_video"] = 3; }),
              AllOf(HasSubstr("begins with video 3"), HasSubstr("ends with video 1")));
}

TEST_F(Merging, RefusesWhatIsNoEndedShard) {
  EXPECT_THAT(RefusalWith([](Json& run) { run.erase("shard"); }),
              HasSubstr("2 is no shard: mestr merge takes"));
  EXPECT_THAT(RefusalWith([](Json& run) { run["status"] = "running"; }),
              HasSubstr("has not ended"));
  EXPECT_THAT(RefusalWith([](Json& run) {
                run["status"] = "incomplete";
                run["videos"][0].erase("ok");
              }),
              HasSubstr("not finished: 1 of its 1 video"));
  EXPECT_THAT(RefusalWith([](Json& run) { run["shard"]["index"] = 7; }),
              HasSubstr("shard.index is 7"));
  EXPECT_THAT(RefusalWith([](Json& run) { run["files"] = {"../x"}; }), HasSubstr("damaged"));
  EXPECT_THAT(RefusalOf({"none"}), HasSubstr("no such folder"));
}

TEST_F(Merging, NeverReadsOutsideOfAShard) {
  EXPECT_THAT(RefusalWith([](Json& run) { run["videos"][0]["frames_file"] = "../../x.csv"; }),
              HasSubstr("frames_file"));
}

class Unfinished : public ::testing::Test {
 protected:
  std::string TextOf(const std::function<void(Json& run)>& change) const {
    Json run = testing::MadeRun({testing::MadeEntry("a"), testing::MadeEntry("b")});
    change(run);
    WriteRecord(folder_.path() / "run.json", run);
    return UnfinishedText(folder_.path());
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Unfinished, IsNothingOfACompleteRunOrNone) {
  EXPECT_EQ(UnfinishedText(folder_.path()), "");
  EXPECT_EQ(TextOf([](Json&) {}), "");
  WriteFileAtomically(folder_.path() / "run.json", "[]");
  EXPECT_EQ(UnfinishedText(folder_.path()), "");
}

TEST_F(Unfinished, IsWhatIsMissing) {
  EXPECT_THAT(TextOf([](Json& run) {
                run["status"] = "running";
                run["videos"][1].erase("ok");
              }),
              AllOf(HasSubstr(folder_.path().string()),
                    HasSubstr("not complete: of 2 videos 1 not computed")));
  EXPECT_THAT(TextOf([](Json& run) {
                run["status"] = "incomplete";
                run["videos"][1]["ok"] = false;
              }),
              HasSubstr("of 2 videos 1 failed"));
  EXPECT_THAT(TextOf([](Json& run) { run["status"] = "running"; }),
              HasSubstr("the tables are not written"));
  EXPECT_THAT(TextOf([](Json& run) {
                run["shard"] = {{"index", 2}, {"count", 3}};
              }),
              HasSubstr("are shard 2 of 3 of a run: mestr merge"));
}

}  // namespace
}  // namespace mestr::internal
