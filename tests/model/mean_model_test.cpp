#include "mestr/model/mean_model.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "mestr/core/files.h"
#include "support/test_support.h"
#include "torch_models.h"

namespace mestr {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// What LibTorch and PyTorch may differ in: the order of sums.
constexpr float kTolerance = 1e-5F;

// The inputs of tests/model/make_tiny_model.py.
std::vector<float> HashedInputs(size_t count) {
  std::vector<float> values(count * kFeatureValues);
  for (size_t i = 0; i < values.size(); ++i) {
    const std::uint32_t hash = static_cast<std::uint32_t>(i) * 2654435761U;
    const auto eighths = static_cast<float>(i / (size_t{kFeatureSide} * kFeatureSide) % 7 + 1);
    values[i] = static_cast<float>(hash >> 8) / 16777216.0F * (eighths / 8.0F);
  }
  return values;
}

fs::path TinyModel() { return testing::SourcePath("tests/data/model/tiny.pt"); }

std::unique_ptr<MeanModel> LoadOnCpu(const fs::path& file) {
  return LoadMeanModel({file}, ModelDevice::kCpu);
}

// A body of `forward` whose outputs are these constants for each input.
std::string ConstantOutputs(const std::string& spot, const std::string& probabilities) {
  return "n = x.size(0)\n  return torch.full([n], " + spot + "), torch.tensor(" + probabilities +
         ").repeat(n, 1)";
}

class MeanModelFiles : public ::testing::Test {
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

TEST(MeanModel, ComputesWhatPyTorchComputes) {
  const auto expected = testing::ReadJson(testing::SourcePath("tests/data/model/tiny.json"));
  const auto model = LoadOnCpu(TinyModel());
  const ModelOutput output = model->Forward(HashedInputs(expected["spot"].size()));
  ExpectNear(output.spot, expected["spot"].get<std::vector<float>>());
  ExpectNear(output.probabilities, Flattened(expected["probabilities"]));
  const auto [low, high] = std::minmax_element(output.spot.begin(), output.spot.end());
  EXPECT_GT(*high - *low, 100 * kTolerance) << "the inputs do not tell a wrong network";
}

TEST(MeanModel, TellsItsRecordAndHash) {
  const auto expected = testing::ReadJson(testing::SourcePath("tests/data/model/tiny.json"));
  const auto model = LoadOnCpu(TinyModel());
  EXPECT_EQ(model->info().name, "tiny");
  EXPECT_EQ(model->info().k_p_frames, 6);
  EXPECT_THAT(model->info().classes, ::testing::ElementsAre("negative", "positive", "surprise"));
  EXPECT_EQ(model->sha256(), expected["sha256"].get<std::string>());
}

TEST(MeanModel, ReproducesThePublishedNetwork) {
  MESTR_GOLDEN_OR_SKIP(golden, "network.json");
  const auto reference = testing::ReadJson(golden);
  const fs::path folder = golden.parent_path();
  const auto channels_last =
      testing::ReadFloats(folder / reference["input"]["file"].get<std::string>());
  std::vector<float> features(channels_last.size());
  constexpr size_t kPixels = size_t{kFeatureSide} * kFeatureSide;
  for (size_t i = 0; i < features.size(); ++i) {
    const size_t image = i / kFeatureValues;
    const size_t channel = i % kFeatureValues / kPixels;
    features[i] = channels_last[(image * kPixels + i % kPixels) * kFeatureChannels + channel];
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
    const ModelOutput output = LoadOnCpu(file)->Forward(features);
    ExpectNear(output.spot, golden_case["spot"].get<std::vector<float>>());
    ExpectNear(output.probabilities, Flattened(golden_case["recog"]));
  }
}

TEST(MeanModel, GivesTheSameBytesForTheSameCallWheneverAndWhereverItIsMade) {
  const std::vector<float> features = HashedInputs(33);
  const auto model = LoadOnCpu(TinyModel());
  const ModelOutput first = model->Forward(features);
  for (int i = 0; i < 4; ++i) {
    const ModelOutput again = model->Forward(features);
    EXPECT_EQ(again.spot, first.spot);
    EXPECT_EQ(again.probabilities, first.probabilities);
  }
  ModelOutput elsewhere;
  std::thread([&] { elsewhere = LoadOnCpu(TinyModel())->Forward(features); }).join();
  EXPECT_EQ(elsewhere.spot, first.spot);
  EXPECT_EQ(elsewhere.probabilities, first.probabilities);
}

TEST(MeanModel, UsesOneThreadInEveryThreadThatCallsIt) {
  const auto model = LoadOnCpu(TinyModel());
  int threads_elsewhere = 0;
  std::thread([&] {
    testing::SetTorchThreads(3);
    model->Forward(HashedInputs(1));
    threads_elsewhere = testing::TorchThreads();
  }).join();
  EXPECT_EQ(threads_elsewhere, 1);
}

TEST(MeanModel, DependsOnTheCutOfASequenceOnlyInTheLastBits) {
  const auto model = LoadOnCpu(TinyModel());
  const std::vector<float> features = HashedInputs(40);
  const ModelOutput whole = model->Forward(features);
  std::vector<float> spot;
  std::vector<float> probabilities;
  for (const size_t begin : {0, 1, 8}) {
    const size_t end = begin == 0 ? 1 : begin == 1 ? 8 : 40;
    const ModelOutput part = model->Forward(std::span<const float>(features).subspan(
        begin * kFeatureValues, (end - begin) * kFeatureValues));
    spot.insert(spot.end(), part.spot.begin(), part.spot.end());
    probabilities.insert(probabilities.end(), part.probabilities.begin(), part.probabilities.end());
  }
  ExpectNear(spot, whole.spot);
  ExpectNear(probabilities, whole.probabilities);
}

TEST(MeanModel, GivesNothingForNoInput) {
  const ModelOutput output = LoadOnCpu(TinyModel())->Forward({});
  EXPECT_TRUE(output.spot.empty());
  EXPECT_TRUE(output.probabilities.empty());
}

TEST(MeanModel, RefusesInputOfAnotherSize) {
  const auto model = LoadOnCpu(TinyModel());
  const std::vector<float> features(kFeatureValues + 1);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { model->Forward(features); }),
              HasSubstr("5293 values"));
  testing::ErrorMessage(ErrorKind::kInvalidArgument, [] { LoadMeanModel({}, ModelDevice::kCpu); });
}

TEST_F(MeanModelFiles, NamesAFileThatIsMissing) {
  EXPECT_THAT(LoadError(folder_.path() / "absent.pt"), HasSubstr("no such model file"));
}

TEST_F(MeanModelFiles, RefusesAFolder) {
  EXPECT_THAT(LoadError(folder_.path()), HasSubstr("it is a folder"));
}

TEST_F(MeanModelFiles, RefusesAFileThatIsNoTorchScript) {
  const fs::path file = folder_.path() / "m.pt";
  WriteFileAtomically(file, "no archive at all");
  EXPECT_THAT(LoadError(file), HasSubstr("not a TorchScript model"));
  WriteFileAtomically(file, "");
  EXPECT_THAT(LoadError(file), HasSubstr("not a TorchScript model: the file is empty"));
}

TEST_F(MeanModelFiles, RefusesATruncatedFile) {
  const std::string whole = ReadFile(TinyModel());
  const fs::path file = folder_.path() / "m.pt";
  WriteFileAtomically(file, whole.substr(0, whole.size() / 2));
  EXPECT_THAT(LoadError(file), HasSubstr("not a TorchScript model"));
}

TEST_F(MeanModelFiles, RefusesAModelWithoutARecord) {
  const fs::path file = Save(ConstantOutputs("0.5", "[0.5, 0.3, 0.2]"), std::nullopt);
  EXPECT_THAT(LoadError(file), HasSubstr("without the record mestr.json"));
}

TEST_F(MeanModelFiles, RefusesARecordThatIsIncomplete) {
  const fs::path file = Save(ConstantOutputs("0.5", "[0.5, 0.3, 0.2]"), R"({"format": 1})");
  EXPECT_THAT(LoadError(file), HasSubstr("lacks the field \"name\""));
}

TEST_F(MeanModelFiles, RefusesANetworkOfAnotherNumberOfClasses) {
  EXPECT_THAT(LoadError(Save(ConstantOutputs("0.5", "[0.5, 0.5]"))),
              HasSubstr("its record names 3 classes, but its network gives 2"));
}

TEST_F(MeanModelFiles, RefusesOutputsOfAWrongShape) {
  EXPECT_THAT(LoadError(Save("return x")), HasSubstr("does not give two tensors"));
  EXPECT_THAT(LoadError(Save("return x, [1, 2]")), HasSubstr("does not give two tensors"));
  EXPECT_THAT(LoadError(Save("return x.size(0), x")), HasSubstr("does not give two tensors"));
  EXPECT_THAT(LoadError(Save("n = x.size(0)\n  return torch.zeros([n, 1]), torch.zeros([n, 3])")),
              HasSubstr("spotting score of shape [2, 1] for 2 inputs"));
  EXPECT_THAT(LoadError(Save("n = x.size(0)\n  return torch.zeros([n]), torch.zeros([3])")),
              HasSubstr("probabilities of shape [3] for 2 inputs"));
}

TEST_F(MeanModelFiles, RefusesANetworkThatSqueezesASingleInput) {
  const std::string body =
      "n = x.size(0)\n  return torch.zeros([n, 1]).squeeze(), torch.full([n, 3], 1.0 / 3.0)";
  EXPECT_THAT(LoadError(Save(body)), HasSubstr("spotting score of shape [] for 1 inputs"));
}

TEST_F(MeanModelFiles, RefusesOutputsThatAreNotFinite) {
  EXPECT_THAT(LoadError(Save(ConstantOutputs("float('nan')", "[0.5, 0.3, 0.2]"))),
              HasSubstr("values that are not finite"));
  EXPECT_THAT(LoadError(Save(ConstantOutputs("0.5", "[0.5, float('inf'), 0.2]"))),
              HasSubstr("values that are not finite"));
}

TEST_F(MeanModelFiles, RefusesClassScoresThatAreNoProbabilities) {
  EXPECT_THAT(LoadError(Save(ConstantOutputs("0.5", "[0.5, 0.5, 0.5]"))),
              HasSubstr("no probabilities"));
  EXPECT_THAT(LoadError(Save(ConstantOutputs("0.5", "[1.5, -0.3, -0.2]"))),
              HasSubstr("no probabilities"));
}

TEST_F(MeanModelFiles, TellsInOneLineWhyANetworkDoesNotRun) {
  EXPECT_THAT(LoadError(Save("return torch.mm(x, x), x")), HasSubstr("its network does not run: "));
  EXPECT_THAT(LoadError(Save("assert x.size(0) > 5, 'broken here'\n  return x, x")),
              HasSubstr("does not run: AssertionError: broken here"));
}

TEST_F(MeanModelFiles, ReportsValuesThatAreNotFiniteOfLaterInputsToo) {
  const auto model =
      LoadOnCpu(Save("n = x.size(0)\n  return x.log().mean([1, 2, 3]).clamp(min=-9.0),"
                     " torch.full([n, 3], 1.0 / 3.0)"));
  const std::vector<float> negative(kFeatureValues, -1.0F);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { model->Forward(negative); }),
              HasSubstr("values that are not finite"));
}

TEST_F(MeanModelFiles, AveragesAnEnsemble) {
  const fs::path a = Save(ConstantOutputs("1.0", "[1.0, 0.0, 0.0]"));
  const fs::path b = Save(ConstantOutputs("0.0", "[0.0, 1.0, 0.0]"));
  const fs::path c = Save(ConstantOutputs("0.5", "[0.5, 0.0, 0.5]"));
  const auto model = LoadMeanModel({a, b, c}, ModelDevice::kCpu);
  const ModelOutput output = model->Forward(HashedInputs(2));
  ExpectNear(output.spot, {0.5F, 0.5F});
  ExpectNear(output.probabilities, {0.5F, 1.0F / 3, 0.5F / 3, 0.5F, 1.0F / 3, 0.5F / 3});
  EXPECT_EQ(model->sha256(),
            LoadOnCpu(a)->sha256() + "+" + LoadOnCpu(b)->sha256() + "+" + LoadOnCpu(c)->sha256());
}

TEST_F(MeanModelFiles, RefusesAnEnsembleWhoseMembersDisagree) {
  auto record = nlohmann::json::parse(testing::GoodRecord());
  record["k_frames"] = 20;
  const fs::path a = Save(ConstantOutputs("1.0", "[1.0, 0.0, 0.0]"));
  const fs::path b = Save(ConstantOutputs("1.0", "[1.0, 0.0, 0.0]"), record.dump());
  const std::string message = testing::ErrorMessage(ErrorKind::kModel, [&] {
    LoadMeanModel({a, b}, ModelDevice::kCpu);
  });
  EXPECT_EQ(message, b.string() + ": cannot be averaged with " + a.string() +
                         ": their records differ in \"k_frames\"");
}

TEST(MeanModelCuda, IsRefusedWhereThereIsNone) {
  if (TorchHasCuda()) GTEST_SKIP() << "this machine has a CUDA device";
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kDevice,
                                    [] { LoadMeanModel({TinyModel()}, ModelDevice::kCuda); }),
              HasSubstr("no CUDA device"));
}

TEST(MeanModelCuda, AgreesWithTheCpu) {
  if (!TorchHasCuda()) GTEST_SKIP() << "no CUDA device";
  const std::vector<float> features = HashedInputs(64);
  const ModelOutput cpu = LoadOnCpu(TinyModel())->Forward(features);
  const ModelOutput cuda = LoadMeanModel({TinyModel()}, ModelDevice::kCuda)->Forward(features);
  ExpectNear(cuda.spot, cpu.spot);
  ExpectNear(cuda.probabilities, cpu.probabilities);
}

TEST(MeanModel, NamesTheVersionOfLibTorch) {
  EXPECT_THAT(TorchVersion(), ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
}

}  // namespace
}  // namespace mestr
