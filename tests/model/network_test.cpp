#include "mestr/model/network.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/files.h"
#include "support/test_support.h"
#include "tiny_model.h"
#include "torch_models.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using testing::HashedInputs;
using ::testing::HasSubstr;
using testing::kRowValues;
using testing::LoadOnCpu;
using ::testing::Not;
using testing::TinyModel;

// What LibTorch and PyTorch may differ in: the order of sums.
constexpr float kTolerance = 1e-5F;

// A body of `forward` whose outputs are these constants for each input.
std::string ConstantOutputs(const std::string& spot, const std::string& probabilities) {
  return "n = x.size(0)\n  return torch.full([n], " + spot + "), torch.tensor(" + probabilities +
         ").repeat(n, 1)";
}

class NetworkFiles : public ::testing::Test {
 protected:
  fs::path Save(const std::string& forward_body,
                const std::optional<std::string>& record = testing::GoodRecord()) {
    fs::path file = folder_.path() / ("m" + std::to_string(saved_++) + ".pt");
    testing::SaveTorchScript(file, forward_body, record);
    return file;
  }

  // Loading fails with one line that names the file.
  static std::string LoadError(const fs::path& file, ErrorKind kind = ErrorKind::kModel) {
    std::string message = testing::ErrorMessage(kind, [&] { LoadOnCpu(file); });
    EXPECT_THAT(message, HasSubstr(file.string()));
    EXPECT_THAT(message, Not(HasSubstr("\n")));
    return message;
  }

  testing::TemporaryFolder folder_;
  int saved_ = 0;
};

void ExpectNear(const std::vector<float>& actual, const std::vector<float>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], kTolerance) << i;
}

std::vector<float> Flattened(const nlohmann::json& rows) {
  std::vector<float> values;
  for (const auto& row : rows) {
    for (const auto& value : row) values.push_back(value.get<float>());
  }
  return values;
}

TEST(Network, ComputesWhatPyTorchComputes) {
  const auto expected = testing::ReadJson(testing::SourcePath("tests/data/model/tiny.json"));
  const auto model = LoadOnCpu(TinyModel());
  const ScoreTrack output = model->Score(HashedInputs(expected["spot"].size()));
  ExpectNear(output.spot, expected["spot"].get<std::vector<float>>());
  ExpectNear(output.probabilities, Flattened(expected["probabilities"]));
  const auto [low, high] = std::minmax_element(output.spot.begin(), output.spot.end());
  EXPECT_GT(*high - *low, 100 * kTolerance) << "the inputs do not tell a wrong network";
}

TEST(Network, TellsItsRecordAndHash) {
  const auto expected = testing::ReadJson(testing::SourcePath("tests/data/model/tiny.json"));
  const auto model = LoadOnCpu(TinyModel());
  EXPECT_EQ(model->info().name, "tiny");
  EXPECT_EQ(model->info().k_p_frames, 6);
  EXPECT_THAT(model->info().classes, ::testing::ElementsAre("negative", "positive", "surprise"));
  EXPECT_EQ(model->sha256(), expected["sha256"].get<std::string>());
}

TEST(Network, ReproducesThePublishedNetwork) {
  MESTR_GOLDEN_OR_SKIP(golden, "network.json");
  const auto reference = testing::ReadJson(golden);
  const fs::path folder = golden.parent_path();
  const auto channels_last =
      testing::ReadFloats(folder / reference["input"]["file"].get<std::string>());
  std::vector<float> features(channels_last.size());
  constexpr size_t kPixels = testing::kSide * testing::kSide;
  for (size_t i = 0; i < features.size(); ++i) {
    const size_t image = i / kRowValues;
    const size_t channel = i % kRowValues / kPixels;
    features[i] = channels_last[(image * kPixels + i % kPixels) * testing::kChannels + channel];
  }
  ASSERT_FALSE(reference["cases"].empty());
  const testing::TemporaryFolder temporary;
  for (const auto& golden_case : reference["cases"]) {
    const fs::path weights = folder / golden_case["weights"].get<std::string>();
    const fs::path file = temporary.path() / "golden.pt";
    const std::string command =
        std::string(MESTR_PYTHON) + " '" +
        testing::SourcePath("scripts/convert_mean_weights.py").string() + "' '" + weights.string() +
        "' --output '" + file.string() +
        "' --fps 30 --k 3 --k-p 6 --training-data golden --licence none >/dev/null";
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << command;
    const ScoreTrack output = LoadOnCpu(file)->Score(features);
    ExpectNear(output.spot, golden_case["spot"].get<std::vector<float>>());
    ExpectNear(output.probabilities, Flattened(golden_case["recog"]));
  }
}

TEST(Network, GivesTheSameBytesForTheSameCallWheneverAndWhereverItIsMade) {
  const std::vector<float> features = HashedInputs(33);
  const auto model = LoadOnCpu(TinyModel());
  const ScoreTrack first = model->Score(features);
  for (int i = 0; i < 4; ++i) {
    const ScoreTrack again = model->Score(features);
    EXPECT_EQ(again.spot, first.spot);
    EXPECT_EQ(again.probabilities, first.probabilities);
  }
  ScoreTrack elsewhere;
  std::thread([&] { elsewhere = LoadOnCpu(TinyModel())->Score(features); }).join();
  EXPECT_EQ(elsewhere.spot, first.spot);
  EXPECT_EQ(elsewhere.probabilities, first.probabilities);
}

TEST(Network, UsesOneThreadInEveryThreadThatCallsIt) {
  const auto model = LoadOnCpu(TinyModel());
  int threads_elsewhere = 0;
  std::thread([&] {
    testing::SetTorchThreads(3);
    model->Score(HashedInputs(1));
    threads_elsewhere = testing::TorchThreads();
  }).join();
  EXPECT_EQ(threads_elsewhere, 1);
}

TEST(Network, LeavesTheCallersSubnormalNumbersAlone) {
  const auto network = LoadOnCpu(testing::SourcePath("models/mean_synthetic.pt"));
  const std::vector<float> row(network->info().RowValues(), 0.5F);
  EXPECT_EQ(network->Score(row).size(), 1U);
  volatile float smallest = std::numeric_limits<float>::min();
  EXPECT_GT(smallest / 2, 0.0F);
}

TEST(Network, DependsOnTheCutOfASequenceOnlyInTheLastBits) {
  const auto model = LoadOnCpu(TinyModel());
  const std::vector<float> features = HashedInputs(40);
  const ScoreTrack whole = model->Score(features);
  std::vector<float> spot;
  std::vector<float> probabilities;
  for (const size_t begin : {0, 1, 8}) {
    const size_t end = begin == 0 ? 1 : begin == 1 ? 8 : 40;
    const ScoreTrack part = model->Score(
        std::span<const float>(features).subspan(begin * kRowValues, (end - begin) * kRowValues));
    spot.insert(spot.end(), part.spot.begin(), part.spot.end());
    probabilities.insert(probabilities.end(), part.probabilities.begin(), part.probabilities.end());
  }
  ExpectNear(spot, whole.spot);
  ExpectNear(probabilities, whole.probabilities);
}

TEST(Network, GivesNothingForNoInput) {
  const ScoreTrack output = LoadOnCpu(TinyModel())->Score({});
  EXPECT_TRUE(output.spot.empty());
  EXPECT_TRUE(output.probabilities.empty());
}

TEST(Network, RefusesInputOfAnotherSize) {
  const auto model = LoadOnCpu(TinyModel());
  const std::vector<float> features(kRowValues + 1);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { model->Score(features); }),
              HasSubstr("5293 values"));
  testing::ErrorMessage(ErrorKind::kInvalidArgument, [] { LoadNetwork({}, ModelDevice::kCpu); });
}

TEST(Network, GivesATrackThatBeginsAtFrameZeroAndIsValidThroughout) {
  const ScoreTrack track = LoadOnCpu(TinyModel())->Score(HashedInputs(3));
  EXPECT_EQ(track.first_frame, 0);
  EXPECT_EQ(track.frames, 3);
  EXPECT_EQ(track.classes, 3);
  EXPECT_THAT(track.valid, ::testing::ElementsAre(1, 1, 1));
  EXPECT_EQ(track.probabilities.size(), 9U);
}

TEST_F(NetworkFiles, TakesRowsOfTheShapeThatItsRecordNames) {
  auto record = nlohmann::json::parse(testing::GoodRecord());
  record["row_shape"] = {2, 3};
  const fs::path file =
      Save("n = x.size(0)\n  return x[:, 1, 2], torch.full([n, 3], 1.0 / 3.0)", record.dump());
  const auto network = LoadOnCpu(file);
  const std::vector<float> rows = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  ExpectNear(network->Score(rows).spot, {5, 11});
  const std::vector<float> seven(7);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { network->Score(seven); }),
              HasSubstr("7 values are no multiple of 6"));
}

TEST_F(NetworkFiles, LoadsARecordOfTheFirstFormat) {
  const auto network =
      LoadOnCpu(Save(ConstantOutputs("0.5", "[0.5, 0.3, 0.2]"), testing::GoodRecordOfFormat1()));
  EXPECT_EQ(network->info().format, 1);
  ExpectNear(network->Score(HashedInputs(2)).spot, {0.5F, 0.5F});
}

TEST_F(NetworkFiles, NamesAFileThatIsMissing) {
  EXPECT_THAT(LoadError(folder_.path() / "absent.pt"), HasSubstr("no such model file"));
}

TEST_F(NetworkFiles, RefusesAFolder) {
  EXPECT_THAT(LoadError(folder_.path()), HasSubstr("it is a folder"));
}

TEST_F(NetworkFiles, RefusesAFileThatIsNoTorchScript) {
  const fs::path file = folder_.path() / "m.pt";
  WriteFileAtomically(file, "no archive at all");
  EXPECT_THAT(LoadError(file), HasSubstr("not a TorchScript model"));
  WriteFileAtomically(file, "");
  EXPECT_THAT(LoadError(file), HasSubstr("not a TorchScript model: the file is empty"));
}

TEST_F(NetworkFiles, RefusesATruncatedFile) {
  const std::string whole = ReadFile(TinyModel());
  const fs::path file = folder_.path() / "m.pt";
  WriteFileAtomically(file, whole.substr(0, whole.size() / 2));
  EXPECT_THAT(LoadError(file), HasSubstr("not a TorchScript model"));
}

TEST_F(NetworkFiles, RefusesAModelWithoutARecord) {
  const fs::path file = Save(ConstantOutputs("0.5", "[0.5, 0.3, 0.2]"), std::nullopt);
  EXPECT_THAT(LoadError(file), HasSubstr("without the record mestr.json"));
}

TEST_F(NetworkFiles, RefusesARecordThatIsIncomplete) {
  const fs::path file = Save(ConstantOutputs("0.5", "[0.5, 0.3, 0.2]"), R"({"format": 1})");
  EXPECT_THAT(LoadError(file), HasSubstr("lacks the field \"name\""));
}

TEST_F(NetworkFiles, RefusesANetworkOfAnotherNumberOfClasses) {
  EXPECT_THAT(LoadError(Save(ConstantOutputs("0.5", "[0.5, 0.5]"))),
              HasSubstr("its record names 3 classes, but its network gives 2"));
}

TEST_F(NetworkFiles, RefusesOutputsOfAWrongShape) {
  EXPECT_THAT(LoadError(Save("return x")), HasSubstr("does not give two tensors"));
  EXPECT_THAT(LoadError(Save("return x, [1, 2]")), HasSubstr("does not give two tensors"));
  EXPECT_THAT(LoadError(Save("return x.size(0), x")), HasSubstr("does not give two tensors"));
  EXPECT_THAT(LoadError(Save("n = x.size(0)\n  return torch.zeros([n, 1]), torch.zeros([n, 3])")),
              HasSubstr("spotting score of shape [2, 1] for 2 inputs"));
  EXPECT_THAT(LoadError(Save("n = x.size(0)\n  return torch.zeros([n]), torch.zeros([3])")),
              HasSubstr("probabilities of shape [3] for 2 inputs"));
}

TEST_F(NetworkFiles, RefusesANetworkThatSqueezesASingleInput) {
  const std::string body =
      "n = x.size(0)\n  return torch.zeros([n, 1]).squeeze(), torch.full([n, 3], 1.0 / 3.0)";
  EXPECT_THAT(LoadError(Save(body)), HasSubstr("spotting score of shape [] for 1 inputs"));
}

TEST_F(NetworkFiles, RefusesOutputsThatAreNotFinite) {
  EXPECT_THAT(LoadError(Save(ConstantOutputs("float('nan')", "[0.5, 0.3, 0.2]"))),
              HasSubstr("values that are not finite"));
  EXPECT_THAT(LoadError(Save(ConstantOutputs("0.5", "[0.5, float('inf'), 0.2]"))),
              HasSubstr("values that are not finite"));
}

TEST_F(NetworkFiles, RefusesClassScoresThatAreNoProbabilities) {
  EXPECT_THAT(LoadError(Save(ConstantOutputs("0.5", "[0.5, 0.5, 0.5]"))),
              HasSubstr("no probabilities"));
  EXPECT_THAT(LoadError(Save(ConstantOutputs("0.5", "[1.5, -0.3, -0.2]"))),
              HasSubstr("no probabilities"));
}

TEST_F(NetworkFiles, TellsInOneLineWhyANetworkDoesNotRun) {
  EXPECT_THAT(LoadError(Save("return torch.mm(x, x), x")), HasSubstr("its network does not run: "));
  EXPECT_THAT(LoadError(Save("assert x.size(0) > 5, 'broken here'\n  return x, x")),
              HasSubstr("does not run: AssertionError: broken here"));
}

TEST_F(NetworkFiles, ReportsValuesThatAreNotFiniteOfLaterInputsToo) {
  const auto model =
      LoadOnCpu(Save("n = x.size(0)\n  return x.log().mean([1, 2, 3]).clamp(min=-9.0),"
                     " torch.full([n, 3], 1.0 / 3.0)"));
  const std::vector<float> negative(kRowValues, -1.0F);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { model->Score(negative); }),
              HasSubstr("values that are not finite"));
}

TEST_F(NetworkFiles, AveragesAnEnsemble) {
  const fs::path a = Save(ConstantOutputs("1.0", "[1.0, 0.0, 0.0]"));
  const fs::path b = Save(ConstantOutputs("0.0", "[0.0, 1.0, 0.0]"));
  const fs::path c = Save(ConstantOutputs("0.5", "[0.5, 0.0, 0.5]"));
  const auto model = LoadNetwork({{a}, {b}, {c}}, ModelDevice::kCpu);
  const ScoreTrack output = model->Score(HashedInputs(2));
  ExpectNear(output.spot, {0.5F, 0.5F});
  ExpectNear(output.probabilities, {0.5F, 1.0F / 3, 0.5F / 3, 0.5F, 1.0F / 3, 0.5F / 3});
  EXPECT_EQ(model->sha256(),
            LoadOnCpu(a)->sha256() + "+" + LoadOnCpu(b)->sha256() + "+" + LoadOnCpu(c)->sha256());
}

TEST_F(NetworkFiles, RefusesAnEnsembleWhoseMembersDisagree) {
  auto record = nlohmann::json::parse(testing::GoodRecord());
  record["k_frames"] = 20;
  const fs::path a = Save(ConstantOutputs("1.0", "[1.0, 0.0, 0.0]"));
  const fs::path b = Save(ConstantOutputs("1.0", "[1.0, 0.0, 0.0]"), record.dump());
  const std::string message = testing::ErrorMessage(ErrorKind::kModel, [&] {
    LoadNetwork({{a}, {b}}, ModelDevice::kCpu);
  });
  EXPECT_EQ(message, b.string() + ": cannot be averaged with " + a.string() +
                         ": their records differ in \"k_frames\"");
}

TEST(NetworkCuda, IsRefusedWhereThereIsNone) {
  if (TorchHasCuda()) GTEST_SKIP() << "this machine has a CUDA device";
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kDevice,
                                    [] { LoadNetwork({{TinyModel()}}, ModelDevice::kCuda); }),
              HasSubstr("no CUDA device"));
}

TEST(NetworkCuda, AgreesWithTheCpu) {
  if (!TorchHasCuda()) GTEST_SKIP() << "no CUDA device";
  const std::vector<float> features = HashedInputs(64);
  const ScoreTrack cpu = LoadOnCpu(TinyModel())->Score(features);
  const ScoreTrack cuda = LoadNetwork({{TinyModel()}}, ModelDevice::kCuda)->Score(features);
  ExpectNear(cuda.spot, cpu.spot);
  ExpectNear(cuda.probabilities, cpu.probabilities);
}

TEST(Network, NamesTheVersionOfLibTorch) {
  EXPECT_THAT(TorchVersion(), ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
}

}  // namespace
}  // namespace mestr::internal
