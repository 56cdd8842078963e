// The shapes that synthetic people are made of, as models/people/people.bin holds them.
//
// The file, little-endian, without gaps:
//   "mestrPPL", uint32 version = 1, uint32 counts: vertices, uvs, quads, shapes, units
//   vertices  float32 x, y, z each: y up, the face looks along z, the person's left is x > 0
//   uvs       uint16 u, v each, 65535 = 1; v up
//   quads     uint16 vertex x 4 each; then uint16 uv x 4 each; then uint8 Part each
//   weights   uint8 a vertex, 255 = 1, five tables: head, lips, lids, mouth, ears
//   shapes    each: uint8 length and the name, uint8 bits (8 or 16), uint32 count, float32 step,
//             uint16 vertex x count, int8 or int16 x, y, z x count (in steps)
//   units     as shapes, in the order of face_state.h, with its names
//   landmarks 68 times uint16 vertex x 3, float32 weight x 3
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/matx.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal::synth {

enum class Part : std::uint8_t {
  kSkin,
  kLeftEye,
  kRightEye,
  kLash,
  kTeeth,
  kTongue,
  kHair,
  kGlasses
};
inline constexpr int kPartCount = 6;  // of the file's; the last two are added to a person

// Offsets of some vertices.
struct Shape {
  std::string name;
  std::vector<std::uint16_t> vertices;
  std::vector<cv::Vec3f> offsets;

  void AddTo(std::vector<cv::Vec3f>& positions, float weight) const;
};

struct Triangle {
  std::array<std::uint16_t, 3> vertices;
  std::array<std::uint16_t, 3> uvs;
  Part part;
};

struct PeopleModel {
  struct Landmark {
    std::array<std::uint16_t, 3> vertices;
    std::array<float, 3> weights;
  };

  std::vector<cv::Vec3f> vertices;
  std::vector<cv::Vec2f> uvs;  // v down, as in pictures
  std::vector<Triangle> triangles;
  // 0 to 1 a vertex: goes with the head when it turns; lips; eyelids; inside of the mouth; ears.
  std::vector<float> head, lips, lids, mouth, ears;
  std::vector<Shape> shapes;
  std::vector<Shape> units;  // by Unit
  std::array<Landmark, 68> landmarks;

  // Throws Error{kInput} where there is none.
  const Shape& FindShape(std::string_view name) const;
};

// Throws Error{kInput}: not such a file, cut off, or indices out of range.
PeopleModel ReadPeopleModel(std::string_view bytes);

// The one built into the library, read once.
const PeopleModel& EmbeddedPeopleModel();

}  // namespace mestr::internal::synth
