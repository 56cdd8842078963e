#include "pipeline/face_outputs.h"

#include <nlohmann/json.hpp>

#include "results/usability_text.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

FrameFace Seen(FaceCause cause, int track = 0) {
  FrameFace face;
  face.cause = cause;
  face.track = track;
  face.box = {10, 20, 30, 40};
  face.yaw_deg = 12.34F;
  face.sharpness = 0.6543F;
  face.mouth_opening_px = 1.256F;
  return face;
}

// Four frames at 2 fps: usable, usable, turned away, nobody.
Analysis FourFrames() {
  Analysis analysis;
  analysis.fps = 2;
  analysis.frames = 4;
  analysis.frame_times_s = {0, 0.5, 1, 1.5};
  analysis.faces = {Seen(FaceCause::kNone), Seen(FaceCause::kNone), Seen(FaceCause::kTurnedAway),
                    FrameFace{}};
  FaceTrack stretch;
  stretch.end_frame = 2;
  stretch.ended_by = FaceCause::kTurnedAway;
  analysis.stretches = {stretch};
  analysis.spotting.run_thresholds = {0.25};
  return analysis;
}

TEST(Usability, IsSecondsByCause) {
  const Analysis analysis = FourFrames();
  EXPECT_EQ(UsabilityText(FramesByCause(analysis.faces), analysis.fps),
            "usable 1.0 of 2.0 s; not: no face 0.5 s, turned away 0.5 s");
  EXPECT_EQ(UsabilityText({{FaceCause::kNone, 3}}, 30), "usable 0.1 of 0.1 s");
  EXPECT_EQ(UsabilityToJson(analysis).dump(),
            R"({"seconds":2.0,"usable":1.0,"not_usable":{"no face":0.5,"turned away":0.5}})");
}

TEST(FramesCsv, HasARowAFrameWithEmptyCellsWhereNobodyIs) {
  const std::string csv = FramesCsv(FourFrames());
  EXPECT_THAT(csv, StartsWith("frame,time_s,usable,cause,track,x,y,width,height,yaw_deg,"));
  EXPECT_THAT(csv, HasSubstr("\n1,0,1,,1,10,20,30,40,12.3,"));
  EXPECT_THAT(csv, HasSubstr("\n3,1,0,turned away,1,10,20,"));
  EXPECT_THAT(csv, HasSubstr("\n4,1.5,0,no face,,,,,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
}

TEST(FramesCsv, HasARowMoreForEachOtherFaceInAFrame) {
  Analysis analysis = FourFrames();
  Analysis other = FourFrames();
  other.faces = {FrameFace{}, Seen(FaceCause::kTooSmall, 1), FrameFace{}, FrameFace{}};
  analysis.others = {other};
  const std::string csv = FramesCsv(analysis);
  EXPECT_THAT(csv, HasSubstr("\n2,0.5,1,,1,10,"));
  EXPECT_THAT(csv, HasSubstr("\n2,0.5,0,too small,2,10,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 6);
}

TEST(FacesToJson, HasOneElementAFrame) {
  const auto json = FacesToJson(FourFrames());
  EXPECT_EQ(json.at("usable").dump(), "[true,true,false,false]");
  EXPECT_EQ(json.at("cause").dump(), R"([null,null,"turned away","no face"])");
  EXPECT_EQ(json.at("track").dump(), "[1,1,1,null]");
  EXPECT_EQ(json.at("box")[3].dump(), "null");
  EXPECT_EQ(json.at("box")[0].dump(), "[10,20,30,40]");
  EXPECT_EQ(json.at("sharpness")[0].get<double>(), 0.654);
  EXPECT_EQ(json.at("mouth_opening_px")[0].get<double>(), 1.26);
}

TEST(StretchesToJson, SayWhoseTheyAreOnlyWhereFacesWereFollowed) {
  Analysis analysis = FourFrames();
  const auto followed = StretchesToJson(analysis)[0];
  EXPECT_EQ(followed.at("track"), 1);
  EXPECT_EQ(followed.at("ended_by"), "turned away");
  EXPECT_EQ(followed.at("too_short"), false);
  EXPECT_EQ(followed.at("threshold"), 0.25);
  analysis.faces.clear();
  EXPECT_FALSE(StretchesToJson(analysis)[0].contains("track")) << "crop keeps its bytes";
}

}  // namespace
}  // namespace mestr::internal
