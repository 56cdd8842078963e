#include "results/prediction_files.h"

#include "core/files.h"
#include "mestr/submission/predictions.h"
#include "results/made_results.h"
#include "submission/archive.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<VideoInput> VideosOf(const std::vector<std::string>& datasets) {
  std::vector<VideoInput> videos;
  for (const std::string& dataset : datasets) {
    videos.push_back({.path = {}, .key = {dataset, "1", "a"}, .fps = {}});
  }
  return videos;
}

VideoResults Found(const std::string& dataset, const std::string& video) {
  VideoResults results;
  results.input.key = {dataset, "1", video};
  results.faces.resize(1);
  results.faces[0].intervals = {{.interval = {3, 6},
                                 .peak = 5,
                                 .onset_s = 0.1,
                                 .offset_s = 0.2,
                                 .emotion = "positive",
                                 .probability = 0.75,
                                 .score = 2}};
  return results;
}

TEST(PredictionFilesOf, GoByTheDataSets) {
  const auto of = [](const std::vector<std::string>& datasets) {
    return PredictionFilesOf(VideosOf(datasets));
  };
  EXPECT_THAT(of({""}), ElementsAre("predictions.csv"));
  EXPECT_THAT(of({"samm", "cas", "samm"}),
              ElementsAre("cas_pred.csv", "samm_pred.csv", "submission.zip"));
  EXPECT_THAT(of({"own", "cas"}), ElementsAre("cas_pred.csv", "submission.zip", "predictions.csv"));
}

TEST(WritePredictions, HasHeadersForDataSetsWithoutFinds) {
  const testing::TemporaryFolder folder;
  WritePredictions(folder.path(), VideosOf({"cas", "samm", ""}), {Found("cas", "a")});
  EXPECT_EQ(ReadFile(folder.path() / "cas_pred.csv"),
            "subject,video,onset,offset,emotion\n1,a,4,7,positive\n");
  EXPECT_EQ(ReadFile(folder.path() / "samm_pred.csv"), "subject,video,onset,offset,emotion\n");
  EXPECT_THAT(ReadZip(folder.path() / "submission.zip"), SizeIs(2));
  EXPECT_TRUE(ReadPredictionsFile(folder.path() / "predictions.csv").empty());
}

TEST(WritePredictions, HasTheFindsOfEveryFace) {
  const testing::TemporaryFolder folder;
  VideoResults video = Found("", "b");
  video.faces.push_back(video.faces[0]);
  video.faces[1].intervals[0].track = 1;
  video.faces[1].intervals[0].evidence = Evidence{.value = 0.5};
  video.faces[1].intervals[0].context = "blink";
  WritePredictions(folder.path(), VideosOf({""}), {Found("", "a"), video});
  const auto read = ReadPredictionsFile(folder.path() / "predictions.csv");
  ASSERT_THAT(read, SizeIs(3));
  EXPECT_EQ(read[0].video.video, "a");
  EXPECT_EQ(read[2].track, 1);
  EXPECT_EQ(read[2].evidence, 0.5);
  EXPECT_EQ(read[2].context, "blink");
  EXPECT_EQ(read[2].apex, 5);
}

}  // namespace
}  // namespace mestr::internal
