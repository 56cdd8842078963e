#include "mestr/pipeline/config.h"

#include <nlohmann/json.hpp>

#include "mestr/core/files.h"
#include "support/test_support.h"

namespace mestr {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConfigFile : public ::testing::Test {
 protected:
  fs::path Write(const std::string& text) {
    const fs::path path = folder_.path() / "config.yaml";
    WriteFileAtomically(path, text);
    return path;
  }
  std::string ErrorOf(const std::string& text) {
    const fs::path path = Write(text);
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { LoadConfig({path}, {}); });
  }
  static std::string ErrorOfOverride(const std::string& text) {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { LoadConfig({}, {text}); });
  }

  testing::TemporaryFolder folder_;
};

TEST(Config, ShippedMegc2025SaysWhatTheDefaultsAre) {
  const Config shipped = LoadConfig({testing::SourcePath("configs/megc2025.yaml")}, {});
  EXPECT_EQ(ConfigToJson(shipped), ConfigToJson(DefaultConfig()));
}

TEST(Config, EveryShippedFileLoads) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(testing::SourcePath("configs"))) {
    if (entry.path().stem().string().starts_with("emotions")) continue;  // tables of emotions
    LoadConfig({entry.path()}, {});
    ++files;
  }
  EXPECT_GE(files, 4);
}

TEST(Config, FindsAShippedFileByName) {
  const Config config = LoadConfig({"mean_samm"}, {});
  ASSERT_EQ(config.datasets.size(), 1U);
  EXPECT_EQ(config.datasets[0].layout.dataset, "samm");
  EXPECT_EQ(config.datasets[0].k_p_frames, 37);
}

TEST_F(ConfigFile, GoesOverTheDefaultsAndOverridesGoOverIt) {
  const fs::path path = Write("face: {alignment: similarity, check_s: 2}\ndecode: {p: 0.6}\n");
  const Config config = LoadConfig({path}, {"decode.p=0.7", "flow.method=fast"});
  EXPECT_EQ(config.face.alignment, AlignmentMode::kSimilarity);
  EXPECT_EQ(config.face.check_s, 2);
  EXPECT_EQ(config.decode.p, 0.7);
  EXPECT_EQ(config.flow_method, FlowMethod::kFast);
  EXPECT_EQ(config.face.upsamplings, 1);
}

TEST_F(ConfigFile, GoesOverTheFilesBeforeItKeyByKey) {
  const fs::path models = folder_.path() / "models" / "loso.yaml";
  fs::create_directory(models.parent_path());
  WriteFileAtomically(models, "model: {by_subject: {1: a.pt}}\ndecode: {p: 0.7}\n");
  const fs::path first = Write("face: {alignment: similarity}\ndecode: {p: 0.6}\n");
  const Config config = LoadConfig({first, models}, {});
  EXPECT_EQ(config.face.alignment, AlignmentMode::kSimilarity);
  EXPECT_EQ(config.decode.p, 0.7);
  EXPECT_THAT(config.model.by_subject.at("1"), ElementsAre(folder_.path() / "models" / "a.pt"));
  const Config own_data = LoadConfig({"megc2025", Write("datasets: {mine: {folder: M}}\n")}, {});
  ASSERT_EQ(own_data.datasets.size(), 1U);  // a file's data sets are all that there are
  EXPECT_EQ(own_data.datasets[0].layout.dataset, "mine");
  Write("face: {alignment: similarity}\ndecode: {p: 0.6}\n");
  const Config reversed = LoadConfig({models, first}, {});
  EXPECT_EQ(reversed.decode.p, 0.6);
  EXPECT_THAT(reversed.model.by_subject.at("1"), ElementsAre(folder_.path() / "models" / "a.pt"));
}

TEST_F(ConfigFile, AnOverrideReachesOneKeyOfOneDataSet) {
  const Config config = LoadConfig({}, {"datasets.samm.fps=100", "datasets.samm.k=10"});
  ASSERT_EQ(config.datasets.size(), 2U);
  EXPECT_EQ(config.datasets[1].layout.fps, 100);
  EXPECT_EQ(config.datasets[1].k_frames, 10);
  EXPECT_EQ(config.datasets[1].k_p_frames, 37);
  EXPECT_EQ(config.datasets[0].layout.fps, 30);
}

TEST_F(ConfigFile, NamesAnUnknownKeyItsPlaceAndTheKnownOnes) {
  EXPECT_THAT(ErrorOf("face:\n  alignment: crop\nflow:\n  lamda: 0.2\n"),
              AllOf(HasSubstr("config.yaml:4"), HasSubstr("flow.lamda"), HasSubstr("lambda")));
  EXPECT_THAT(ErrorOf("flows: {}\n"), AllOf(HasSubstr("flows"), HasSubstr("flow, decode")));
  EXPECT_THAT(ErrorOfOverride("decode.q=1"), AllOf(HasSubstr("decode.q"), HasSubstr("--set")));
}

TEST_F(ConfigFile, NamesAValueOfTheWrongType) {
  EXPECT_THAT(ErrorOf("decode: {p: high}\n"),
              AllOf(HasSubstr("decode.p"), HasSubstr("'high'"), HasSubstr("a number")));
  EXPECT_THAT(ErrorOf("face: {upsamplings: 1.5}\n"), HasSubstr("a whole number"));
  EXPECT_THAT(ErrorOf("face: {alignment: affine}\n"), HasSubstr("crop or similarity"));
  EXPECT_THAT(ErrorOf("face: [crop]\n"), HasSubstr("section"));
  EXPECT_THAT(ErrorOf("flow: {method: exactly}\n"), HasSubstr("exact"));
  EXPECT_THAT(ErrorOf("decode: {overlaps: merge}\n"), HasSubstr("keep or drop"));
  EXPECT_THAT(ErrorOf("face: {alignment: crop\n"), HasSubstr("not YAML"));
}

TEST_F(ConfigFile, NamesAValueOutOfRange) {
  EXPECT_THAT(ErrorOfOverride("decode.p=1.5"), AllOf(HasSubstr("decode.p"), HasSubstr("[0, 1]")));
  EXPECT_THAT(ErrorOfOverride("decode.p=.nan"), HasSubstr("[0, 1]"));
  EXPECT_THAT(ErrorOfOverride("decode.k_s=0"), HasSubstr("decode.k_s"));
  EXPECT_THAT(ErrorOfOverride("flow.tau=0"), HasSubstr("tau"));
  EXPECT_THAT(ErrorOfOverride("face.jpeg_quality=101"), HasSubstr("jpeg_quality"));
  EXPECT_THAT(ErrorOfOverride("face.smoothing_s=-1"), HasSubstr("smoothing_s"));
  EXPECT_THAT(ErrorOfOverride("datasets.cas.k=0"), HasSubstr("datasets.cas.k"));
  EXPECT_THAT(ErrorOfOverride("datasets.cas.fps=~"), HasSubstr("go together"));
  EXPECT_THAT(ErrorOfOverride("datasets.smic.fps=100"), HasSubstr("smic"));
  EXPECT_THAT(ErrorOfOverride("alignment"), HasSubstr("section.key=value"));
}

TEST(Config, NamesAMissingFile) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [] { LoadConfig({"no/such.yaml"}, {}); }),
              HasSubstr("no/such.yaml"));
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [] { LoadConfig({"nosuch"}, {}); }),
              HasSubstr("nosuch"));
}

TEST_F(ConfigFile, TakesModelPathsFromTheFilesFolder) {
  const fs::path path =
      Write("model: {files: [a.pt, /b.pt], by_subject: {'017': sub/c.pt, 18: d.pt}}\n");
  const Config config = LoadConfig({path}, {});
  EXPECT_THAT(config.model.files, ElementsAre(folder_.path() / "a.pt", fs::path("/b.pt")));
  EXPECT_THAT(config.model.by_subject.at("017"), ElementsAre(folder_.path() / "sub" / "c.pt"));
  EXPECT_THAT(config.model.by_subject.at("18"), ElementsAre(folder_.path() / "d.pt"));
}

ModelInfo Model30() {
  ModelInfo model;
  model.name = "m";
  model.fps = 30;
  model.k_frames = 3;
  model.k_p_frames = 7;
  return model;
}

TEST(PairParametersFor, TakesTheDataSetsFramesAtItsRate) {
  const PairParameters found = PairParametersFor(DefaultConfig(), Model30(), "samm", 200);
  EXPECT_EQ(found.k_frames, 20);
  EXPECT_EQ(found.k_p_frames, 37);
  EXPECT_THAT(found.origin, HasSubstr("samm"));
}

TEST(PairParametersFor, TakesTheModelsFramesAtItsRate) {
  const PairParameters found = PairParametersFor(DefaultConfig(), Model30(), "", 29.97);
  EXPECT_EQ(found.k_frames, 3);
  EXPECT_EQ(found.k_p_frames, 7);
  EXPECT_THAT(found.origin, HasSubstr("model m"));
}

TEST(PairParametersFor, TakesSecondsAtAnyOtherRate) {
  const PairParameters at_25 = PairParametersFor(DefaultConfig(), Model30(), "", 25);
  EXPECT_EQ(at_25.k_frames, 3);  // 2.5 rounds away from 0
  EXPECT_EQ(at_25.k_p_frames, 5);
  EXPECT_THAT(at_25.origin, HasSubstr("25"));
  const PairParameters samm_at_100 = PairParametersFor(DefaultConfig(), Model30(), "samm", 100);
  EXPECT_EQ(samm_at_100.k_frames, 10);
  EXPECT_EQ(samm_at_100.k_p_frames, 20);
  const PairParameters at_2 = PairParametersFor(DefaultConfig(), Model30(), "", 2);
  EXPECT_EQ(at_2.k_frames, 1);  // never 0
}

}  // namespace
}  // namespace mestr
