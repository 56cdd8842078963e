// Records of format 4: those of models of windows.
#include <nlohmann/json.hpp>

#include "model/model_record.h"
#include "support/test_support.h"
#include "torch_models.h"

namespace mestr::internal {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

json Good() { return json::parse(testing::GoodRecordOfWindows()); }

ModelInfo Parse(const json& record) { return ParseModelRecord(record.dump(), "folder/m.pt"); }

std::string MessageFor(const json& record) {
  std::string message = testing::ErrorMessage(ErrorKind::kModel, [&] { Parse(record); });
  EXPECT_THAT(message, StartsWith("folder/m.pt: its record mestr.json "));
  return message;
}

TEST(WindowRecord, KeepsEveryField) {
  const ModelInfo info = Parse(Good());
  EXPECT_EQ(info.format, 4);
  EXPECT_EQ(info.input, NetworkInput::kWindows);
  EXPECT_EQ(info.features, "roi-flow-36-v1");
  EXPECT_THAT(info.row_shape, ElementsAre(36));
  EXPECT_EQ(info.variant, FeaturesVariant::kPublished);
  EXPECT_EQ(info.fps, 200);
  EXPECT_EQ(info.window, (WindowLayout{.window_frames = 30, .hop_frames = 15, .frame_step = 7}));
  EXPECT_EQ(info.k_frames, 0);
  EXPECT_EQ(info.k_p_frames, 6);
  EXPECT_EQ(info.p, 0.65);
  EXPECT_EQ(info.scores, ScoreKind::kRelative);
  EXPECT_EQ(info.decoding.stitch, StitchRule::kPublished);
  EXPECT_EQ(info.decoding.batch_windows, 16);
  EXPECT_EQ(info.decoding.rule, SpotRule::kSamm);
  EXPECT_EQ(info.decoding.synergy, Synergy::kRecognition);
  EXPECT_THAT(info.decoding.class_offsets, ElementsAre(-1, 0, 0, 0, 0.5));
  EXPECT_THAT(info.decoding.not_written, ElementsAre("others", "neutral"));
}

TEST(WindowRecord, NamesEachMissingField) {
  const json good = Good();
  for (const auto& [field, value] : good.items()) {
    json record = good;
    record.erase(field);
    EXPECT_THAT(MessageFor(record), HasSubstr("lacks the field \"" + field + "\""));
  }
  for (const char* field : {"frames", "hop_frames", "frame_step"}) {
    json record = good;
    record["window"].erase(field);
    EXPECT_THAT(MessageFor(record), HasSubstr(std::string("lacks the field \"") + field + "\""));
  }
}

TEST(WindowRecord, NeedsBatchesOfThePublishedStitchAlone) {
  json record = Good();
  record["stitch"] = "video";
  record.erase("batch_windows");
  EXPECT_EQ(Parse(record).decoding.stitch, StitchRule::kVideo);
}

struct BadValue {
  const char* field;
  json value;
  const char* message;
};

json WindowOf(int frames, int hop, int step) {
  return {{"frames", frames}, {"hop_frames", hop}, {"frame_step", step}};
}

TEST(WindowRecord, RefusesEachValueOutOfRange) {
  const BadValue cases[] = {
      {"input", "frames", "it must be pairs, sequences or windows"},
      {"variant", "mine", "must be published or mended"},
      {"scores", "probabilities", "those of windows are relative"},
      {"window", 30, "\"window\" that is not a list of named numbers"},
      {"window", WindowOf(31, 15, 7), "a \"window\" of an odd number of frames"},
      {"window", WindowOf(30, 16, 7), "\"hop_frames\" above half of its frames"},
      {"window", WindowOf(30, 0, 7), "\"hop_frames\" = 0; it must be 1 or more"},
      {"window", WindowOf(20000, 10, 1), "a \"window\" that is too large"},
      {"window", WindowOf(30, 15, 20000), "a \"window\" that is too large"},
      {"stitch", "batches", "\"stitch\" = \"batches\"; it must be one of video, published"},
      {"batch_windows", 0, "\"batch_windows\" = 0; it must be 1 or more"},
      {"decode", "relative", "it must be one of plain, scalable, samm, bounds"},
      {"synergy", 3, "\"synergy\" = 3; it must be 0, 1 or 2"},
      {"synergy", "1", "\"synergy\" that is not an integer"},
      {"class_offsets", json::array({0, 0}),
       "2 numbers in \"class_offsets\"; it must be one a "
       "class, 5"},
      {"class_offsets", json::array({0, 0, 0, 0, "0"}), "not a list of finite numbers"},
      {"not_written", json::array({"anger"}), "lists \"anger\" in \"not_written\""},
      {"not_written", json::array({"negative", "positive", "surprise", "others", "neutral"}),
       "lists every class in \"not_written\""},
      {"classes", json::array({"a", "b", "c", "d", "e"}),
       "a \"synergy\" that needs the class neutral"},
  };
  for (const BadValue& bad : cases) {
    json record = Good();
    record[bad.field] = bad.value;
    EXPECT_THAT(MessageFor(record), HasSubstr(bad.message)) << bad.field;
  }
}

TEST(WindowRecord, WithoutSynergyNeedsNoNeutralClass) {
  json record = Good();
  record["classes"] = {"negative", "positive"};
  record["synergy"] = 0;
  record["class_offsets"] = {0, 0};
  record["not_written"] = json::array();
  EXPECT_EQ(Parse(record).decoding.synergy, Synergy::kNone);
}

TEST(WindowRecord, OfPairsHasTheFieldsOfTheFormatBefore) {
  json record = json::parse(testing::GoodRecord());
  record["format"] = 4;
  EXPECT_THAT(MessageFor(record), HasSubstr("lacks the field \"scores\""));
  record["scores"] = "relative";
  EXPECT_EQ(Parse(record).input, NetworkInput::kPairs);
  EXPECT_EQ(Parse(record).k_frames, 3);
}

TEST(WindowRecord, NamesTheFieldInWhichMembersOfAnEnsembleDiffer) {
  const json changes = {{"window", WindowOf(28, 14, 7)},
                        {"variant", "mended"},
                        {"batch_windows", 8},
                        {"decode", "plain"},
                        {"synergy", 2},
                        {"class_offsets", {0, 0, 0, 0, 0}},
                        {"not_written", {"others"}},
                        {"stitch", "video"}};
  const ModelInfo good = Parse(Good());
  for (const auto& [field, value] : changes.items()) {
    json record = Good();
    record[field] = value;
    EXPECT_EQ(FieldThatDiffers(good, Parse(record)), field);
  }
}

}  // namespace
}  // namespace mestr::internal
