#include "model/model_record.h"

#include <nlohmann/json.hpp>

#include "support/test_support.h"
#include "torch_models.h"

namespace mestr::internal {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

json Good() { return json::parse(testing::GoodRecord()); }

std::string MessageFor(const json& record) {
  std::string message = testing::ErrorMessage(
      ErrorKind::kModel, [&] { ParseModelRecord(record.dump(), "folder/m.pt"); });
  EXPECT_THAT(message, StartsWith("folder/m.pt: its record mestr.json "));
  return message;
}

TEST(ModelRecord, KeepsEveryField) {
  const ModelInfo info = ParseModelRecord(testing::GoodRecord(), "m.pt");
  EXPECT_EQ(info.format, 2);
  EXPECT_EQ(info.name, "test");
  EXPECT_EQ(info.version, "1");
  EXPECT_THAT(info.classes, ElementsAre("negative", "positive", "surprise"));
  EXPECT_EQ(info.features, "mean-v1");
  EXPECT_THAT(info.row_shape, ElementsAre(3, 42, 42));
  EXPECT_EQ(info.RowValues(), 5292U);
  EXPECT_EQ(info.input, NetworkInput::kPairs);
  EXPECT_EQ(info.fps, 30);
  EXPECT_EQ(info.k_frames, 3);
  EXPECT_EQ(info.k_p_frames, 6);
  EXPECT_EQ(info.p, 0.55);
  EXPECT_EQ(info.training_data, "none");
  EXPECT_EQ(info.licence, "Apache-2.0");
}

TEST(ModelRecord, OfAFeatureOfAnySizeAndOfSequences) {
  json record = Good();
  record["features"] = "flow-means-v1";
  record["row_shape"] = {6};
  record["input"] = "sequences";
  const ModelInfo info = ParseModelRecord(record.dump(), "m.pt");
  EXPECT_EQ(info.features, "flow-means-v1");
  EXPECT_THAT(info.row_shape, ElementsAre(6));
  EXPECT_EQ(info.RowValues(), 6U);
  EXPECT_EQ(info.input, NetworkInput::kSequences);
}

json OfProbabilities() {
  json record = Good();
  record["format"] = 3;
  record["scores"] = "probabilities";
  record["evidence"] = {{"bias", -1.5}, {"score", 0.5}, {"motion", 2},
                        {"head", -1},   {"mouth", 0},   {"blink", -3}};
  return record;
}

TEST(ModelRecord, OfProbabilitiesHasTheWeightsOfEvidence) {
  const ModelInfo info = ParseModelRecord(OfProbabilities().dump(), "m.pt");
  EXPECT_EQ(info.scores, ScoreKind::kProbabilities);
  EXPECT_EQ(info.evidence,
            (EvidenceWeights{
                .bias = -1.5, .score = 0.5, .motion = 2, .head = -1, .mouth = 0, .blink = -3}));
}

TEST(ModelRecord, OfEarlierFormatsHasRelativeScores) {
  EXPECT_EQ(ParseModelRecord(testing::GoodRecord(), "m.pt").scores, ScoreKind::kRelative);
  json record = OfProbabilities();
  record["scores"] = "relative";
  record.erase("evidence");
  EXPECT_EQ(ParseModelRecord(record.dump(), "m.pt").scores, ScoreKind::kRelative);
}

TEST(ModelRecord, RefusesEvidenceThatIsNotComplete) {
  json record = OfProbabilities();
  record["evidence"].erase("head");
  EXPECT_THAT(MessageFor(record), HasSubstr("lacks the field \"head\""));
  record["evidence"]["head"] = "much";
  EXPECT_THAT(MessageFor(record), HasSubstr("\"head\" that is not a number"));
  record["evidence"] = 3;
  EXPECT_THAT(MessageFor(record), HasSubstr("\"evidence\" that is not a list of named numbers"));
  record = OfProbabilities();
  record["scores"] = "ranks";
  EXPECT_THAT(MessageFor(record),
              HasSubstr("\"scores\" = \"ranks\"; it must be relative or probabilities"));
}

TEST(ModelRecord, OfTheFirstFormatTakesPairsOfTheBaseline) {
  const ModelInfo info = ParseModelRecord(testing::GoodRecordOfFormat1(), "m.pt");
  EXPECT_EQ(info.format, 1);
  EXPECT_EQ(info.features, "mean-v1");
  EXPECT_THAT(info.row_shape, ElementsAre(3, 42, 42));
  EXPECT_EQ(info.input, NetworkInput::kPairs);
  EXPECT_EQ(info.k_p_frames, 6);
  EXPECT_EQ(FieldThatDiffers(info, ParseModelRecord(testing::GoodRecord(), "m.pt")), "");
}

TEST(ModelRecord, OfTheFirstFormatHasNoFieldsOfTheSecond) {
  json record = json::parse(testing::GoodRecordOfFormat1());
  record["row_shape"] = {6};
  record["input"] = "sequences";
  const ModelInfo info = ParseModelRecord(record.dump(), "m.pt");
  EXPECT_THAT(info.row_shape, ElementsAre(3, 42, 42));
  EXPECT_EQ(info.input, NetworkInput::kPairs);
}

TEST(ModelRecord, NamesEachMissingFieldOfTheFirstFormat) {
  const json good = json::parse(testing::GoodRecordOfFormat1());
  for (const auto& [field, value] : good.items()) {
    json record = good;
    record.erase(field);
    EXPECT_THAT(MessageFor(record), HasSubstr("lacks the field \"" + field + "\""));
  }
}

TEST(ModelRecord, NamesEachMissingField) {
  const json good = Good();
  for (const auto& [field, value] : good.items()) {
    json record = good;
    record.erase(field);
    EXPECT_THAT(MessageFor(record), HasSubstr("lacks the field \"" + field + "\""));
  }
}

TEST(ModelRecord, NamesEachFieldOfAWrongType) {
  const json good = Good();
  for (const auto& [field, value] : good.items()) {
    json record = good;
    record[field] = json::object();
    EXPECT_THAT(MessageFor(record), HasSubstr("\"" + field + "\" that is not ")) << field;
  }
}

struct BadValue {
  const char* field;
  json value;
  const char* message;
};

TEST(ModelRecord, RefusesEachValueOutOfRange) {
  const BadValue cases[] = {
      {"format", 5, "has format 5; this mestr reads formats 1 to 4"},
      {"format", 0, "\"format\" = 0; it must be 1 or more"},
      {"features", "", "empty field \"features\""},
      {"row_shape", json::array(), "\"row_shape\" that is not a list of integers"},
      {"row_shape", json::array({3, 0}), "\"row_shape\" = 0; it must be 1 or more"},
      {"row_shape", json::array({3, 4.5}), "\"row_shape\" that is not an integer"},
      {"row_shape", json::array({100'000, 100'000, 100'000}), "\"row_shape\" of more than"},
      {"row_shape", json::array({2'147'483'647, 2'147'483'647, 4}), "\"row_shape\" of more than"},
      {"input", "frames", "\"input\" = \"frames\"; it must be pairs or sequences"},
      {"input", "windows", "\"input\" = \"windows\"; it must be pairs or sequences"},
      {"name", "", "empty field \"name\""},
      {"classes", json::array(), "\"classes\" that is not a list of texts"},
      {"classes", json::array({"a", ""}), "\"classes\" that is not a list of texts"},
      {"classes", json::array({"a", "b", "a"}), "lists \"a\" twice in \"classes\""},
      {"fps", 0, "\"fps\" that is not above 0"},
      {"fps", -30, "\"fps\" that is not above 0"},
      {"k_frames", 0, "\"k_frames\" = 0; it must be 1 or more"},
      {"k_frames", 3.5, "\"k_frames\" that is not an integer"},
      {"k_p_frames", -1, "\"k_p_frames\" = -1; it must be 1 or more"},
      {"k_p_frames", 5'000'000'000, "\"k_p_frames\" = 5000000000"},
      {"p", 1.01, "\"p\" outside [0, 1]"},
      {"p", -0.1, "\"p\" outside [0, 1]"},
  };
  for (const BadValue& bad : cases) {
    json record = Good();
    record[bad.field] = bad.value;
    EXPECT_THAT(MessageFor(record), HasSubstr(bad.message));
  }
}

TEST(ModelRecord, RefusesTextThatIsNoJsonObject) {
  for (const char* text : {"", "{", "[1]", "7"}) {
    EXPECT_EQ(testing::ErrorMessage(ErrorKind::kModel, [&] { ParseModelRecord(text, "m.pt"); }),
              "m.pt: its record mestr.json is not a JSON object");
  }
}

TEST(ModelRecord, NamesTheFieldInWhichMembersOfAnEnsembleDiffer) {
  const json changes = {{"classes", {"a", "b", "c"}},
                        {"features", "mean-v2"},
                        {"row_shape", {6}},
                        {"input", "sequences"},
                        {"fps", 200},
                        {"k_frames", 20},
                        {"k_p_frames", 37},
                        {"p", 0.5}};
  const ModelInfo good = ParseModelRecord(testing::GoodRecord(), "m.pt");
  for (const auto& [field, value] : changes.items()) {
    json record = Good();
    record[field] = value;
    EXPECT_EQ(FieldThatDiffers(good, ParseModelRecord(record.dump(), "m.pt")), field);
  }
  json other = Good();
  for (const char* field : {"name", "version", "training_data", "licence"}) other[field] = "other";
  EXPECT_EQ(FieldThatDiffers(good, ParseModelRecord(other.dump(), "m.pt")), "");
}

}  // namespace
}  // namespace mestr::internal
