// The keys of models of windows.
#include <nlohmann/json.hpp>

#include "config/config_json.h"
#include "mestr/config/config.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(const std::string& override_text) {
  return testing::ErrorMessage(ErrorKind::kConfig, [&] { LoadConfig({}, {override_text}); });
}

TEST(DecodingKeys, AreTheModelsUnlessNamed) {
  const SpotConfig spot = DefaultConfig().spot;
  EXPECT_FALSE(spot.method || spot.stitch || spot.batch_windows || spot.synergy ||
               spot.k_p_frames || spot.class_offsets);
  EXPECT_EQ(spot.published, PublishedDecoding::kNo);
  EXPECT_FALSE(DefaultConfig().features.variant);
}

TEST(DecodingKeys, AreReadAndShown) {
  const Config config =
      LoadConfig({}, {"spot.method=scalable", "spot.stitch=published", "spot.batch_windows=4",
                      "spot.synergy=1", "spot.k_p_frames=6",
                      "spot.class_offsets={negative: -1, positive: 0.5}", "spot.published=metst",
                      "features.variant=published"});
  EXPECT_EQ(config.spot.method, SpotRule::kScalable);
  EXPECT_EQ(config.spot.stitch, StitchRule::kPublished);
  EXPECT_EQ(config.spot.batch_windows, 4);
  EXPECT_EQ(config.spot.synergy, 1);
  EXPECT_EQ(config.spot.k_p_frames, 6);
  EXPECT_EQ(config.spot.class_offsets->at("positive"), 0.5);
  EXPECT_EQ(config.spot.published, PublishedDecoding::kMetst);
  EXPECT_EQ(config.features.variant, FeaturesVariant::kPublished);
  const nlohmann::ordered_json shown = ConfigToJson(config)["spot"];
  EXPECT_EQ(shown["method"], "scalable");
  EXPECT_EQ(shown["stitch"], "published");
  EXPECT_EQ(shown["class_offsets"]["negative"], -1);
  EXPECT_EQ(shown["published"], "metst");
  EXPECT_TRUE(ConfigToJson(DefaultConfig())["spot"]["method"].is_null());
}

TEST(DecodingKeys, OfAnEmptyValueAreTheModelsAgain) {
  const Config config =
      LoadConfig({"boosting_samm"}, {"spot.method=~", "spot.class_offsets=~", "spot.synergy=~"});
  EXPECT_FALSE(config.spot.method || config.spot.class_offsets || config.spot.synergy);
}

TEST(DecodingKeys, MayStandInTheSectionsEarlierName) {
  EXPECT_EQ(LoadConfig({}, {"decode.method=samm"}).spot.method, SpotRule::kSamm);
}

TEST(DecodingKeys, RefuseWhatIsNotAllowed) {
  EXPECT_THAT(ErrorOf("spot.method=relative"),
              HasSubstr("it must be one of plain, scalable, samm, bounds"));
  EXPECT_THAT(ErrorOf("spot.stitch=batches"), HasSubstr("it must be one of video, published"));
  EXPECT_THAT(ErrorOf("spot.published=yes"), HasSubstr("it must be one of no, boosting, metst"));
  EXPECT_THAT(ErrorOf("spot.synergy=3"), HasSubstr("spot.synergy is 3; it must be"));
  EXPECT_THAT(ErrorOf("spot.batch_windows=0"), HasSubstr("spot.batch_windows is 0; it must be"));
  EXPECT_THAT(ErrorOf("spot.k_p_frames=0"), HasSubstr("spot.k_p_frames is 0; it must be"));
  EXPECT_THAT(ErrorOf("spot.class_offsets=1"), HasSubstr("it must map classes to numbers"));
  EXPECT_THAT(ErrorOf("spot.class_offsets={negative: much}"), HasSubstr("it must be a number"));
  EXPECT_THAT(ErrorOf("spot.class_offsets={negative: 2000}"),
              HasSubstr("spot.class_offsets.negative is 2000; it must be"));
}

// shared/reference/video_level.md, sections 1, 7 and 8.
TEST(DecodingKeys, OfTheShippedConfigsAreThePublishedOnes) {
  const Config boosting_samm = LoadConfig({"boosting_samm"}, {});
  EXPECT_EQ(boosting_samm.features.kind, "roi-flow-36-v1");
  EXPECT_EQ(boosting_samm.features.window_frames, 30);
  EXPECT_EQ(boosting_samm.spot.method, SpotRule::kSamm);
  EXPECT_EQ(boosting_samm.spot.synergy, 1);
  EXPECT_EQ(boosting_samm.spot.p, 0.65);
  EXPECT_EQ(boosting_samm.spot.class_offsets->at("negative"), -1);
  const Config boosting_cas = LoadConfig({"boosting_cas"}, {});
  EXPECT_EQ(boosting_cas.features.window_frames, 50);
  EXPECT_EQ(boosting_cas.spot.method, SpotRule::kPlain);
  EXPECT_EQ(boosting_cas.spot.synergy, 2);
  for (const char* name : {"metst_cas", "metst_samm", "metst_plus_cas", "metst_plus_samm"}) {
    const Config config = LoadConfig({name}, {});
    const bool plus = std::string(name).find("plus") != std::string::npos;
    EXPECT_EQ(config.features.kind, plus ? "roi-flow-36-v1" : "roi-flow-10-v1") << name;
    EXPECT_EQ(config.spot.method, SpotRule::kPlain) << name;
    EXPECT_EQ(config.spot.synergy, 2) << name;
    EXPECT_EQ(config.spot.p, 0.55) << name;
  }
}

}  // namespace
}  // namespace mestr::internal
