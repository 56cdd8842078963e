#include "pipeline/window_fit.h"

#include "pipeline/window_means.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kWindowMeans;
using testing::WindowMeansKind;

ModelInfo OfSamm() {
  ModelInfo model;
  model.format = 4;
  model.name = "toy";
  model.classes = {"negative", "positive", "neutral"};
  model.features = kWindowMeans;
  model.row_shape = {2};
  model.input = NetworkInput::kWindows;
  model.fps = 200;
  model.k_p_frames = 6;
  model.window = {.window_frames = 30, .hop_frames = 15, .frame_step = 7};
  model.decoding.class_offsets = {0, 0, 0};
  return model;
}

TEST(WindowFit, AtItsOwnRateIsTheModels) {
  const WindowFit fit = WindowFitFor(Config{}, OfSamm(), 199.5);
  EXPECT_EQ(fit.layout, OfSamm().window);
  EXPECT_EQ(fit.k_p_frames, 6);
  EXPECT_EQ(fit.origin, "the model toy");
}

TEST(WindowFit, AtAnotherRateKeepsTheSecondsAndSaysSo) {
  // 1.05 s, 0.035 s and 0.21 s.
  const WindowFit at_30 = WindowFitFor(Config{}, OfSamm(), 30);
  EXPECT_EQ(at_30.layout, (WindowLayout{.window_frames = 32, .hop_frames = 16, .frame_step = 1}));
  EXPECT_EQ(at_30.k_p_frames, 6);
  EXPECT_EQ(at_30.origin,
            "the window of 1.05 s, the step of 0.035 s and the half micro-expression of 0.21 s of "
            "the model toy at 30 fps");
  const WindowFit at_60 = WindowFitFor(Config{}, OfSamm(), 60);
  EXPECT_EQ(at_60.layout, (WindowLayout{.window_frames = 32, .hop_frames = 16, .frame_step = 2}));
  const WindowFit at_5 = WindowFitFor(Config{}, OfSamm(), 5);
  EXPECT_EQ(at_5.layout, (WindowLayout{.window_frames = 6, .hop_frames = 3, .frame_step = 1}));
  EXPECT_EQ(at_5.k_p_frames, 1);
}

TEST(WindowFit, TheConfigGoesFirst) {
  Config config;
  config.features.window_frames = 20;
  config.features.frame_step = 3;
  config.spot.k_p_frames = 4;
  const WindowFit fit = WindowFitFor(config, OfSamm(), 200);
  EXPECT_EQ(fit.layout, (WindowLayout{.window_frames = 20, .hop_frames = 10, .frame_step = 3}));
  EXPECT_EQ(fit.k_p_frames, 4);
  EXPECT_EQ(fit.origin, "the model toy and the config");
}

TEST(WindowFit, RefusesAnOddWindow) {
  Config config;
  config.features.window_frames = 21;
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kConfig, [&] { WindowFitFor(config, OfSamm(), 200); }),
      HasSubstr("features.window_frames is 21"));
}

TEST(WindowFit, DecodingIsTheRecordsUnlessTheConfigSaysOtherwise) {
  ModelInfo model = OfSamm();
  model.decoding.rule = SpotRule::kScalable;
  EXPECT_EQ(DecodingFor(Config{}, model), model.decoding);
  Config config;
  config.spot.method = SpotRule::kSamm;
  config.spot.stitch = StitchRule::kPublished;
  config.spot.batch_windows = 4;
  config.spot.synergy = 1;
  config.spot.class_offsets = {{"positive", -1}};
  const Decoding decoding = DecodingFor(config, model);
  EXPECT_EQ(decoding.rule, SpotRule::kSamm);
  EXPECT_EQ(decoding.stitch, StitchRule::kPublished);
  EXPECT_EQ(decoding.batch_windows, 4);
  EXPECT_EQ(decoding.synergy, Synergy::kRecognition);
  EXPECT_THAT(decoding.class_offsets, ElementsAre(0, -1, 0));
}

std::string Refusal(ErrorKind kind, const ModelInfo& model, const Config& config = {}) {
  const std::vector<WindowExtractorKind> own = {WindowMeansKind()};
  return testing::ErrorMessage(kind, [&] { CheckWindowModel(config, model, own); });
}

TEST(WindowFit, RefusesAModelWhoseRowsNobodyMakes) {
  ModelInfo model = OfSamm();
  model.features = "others-v1";
  EXPECT_THAT(Refusal(ErrorKind::kModel, model),
              HasSubstr("this mestr makes roi-flow-36-v1, roi-flow-10-v1, window-means-v1"));
  model = OfSamm();
  model.row_shape = {3};
  EXPECT_THAT(Refusal(ErrorKind::kModel, model), HasSubstr("takes rows of 3 values, and"));
}

TEST(WindowFit, RefusesWhatTheConfigWantsOfAModelThatHasItNot) {
  Config config;
  config.features.variant = FeaturesVariant::kPublished;
  EXPECT_THAT(Refusal(ErrorKind::kModel, OfSamm(), config),
              HasSubstr("was trained with mended ones; say mended, or leave it open"));
  config = {};
  config.features.window_frames = 20;
  EXPECT_THAT(Refusal(ErrorKind::kModel, OfSamm(), config),
              HasSubstr("features.window_frames is 20, but the model toy was trained with windows "
                        "of 30; leave it open"));
  config = {};
  config.spot.method = SpotRule::kBounds;
  EXPECT_THAT(Refusal(ErrorKind::kModel, OfSamm(), config),
              HasSubstr("plain, scalable and samm fit it"));
  config = {};
  config.spot.class_offsets = {{"anger", 1}};
  EXPECT_THAT(Refusal(ErrorKind::kModel, OfSamm(), config),
              HasSubstr("knows the classes negative, positive, neutral"));
  config = {};
  config.spot.synergy = 2;
  ModelInfo model = OfSamm();
  model.classes.back() = "surprise";
  EXPECT_THAT(Refusal(ErrorKind::kModel, model, config), HasSubstr("0 fits it"));
}

TEST(WindowFit, RefusesWhatIsForPairsAlone) {
  Config config;
  config.face.alignment = AlignmentMode::kSimilarity;
  EXPECT_THAT(Refusal(ErrorKind::kConfig, OfSamm(), config),
              HasSubstr("face.alignment is similarity, but the model toy takes windows"));
  config = {};
  config.face.all_faces = true;
  EXPECT_THAT(Refusal(ErrorKind::kConfig, OfSamm(), config),
              HasSubstr("face.all_faces is true, but the model toy takes windows"));
  config = {};
  config.spot.min_motion_to_noise = 2.5;
  EXPECT_THAT(Refusal(ErrorKind::kConfig, OfSamm(), config),
              HasSubstr("spot.min_motion_to_noise is 2.5, but the model toy takes windows"));
}

TEST(WindowFit, RefusesKeysOfWindowsForAModelOfPairs) {
  const auto refusal = [](const std::string& override_text) {
    ModelInfo model;
    model.name = "pairs";
    return testing::ErrorMessage(
        ErrorKind::kConfig, [&] { CheckNoWindowKeys(LoadConfig({}, {override_text}), model); });
  };
  for (const char* text :
       {"spot.method=samm", "spot.stitch=video", "spot.batch_windows=4", "spot.synergy=0",
        "spot.k_p_frames=6", "spot.class_offsets={a: 1}", "spot.published=metst"}) {
    const std::string key = std::string(text).substr(0, std::string(text).find('='));
    EXPECT_EQ(refusal(text), key +
                                 " is given, but the model pairs does not take windows, which "
                                 "alone have it");
  }
}

TEST(WindowFit, AKindOfOnesOwnHasAName) {
  const auto refuse = [](const WindowExtractorKind& kind) {
    const std::vector<WindowExtractorKind> own = {kind};
    testing::ErrorMessage(ErrorKind::kConfig, [&] { CheckWindowKinds(own, {}); });
  };
  WindowExtractorKind kind = WindowMeansKind();
  kind.make = nullptr;
  refuse(kind);
  for (const char* name : {"", "mean-v1", "roi-flow-36-v1"}) {
    kind = WindowMeansKind();
    kind.kind = name;
    refuse(kind);
  }
  const std::vector<WindowExtractorKind> good = {WindowMeansKind()};
  CheckWindowKinds(good, {});
}

}  // namespace
}  // namespace mestr::internal
