#include "report/report.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/record_file.h"
#include "results/made_results.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class ReportPage : public ::testing::Test {
 protected:
  ReportPage() { testing::WriteMadeResults(Out()); }
  fs::path Out(const std::string& name = "") const { return folder_.path() / "out" / name; }

  std::string Write(const ReportOptions& options) {
    ReportObserver observer;
    observer.on_warning = [this](const std::string& line) { notes_.push_back(line); };
    return ReadFile(WriteReportPage(options, observer));
  }
  std::string Write() {
    ReportOptions options;
    options.results = Out();
    options.faces = false;  // there are no videos
    return Write(options);
  }
  std::string WriteWithLabels(const std::string& rows) {
    ReportOptions options;
    options.results = Out();
    options.faces = false;  // there are no videos
    options.truth = folder_.path() / "labels.csv";
    WriteFileAtomically(*options.truth,
                        "dataset,subject,video,onset,apex,offset,emotion,type\n" + rows);
    return Write(options);
  }
  std::string Refusal(ErrorKind kind) {
    return testing::ErrorMessage(kind, [this] { Write(); });
  }

  static std::string BlockText(const std::string& page, const std::string& id) {
    const std::string begin = "<script type=\"application/json\" id=\"" + id + "\">";
    const std::size_t at = page.find(begin);
    EXPECT_NE(at, std::string::npos) << id;
    const std::size_t from = at + begin.size();
    return page.substr(from, page.find("</script>", from) - from);
  }
  static Json Block(const std::string& page, const std::string& id) {
    return Json::parse(BlockText(page, id));
  }

  testing::TemporaryFolder folder_;
  std::vector<std::string> notes_;
};

TEST_F(ReportPage, HasARowForEachFindCountedFrom1) {
  const Json index = Block(Write(), "index");
  ASSERT_THAT(index["videos"], SizeIs(1));
  EXPECT_EQ(index["videos"][0]["found"], 2);
  EXPECT_EQ(index["videos"][0]["warnings"], Json({"the light flickers"}));
  ASSERT_THAT(index["rows"], SizeIs(3));
  const Json& row = index["rows"][0];
  EXPECT_EQ(row["kind"], "find");
  EXPECT_EQ(row["onset"], 11);
  EXPECT_EQ(row["apex"], 13);
  EXPECT_EQ(row["offset"], 15);
  EXPECT_EQ(row["onset_s"], 0.333333);
  EXPECT_EQ(row["emotion"], "negative");
  EXPECT_EQ(row["context"], "blink");
  EXPECT_EQ(row["classes"], Json({0.25, 0.75}));
  EXPECT_EQ(index["rows"][2]["kind"], "longer");
}

TEST_F(ReportPage, SaysWhatCouldNotBeJudgedAndWhy) {
  const std::string page = Write();
  EXPECT_EQ(Block(page, "index")["videos"][0]["not_usable_s"], Json({{"no face", 0.333333}}));
  const Json face = Block(page, "video-0")["faces"][0];
  EXPECT_EQ(face["unusable"], Json::parse(R"([[41, 50, "no face"]])"));
  EXPECT_EQ(face["stretches"][0]["threshold"], 0.5);
  EXPECT_EQ(face["stretches"][1]["threshold"], 0.4);
}

TEST_F(ReportPage, PacksScoresWithTheirGaps) {
  const Json face = Block(Write(), "video-0")["faces"][0];
  EXPECT_EQ(face["first"], 1);
  EXPECT_EQ(face["count"], 87);
  EXPECT_EQ(face["score"]["low"], 0);
  EXPECT_EQ(face["score"]["high"], 0.9375);
  // 87 values of 2 bytes, base64.
  EXPECT_EQ(face["score"]["data"].get<std::string>().size(), 4U * (87 * 2 / 3));
  EXPECT_THAT(face["probabilities"], SizeIs(2));
  EXPECT_TRUE(Block(Write(), "video-0")["times"].is_null());  // even ones need no list
}

TEST_F(ReportPage, KeepsTheTimesOfAVariableRate) {
  Analysis analysis = testing::MadeAnalysis();
  analysis.frame_times_s[89] += 0.5;
  WriteRecord(Out("videos/a.json"), testing::MadeVideo("a", analysis));
  const Json times = Block(Write(), "video-0")["times"];
  ASSERT_THAT(times, SizeIs(90));
  EXPECT_NEAR(times[89].get<double>(), 89.0 / 30 + 0.5, 1e-6);
}

TEST_F(ReportPage, TellsHitsFalseAlarmsAndMissesApart) {
  const std::string page =
      WriteWithLabels(",,a,11,13,15,positive,micro\n,,a,30,32,35,negative,micro\n");
  const Json index = Block(page, "index");
  EXPECT_EQ(index["videos"][0]["hits"], 1);
  EXPECT_EQ(index["videos"][0]["false_alarms"], 1);
  EXPECT_EQ(index["videos"][0]["misses"], 1);
  EXPECT_EQ(index["rows"][0]["verdict"], "hit");
  EXPECT_EQ(index["rows"][0]["label"]["emotion"], "positive");
  EXPECT_EQ(index["rows"][1]["verdict"], "false alarm");
  EXPECT_EQ(index["rows"][3]["kind"], "miss");
  EXPECT_EQ(index["rows"][3]["onset"], 30);
  EXPECT_EQ(Block(page, "video-0")["labels"][1]["verdict"], "miss");
}

TEST_F(ReportPage, CountsTheLabelsOfAFailedVideoAsMissed) {
  WriteRecord(Out("run.json"), testing::MadeRun({testing::MadeEntry("a"),
                                                 testing::MadeEntry("b", "no face was found")}));
  const Json index = Block(WriteWithLabels(",,b,11,13,15,positive,micro\n"), "index");
  EXPECT_EQ(index["videos"][1]["error"], "no face was found");
  EXPECT_EQ(index["videos"][1]["misses"], 1);
}

TEST_F(ReportPage, NotesLabelsOfVideosThatAreNotThere) {
  WriteWithLabels(",,a,11,13,15,positive,micro\n,,z,11,13,15,positive,micro\n");
  EXPECT_THAT(notes_, ElementsAre("1 label of videos that are not in this run"));
}

TEST_F(ReportPage, ShowsHostileNamesAsText) {
  const std::string name = "</script><script>alert(1)</script><!--";
  Json entry = testing::MadeEntry(name);
  entry["file"] = "videos/a.json";
  WriteRecord(Out("run.json"), testing::MadeRun({entry}));
  WriteRecord(Out("videos/a.json"), testing::MadeVideo(name, testing::MadeAnalysis()));
  const std::string page = Write();
  EXPECT_EQ(page.find("alert(1)</script>"), std::string::npos);
  EXPECT_EQ(Block(page, "index")["videos"][0]["name"], name);
}

TEST_F(ReportPage, AllowsNothingButItsOwnStyleAndScript) {
  const std::string page = Write();
  const std::string before = "Content-Security-Policy\" content=\"";
  const std::size_t begin = page.find(before);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t policy = begin + before.size();
  EXPECT_THAT(page.substr(policy, page.find('"', policy) - policy),
              AllOf(HasSubstr("default-src 'none'"), HasSubstr("script-src 'sha256-"),
                    Not(HasSubstr("unsafe")), Not(HasSubstr("http"))));
  EXPECT_EQ(page.find("@POLICY@"), std::string::npos);
  EXPECT_EQ(page.find("@BLOCKS@"), std::string::npos);
  EXPECT_THAT(page, HasSubstr("Copyright (c) 2021 Leon Sorokin"));
}

TEST_F(ReportPage, IsTheSameEachTime) { EXPECT_EQ(Write(), Write()); }

TEST_F(ReportPage, IsListedInTheRunsRecord) {
  Write();
  Write();
  const Json record = Json::parse(ReadFile(Out("run.json")));
  EXPECT_EQ(record["files"], Json({"predictions.csv", "run.json", "report.html"}));
}

TEST_F(ReportPage, GoesElsewhereWithoutATrace) {
  const std::string before = ReadFile(Out("run.json"));
  ReportOptions options;
  options.results = Out();
  options.faces = false;
  options.output = folder_.path() / "page.html";
  Write(options);
  EXPECT_TRUE(fs::exists(folder_.path() / "page.html"));
  EXPECT_FALSE(fs::exists(Out("report.html")));
  EXPECT_EQ(ReadFile(Out("run.json")), before);
}

TEST_F(ReportPage, IsNotWrittenOverAFileOfSomebodyElse) {
  WriteFileAtomically(Out("report.html"), "mine");
  EXPECT_THAT(Refusal(ErrorKind::kConfig),
              AllOf(HasSubstr("report.html is in the way"), HasSubstr("--output")));
  EXPECT_EQ(ReadFile(Out("report.html")), "mine");
}

TEST_F(ReportPage, OfADamagedVideoIsNotWritten) {
  WriteFileAtomically(Out("videos/a.json"), "{}");
  EXPECT_THAT(Refusal(ErrorKind::kInput), HasSubstr("videos/a.json"));
  EXPECT_FALSE(fs::exists(Out("report.html")));
}

TEST_F(ReportPage, OfAMinuteAt200FramesASecondIsSmall) {
  Analysis analysis = testing::MadeAnalysis();
  analysis.fps = 200;
  analysis.frames = 12000;
  analysis.frame_times_s.resize(12000);
  for (std::size_t i = 0; i < 12000; ++i) analysis.frame_times_s[i] = static_cast<double>(i) / 200;
  analysis.faces.resize(12000, analysis.faces[0]);
  analysis.scores.frames = 12000;
  analysis.scores.PadTo(11980);
  analysis.spotting.smoothed.resize(11980);
  for (std::size_t i = 0; i < 11980; ++i) {
    analysis.scores.valid[i] = 1;
    analysis.scores.spot[i] = static_cast<float>(i % 997) / 997;
  }
  WriteRecord(Out("videos/a.json"), testing::MadeVideo("a", analysis));
  EXPECT_LT(BlockText(Write(), "video-0").size(), 170'000U);  // 30 of them: 5 MB
}

}  // namespace
}  // namespace mestr::internal
