// Networks of windows: one window a call, logits, bounds.
#include <cmath>
#include <nlohmann/json.hpp>

#include "mestr/model/network.h"
#include "support/test_support.h"
#include "torch_models.h"

namespace mestr {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Four frames of two values, two classes.
std::string Record(const std::string& decode = "plain") {
  json record = json::parse(testing::GoodRecordOfWindows());
  record["classes"] = {"negative", "neutral"};
  record["row_shape"] = {2};
  record["window"] = {{"frames", 4}, {"hop_frames", 2}, {"frame_step", 1}};
  record["class_offsets"] = {0, 0};
  record["not_written"] = {"neutral"};
  record["decode"] = decode;
  return record.dump();
}

std::unique_ptr<Network> Load(const fs::path& file, const std::string& body,
                              const std::string& record = Record()) {
  testing::SaveTorchScript(file, body, record);
  return LoadNetwork({{file}}, ModelDevice::kCpu);
}

std::string Refusal(const fs::path& file, const std::string& body,
                    const std::string& record = Record()) {
  return testing::ErrorMessage(ErrorKind::kModel, [&] { Load(file, body, record); });
}

const std::vector<float> kRows = {0, 1, 2, -3, 4, 0.5F, 6, 7};

TEST(WindowNetwork, GivesLogitsAndTheirSoftmax) {
  const testing::TemporaryFolder folder;
  const auto network = Load(folder.path() / "m.pt", "return x[:, 0], x");
  const ScoreTrack track = network->Score(kRows);
  EXPECT_THAT(track.spot, ElementsAre(0, 2, 4, 6));
  EXPECT_EQ(track.logits, kRows);
  EXPECT_THAT(track.bounds, IsEmpty());
  for (std::size_t i = 0; i < 4; ++i) {
    const double second = 1 / (1 + std::exp(kRows[2 * i] - kRows[2 * i + 1]));
    EXPECT_NEAR(track.ProbabilitiesAt(i)[1], second, 1e-6);
  }
}

TEST(WindowNetwork, NeedsToWorkForItsWindowAlone) {
  const testing::TemporaryFolder folder;
  const auto network = Load(folder.path() / "m.pt", "return x.view(4, 2)[:, 0], x");
  EXPECT_EQ(network->Score(kRows).size(), 4U);
}

TEST(WindowNetwork, MayGiveBounds) {
  const testing::TemporaryFolder folder;
  const auto network = Load(folder.path() / "m.pt", "return x[:, 0], x, x + 1.0", Record("bounds"));
  EXPECT_THAT(network->Score(kRows).bounds, ElementsAre(1, 2, 3, -2, 5, 1.5F, 7, 8));
}

TEST(WindowNetwork, OfAnEnsembleGivesMeans) {
  const testing::TemporaryFolder folder;
  testing::SaveTorchScript(folder.path() / "a.pt", "return x[:, 0], x, x", Record());
  testing::SaveTorchScript(folder.path() / "b.pt", "return x[:, 1], 3.0 * x, -x", Record());
  const auto network =
      LoadNetwork({{folder.path() / "a.pt"}, {folder.path() / "b.pt"}}, ModelDevice::kCpu);
  const ScoreTrack track = network->Score(kRows);
  EXPECT_THAT(track.spot, ElementsAre(0.5F, -0.5F, 2.25F, 6.5F));
  EXPECT_THAT(track.LogitsAt(3), ElementsAre(12, 14));
  EXPECT_THAT(track.bounds, ElementsAre(0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(WindowNetwork, IsRefusedWhereItsOutputsDoNotFitItsRecord) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "m.pt";
  EXPECT_THAT(Refusal(file, "return x[:, 0], torch.cat([x, x], 1)"),
              HasSubstr("its record names 2 classes, but its network gives 4"));
  EXPECT_THAT(Refusal(file, "return x, x"), HasSubstr("a spotting score of shape [4, 2]"));
  EXPECT_THAT(Refusal(file, "return x[:, 0], x[:2]"), HasSubstr("gives logits of shape [2, 2]"));
  EXPECT_THAT(Refusal(file, "return x[:, 0]"), HasSubstr("does not give two or three tensors"));
  EXPECT_THAT(Refusal(file, "return x[:, 0], x, x[:, 0]"), HasSubstr("gives bounds of shape [4]"));
  EXPECT_THAT(Refusal(file, "return x[:, 0], x", Record("bounds")),
              HasSubstr("its network gives no third tensor"));
  EXPECT_THAT(Refusal(file, "return x[:, 0], x / 0.0"), HasSubstr("not finite"));
}

}  // namespace
}  // namespace mestr
