#include "mestr/config/config.h"

#include <nlohmann/json.hpp>

#include "config/config_json.h"
#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
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
    if (entry.is_directory()) continue;                                  // prompts
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
  const fs::path path = Write("face: {alignment: similarity, check_s: 2}\nspot: {p: 0.6}\n");
  const Config config = LoadConfig({path}, {"spot.p=0.7", "flow.method=fast"});
  EXPECT_EQ(config.face.alignment, AlignmentMode::kSimilarity);
  EXPECT_EQ(config.face.check_s, 2);
  EXPECT_EQ(config.spot.p, 0.7);
  EXPECT_EQ(config.flow.method, FlowMethod::kFast);
  EXPECT_EQ(config.face.upsamplings, 1);
}

TEST_F(ConfigFile, GoesOverTheFilesBeforeItKeyByKey) {
  const fs::path models = folder_.path() / "models" / "loso.yaml";
  fs::create_directory(models.parent_path());
  WriteFileAtomically(models, "model: {by_subject: {1: a.pt}}\nspot: {p: 0.7}\n");
  const fs::path first = Write("face: {alignment: similarity}\nspot: {p: 0.6}\n");
  const Config config = LoadConfig({first, models}, {});
  EXPECT_EQ(config.face.alignment, AlignmentMode::kSimilarity);
  EXPECT_EQ(config.spot.p, 0.7);
  EXPECT_THAT(config.model.by_subject.at("1"),
              ElementsAre(ModelFile{folder_.path() / "models" / "a.pt"}));
  const Config own_data = LoadConfig({"megc2025", Write("datasets: {mine: {folder: M}}\n")}, {});
  ASSERT_EQ(own_data.datasets.size(), 1U);  // a file's data sets are all that there are
  EXPECT_EQ(own_data.datasets[0].layout.dataset, "mine");
  Write("face: {alignment: similarity}\nspot: {p: 0.6}\n");
  const Config reversed = LoadConfig({models, first}, {});
  EXPECT_EQ(reversed.spot.p, 0.6);
  EXPECT_THAT(reversed.model.by_subject.at("1"),
              ElementsAre(ModelFile{folder_.path() / "models" / "a.pt"}));
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
  EXPECT_THAT(ErrorOf("flows: {}\n"),
              AllOf(HasSubstr("flows"), HasSubstr("face, flow, features, spot, model")));
  EXPECT_THAT(ErrorOfOverride("spot.q=1"), AllOf(HasSubstr("spot.q"), HasSubstr("--set")));
}

TEST_F(ConfigFile, NamesAValueOfTheWrongType) {
  EXPECT_THAT(ErrorOf("spot: {p: high}\n"),
              AllOf(HasSubstr("spot.p"), HasSubstr("'high'"), HasSubstr("a number")));
  EXPECT_THAT(ErrorOf("face: {upsamplings: 1.5}\n"), HasSubstr("a whole number"));
  EXPECT_THAT(ErrorOf("face: {alignment: affine}\n"), HasSubstr("crop or similarity"));
  EXPECT_THAT(ErrorOf("face: [crop]\n"), HasSubstr("section"));
  EXPECT_THAT(ErrorOf("flow: {method: exactly}\n"), HasSubstr("exact"));
  EXPECT_THAT(ErrorOf("spot: {overlaps: merge}\n"), HasSubstr("keep or drop"));
  EXPECT_THAT(ErrorOf("face: {alignment: crop\n"), HasSubstr("not YAML"));
}

TEST_F(ConfigFile, NamesAValueOutOfRange) {
  EXPECT_THAT(ErrorOfOverride("spot.p=1.5"),
              AllOf(HasSubstr("spot.p is 1.5; it must be"), HasSubstr("[0, 1]")));
  EXPECT_THAT(ErrorOfOverride("spot.p=.nan"), HasSubstr("[0, 1]"));
  EXPECT_THAT(ErrorOfOverride("spot.k_s=0"), HasSubstr("spot.k_s is 0"));
  EXPECT_THAT(ErrorOfOverride("flow.tau=0"), HasSubstr("tau"));
  EXPECT_THAT(ErrorOfOverride("features.jpeg_quality=101"),
              HasSubstr("features.jpeg_quality is 101"));
  EXPECT_THAT(ErrorOfOverride("face.smoothing_s=-1"), HasSubstr("smoothing_s"));
  EXPECT_THAT(ErrorOfOverride("datasets.cas.k=0"), HasSubstr("datasets.cas.k"));
  EXPECT_THAT(ErrorOfOverride("datasets.cas.fps=~"), HasSubstr("go together"));
  EXPECT_THAT(ErrorOfOverride("datasets.smic.fps=100"), HasSubstr("smic"));
  EXPECT_THAT(ErrorOfOverride("datasets=3"), HasSubstr("'datasets' must map names to sections"));
  EXPECT_THAT(ErrorOfOverride("alignment"), HasSubstr("section.key=value"));
}

TEST_F(ConfigFile, HintsAtTheNearestName) {
  const std::pair<const char*, const char*> hints[] = {
      {"fase: {search_s: 1}\n", "unknown section 'fase'; did you mean face? known: datasets,"},
      {"face: {serach_s: 1}\n",
       "unknown key 'face.serach_s'; did you mean face.search_s? known: alignment,"},
      {"face: {min_motion_px: 1}\n", "; did you mean spot.min_motion_px? known: alignment,"},
      {"alignment: crop\n", "unknown section 'alignment'; did you mean face.alignment? known:"},
      {"model: {files: {pth: a.pt}}\n",
       "unknown key of a model file 'pth'; did you mean path? known: path, sha256, trusted"},
      {"face: {colour: red}\n", "unknown key 'face.colour'; known: alignment,"}};
  for (const auto& [text, hint] : hints) EXPECT_THAT(ErrorOf(text), HasSubstr(hint));
  EXPECT_THAT(ErrorOfOverride("datasets.caz.fps=30"), HasSubstr("did you mean cas? known: cas"));
  EXPECT_THAT(ErrorOfOverride("flow.metod=fast"), HasSubstr("did you mean flow.method?"));
}

TEST_F(ConfigFile, TakesTextsAloneAsKeys) {
  for (const char* text : {"[1]: 2\n", "face: {[1]: 2}\n", "datasets: {[1]: {folder: a}}\n",
                           "model: {by_subject: {[1]: a.pt}}\n"}) {
    EXPECT_THAT(ErrorOf(text), AllOf(HasSubstr("config.yaml:1"), HasSubstr("must be a text")));
  }
}

TEST(Config, ANameThatNoFileCanHaveIsMissingToo) {
  const std::string name(300, 'a');
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { LoadConfig({name}, {}); }),
              HasSubstr("no config file " + name));
}

TEST(Config, HintsAtTheNearestShippedName) {
  const auto message = [](const std::string& name) {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { LoadConfig({name}, {}); });
  };
  EXPECT_THAT(message("dmeo"), EndsWith("no config file dmeo; did you mean demo?"));
  EXPECT_THAT(message("mean_sam.yaml"), EndsWith("; did you mean mean_samm?"));
  EXPECT_THAT(message("mine"), EndsWith("no config file mine"));
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
  EXPECT_THAT(config.model.files,
              ElementsAre(ModelFile{folder_.path() / "a.pt"}, ModelFile{"/b.pt"}));
  EXPECT_THAT(config.model.by_subject.at("017"),
              ElementsAre(ModelFile{folder_.path() / "sub" / "c.pt"}));
  EXPECT_THAT(config.model.by_subject.at("18"), ElementsAre(ModelFile{folder_.path() / "d.pt"}));
}

TEST_F(ConfigFile, AModelFileMayHaveItsSha256) {
  const std::string digest(64, 'a');
  const Config config =
      LoadConfig({Write("model: {files: [{path: a.pt, sha256: " + digest + "}, /b.pt]}\n")}, {});
  EXPECT_THAT(config.model.files,
              ElementsAre(ModelFile{folder_.path() / "a.pt", digest}, ModelFile{"/b.pt"}));
  EXPECT_EQ(ConfigToJson(config)["model"]["files"][0]["sha256"], digest);
  EXPECT_THAT(ErrorOf("model: {files: {path: a.pt, sha256: abc}}\n"),
              AllOf(HasSubstr("a.pt"), HasSubstr("'abc'"), HasSubstr("64 hexadecimal digits")));
  EXPECT_THAT(ErrorOf("model: {files: {path: a.pt, sha: abc}}\n"), HasSubstr("path, sha256"));
  EXPECT_THAT(ErrorOf("model: {files: {sha256: " + digest + "}}\n"), HasSubstr("needs a path"));
}

TEST_F(ConfigFile, AModelFileIsTrustedOnlyWithItsSha256) {
  const std::string digest(64, 'a');
  const Config config = LoadConfig(
      {Write("model: {files: [{path: /a.pt, sha256: " + digest + ", trusted: true}, /b.pt]}\n")},
      {});
  EXPECT_TRUE(config.model.files.at(0).trusted);
  EXPECT_FALSE(config.model.files.at(1).trusted);
  const auto shown = ConfigToJson(config)["model"]["files"];
  EXPECT_EQ(shown[0]["trusted"], true);
  EXPECT_EQ(shown[1], "/b.pt");
  EXPECT_THAT(ErrorOf("model: {files: {path: a.pt, trusted: true}}\n"),
              AllOf(HasSubstr("a.pt"), HasSubstr("no sha256")));
  EXPECT_THAT(ErrorOf("model: {files: {path: a.pt, trusted: perhaps}}\n"),
              HasSubstr("true or false"));
}

TEST_F(ConfigFile, LimitsWhatAModelMayTake) {
  const Config config =
      LoadConfig({Write("model: {most_mib: 5, trial_s: 2.5, call_s: 60, call_mib: 100}\n")}, {});
  EXPECT_EQ(config.model.limits.most_mib, 5);
  EXPECT_EQ(config.model.limits.trial_s, 2.5);
  EXPECT_EQ(config.model.limits.call_s, 60);
  EXPECT_EQ(config.model.limits.call_mib, 100);
  EXPECT_EQ(ConfigToJson(config)["model"]["trial_s"], 2.5);
  EXPECT_THAT(ErrorOf("model: {most_mib: 0}\n"), HasSubstr("model.most_mib is 0"));
  EXPECT_THAT(ErrorOf("model: {trial_s: 0}\n"), HasSubstr("model.trial_s is 0"));
  EXPECT_THAT(ErrorOf("model: {call_s: -1}\n"), HasSubstr("model.call_s is -1"));
  EXPECT_THAT(ErrorOf("model: {call_mib: 9999999}\n"), HasSubstr("model.call_mib is 9999999"));
}

TEST_F(ConfigFile, ReadsTheNamesOfAnEarlierVersion) {
  const Config config =
      LoadConfig({Write("decode: {p: 0.6}\nface: {jpeg_quality: 90}\n")}, {"decode.overlaps=drop"});
  EXPECT_EQ(config.spot.p, 0.6);
  EXPECT_TRUE(config.spot.drop_overlaps);
  EXPECT_EQ(config.features.jpeg_quality, 90);
  const auto shown = ConfigToJson(config);
  EXPECT_FALSE(shown.contains("decode"));
  EXPECT_FALSE(shown["face"].contains("jpeg_quality"));
  EXPECT_EQ(shown["features"]["jpeg_quality"], 90);
}

TEST_F(ConfigFile, AFolderOfAShippedConfigsNameIsNoConfig) {
  const fs::path before = fs::current_path();
  fs::create_directory(folder_.path() / "demo");
  fs::current_path(folder_.path());
  const Config config = LoadConfig({"demo"}, {});
  fs::current_path(before);
  EXPECT_EQ(config.face.alignment, AlignmentMode::kSimilarity);
}

TEST(Config, MadeInCodeIsCheckedLikeAFile) {
  const auto message = [](const auto& change) {
    Config config = DefaultConfig();
    change(config);
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { config.Check(); });
  };
  EXPECT_THAT(message([](Config& c) { c.spot.p = 7; }),
              HasSubstr("spot.p is 7; it must be in [0, 1]"));
  EXPECT_THAT(message([](Config& c) { c.datasets[0].layout.fps.reset(); }),
              HasSubstr("datasets.cas: k, k_p and fps go together"));
  EXPECT_THAT(message([](Config& c) { c.datasets[0].layout.folder.clear(); }),
              HasSubstr("datasets.cas needs a folder"));
  EXPECT_THAT(message([](Config& c) { c.datasets[0].layout.dataset.clear(); }),
              HasSubstr("has no name"));
  EXPECT_THAT(message([](Config& c) { c.datasets[1].layout.dataset = "cas"; }),
              HasSubstr("datasets.cas is there twice"));
  EXPECT_THAT(message([](Config& c) { c.model.by_subject["1"] = {}; }),
              HasSubstr("model.by_subject.1 names no file"));
  EXPECT_THAT(message([](Config& c) { c.flow.tvl1.tau = 1; }), HasSubstr("flow.tau is 1"));
  EXPECT_THAT(message([](Config& c) { c.face.search_s = 61; }), HasSubstr("face.search_s is 61"));
}

}  // namespace
}  // namespace mestr::internal
