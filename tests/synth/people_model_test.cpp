#include "synth/people_model.h"

#include <string>

#include "mestr/core/error.h"
#include "support/test_support.h"
#include "synth/embedded_people.h"
#include "synth/face_state.h"

namespace mestr::internal::synth {
namespace {

using ::mestr::testing::ErrorMessage;
using ::testing::HasSubstr;

std::string Embedded() { return std::string(EmbeddedPeople()); }

std::string MessageOf(const std::string& bytes) {
  return ErrorMessage(ErrorKind::kInput, [&] { ReadPeopleModel(bytes); });
}

TEST(PeopleModel, HasAHeadItsEyesAndEveryFacialUnit) {
  const PeopleModel& model = EmbeddedPeopleModel();
  EXPECT_GT(model.vertices.size(), 4000u);
  EXPECT_EQ(model.head.size(), model.vertices.size());
  ASSERT_EQ(model.units.size(), kUnitCount);
  for (const Shape& unit : model.units) EXPECT_FALSE(unit.vertices.empty()) << unit.name;
  std::array<int, kPartCount> triangles = {};
  for (const Triangle& triangle : model.triangles)
    ++triangles[static_cast<std::size_t>(triangle.part)];
  for (const int count : triangles) EXPECT_GT(count, 0);
}

TEST(PeopleModel, EveryLandmarkLiesOnTheSurface) {
  for (const auto& landmark : EmbeddedPeopleModel().landmarks) {
    EXPECT_NEAR(landmark.weights[0] + landmark.weights[1] + landmark.weights[2], 1, 1e-6);
  }
}

TEST(PeopleModel, LeftUnitsMoveThePersonsLeft) {
  const PeopleModel& model = EmbeddedPeopleModel();
  for (const Shape& unit : model.units) {
    // The jaw and the mouth as a whole go to a side; the others are of one.
    if (unit.name.starts_with("jaw") || unit.name == "mouthLeft" || unit.name == "mouthRight")
      continue;
    double where = 0;
    for (std::size_t i = 0; i < unit.vertices.size(); ++i) {
      where += model.vertices[unit.vertices[i]][0] * cv::norm(unit.offsets[i]);
    }
    const double side = unit.name.ends_with("Left") ? 1 : unit.name.ends_with("Right") ? -1 : 0;
    EXPECT_GE(where * side, 0) << unit.name;
  }
}

TEST(PeopleModel, UnitNamesAreFoundAgain) {
  for (std::size_t i = 0; i < kUnitCount; ++i) {
    EXPECT_EQ(FindUnit(UnitName(static_cast<Unit>(i))), static_cast<Unit>(i));
  }
  EXPECT_EQ(FindUnit("earWiggle"), std::nullopt);
}

TEST(PeopleModel, RefusesWhatIsNoSuchFile) {
  EXPECT_THAT(MessageOf("PK"), HasSubstr("does not start as one"));
  std::string version = Embedded();
  version[8] = 7;
  EXPECT_THAT(MessageOf(version), HasSubstr("is of version 7, not 1"));
}

TEST(PeopleModel, RefusesEveryCutFile) {
  const std::string whole = Embedded();
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 50) {
    EXPECT_FALSE(MessageOf(whole.substr(0, size)).empty()) << size;
  }
  EXPECT_THAT(MessageOf(whole + "x"), HasSubstr("goes on after its end"));
}

TEST(PeopleModel, RefusesIndicesBeyondItsVertices) {
  std::string bytes = Embedded();
  // The last landmark's first vertex.
  bytes[bytes.size() - 18] = '\xff';
  bytes[bytes.size() - 17] = '\xff';
  EXPECT_THAT(MessageOf(bytes), HasSubstr("vertex 65535 is none"));
}

TEST(PeopleModel, RefusesCountsThatNoFileHolds) {
  std::string bytes = Embedded();
  for (std::size_t at = 12; at < 32; ++at) bytes[at] = '\x7f';
  EXPECT_THAT(MessageOf(bytes), HasSubstr("cut off"));
}

}  // namespace
}  // namespace mestr::internal::synth
