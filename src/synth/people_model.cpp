#include "synth/people_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "mestr/core/error.h"
#include "synth/embedded_people.h"
#include "synth/face_state.h"

namespace mestr::internal::synth {
namespace {

constexpr std::string_view kMagic = "mestrPPL";
constexpr std::uint32_t kVersion = 1;

static_assert(std::endian::native == std::endian::little, "the people's file is read as it lies");

[[noreturn]] void Refuse(const std::string& what) {
  throw Error(ErrorKind::kInput, "people's file: " + what);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view Take(std::size_t count) {
    if (count > bytes_.size() - at_) Refuse("cut off after byte " + std::to_string(bytes_.size()));
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }

  template <typename T>
  std::vector<T> Values(std::size_t count) {
    const std::string_view bytes = Take(count * sizeof(T));
    std::vector<T> values(count);
    if (count > 0) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

  template <typename T>
  T Value() {
    return Values<T>(1).front();
  }

  bool AtEnd() const { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

template <typename Indices>
void RequireBelow(const Indices& indices, std::size_t limit, const char* what) {
  for (const auto index : indices) {
    if (index >= limit) Refuse(std::string(what) + " " + std::to_string(index) + " is none");
  }
}

void RequireFinite(const std::vector<float>& values, const char* what) {
  if (!std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); })) {
    Refuse(std::string(what) + " has a value that is no finite number");
  }
}

std::vector<cv::Vec3f> ReadVertices(Reader& reader, std::size_t count) {
  const auto values = reader.Values<float>(3 * count);
  RequireFinite(values, "vertices");
  std::vector<cv::Vec3f> vertices(count);
  for (std::size_t i = 0; i < count; ++i) {
    vertices[i] = {values[3 * i], values[3 * i + 1], values[3 * i + 2]};
  }
  return vertices;
}

std::vector<cv::Vec2f> ReadUvs(Reader& reader, std::size_t count) {
  const auto values = reader.Values<std::uint16_t>(2 * count);
  std::vector<cv::Vec2f> uvs(count);
  for (std::size_t i = 0; i < count; ++i) {
    uvs[i] = {static_cast<float>(values[2 * i]) / 65535.0F,
              1 - static_cast<float>(values[2 * i + 1]) / 65535.0F};
  }
  return uvs;
}

std::vector<Triangle> ReadTriangles(Reader& reader, std::size_t quads, const PeopleModel& model) {
  const auto vertices = reader.Values<std::uint16_t>(4 * quads);
  const auto uvs = reader.Values<std::uint16_t>(4 * quads);
  const auto parts = reader.Values<std::uint8_t>(quads);
  RequireBelow(vertices, model.vertices.size(), "vertex");
  RequireBelow(uvs, model.uvs.size(), "uv");
  RequireBelow(parts, kPartCount, "part");
  std::vector<Triangle> triangles;
  triangles.reserve(2 * quads);
  for (std::size_t q = 0; q < quads; ++q) {
    for (const auto& [a, b, c] : {std::array{0, 1, 2}, std::array{0, 2, 3}}) {
      const std::uint16_t* v = &vertices[4 * q];
      const std::uint16_t* t = &uvs[4 * q];
      triangles.push_back({{v[a], v[b], v[c]}, {t[a], t[b], t[c]}, static_cast<Part>(parts[q])});
    }
  }
  return triangles;
}

std::vector<float> ReadWeights(Reader& reader, std::size_t count) {
  const auto bytes = reader.Values<std::uint8_t>(count);
  std::vector<float> weights(count);
  std::transform(bytes.begin(), bytes.end(), weights.begin(),
                 [](std::uint8_t byte) { return static_cast<float>(byte) / 255.0F; });
  return weights;
}

template <typename T>
std::vector<cv::Vec3f> ReadOffsets(Reader& reader, std::size_t count, float step) {
  const auto steps = reader.Values<T>(3 * count);
  std::vector<cv::Vec3f> offsets(count);
  for (std::size_t i = 0; i < count; ++i) {
    offsets[i] = step * cv::Vec3f(steps[3 * i], steps[3 * i + 1], steps[3 * i + 2]);
  }
  return offsets;
}

Shape ReadShape(Reader& reader, std::size_t vertices) {
  Shape shape;
  shape.name = reader.Take(reader.Value<std::uint8_t>());
  const int bits = reader.Value<std::uint8_t>();
  const auto count = reader.Value<std::uint32_t>();
  const auto step = reader.Value<float>();
  RequireFinite({step}, "a shape's step");
  if (bits != 8 && bits != 16) Refuse("a shape has steps of " + std::to_string(bits) + " bits");
  shape.vertices = reader.Values<std::uint16_t>(count);
  RequireBelow(shape.vertices, vertices, "vertex");
  shape.offsets = bits == 8 ? ReadOffsets<std::int8_t>(reader, count, step)
                            : ReadOffsets<std::int16_t>(reader, count, step);
  return shape;
}

std::vector<Shape> ReadUnits(Reader& reader, std::size_t count, std::size_t vertices) {
  if (count != kUnitCount) Refuse("has " + std::to_string(count) + " facial units, not 52");
  std::vector<Shape> units;
  for (std::size_t i = 0; i < count; ++i) {
    units.push_back(ReadShape(reader, vertices));
    const auto name = UnitName(static_cast<Unit>(i));
    if (units.back().name != name)
      Refuse("unit " + std::to_string(i) + " is not " + std::string(name));
  }
  return units;
}

PeopleModel::Landmark ReadLandmark(Reader& reader, std::size_t vertices) {
  PeopleModel::Landmark landmark = {};
  const auto corners = reader.Values<std::uint16_t>(3);
  const auto weights = reader.Values<float>(3);
  RequireBelow(corners, vertices, "vertex");
  RequireFinite(weights, "a landmark");
  std::copy(corners.begin(), corners.end(), landmark.vertices.begin());
  std::copy(weights.begin(), weights.end(), landmark.weights.begin());
  return landmark;
}

}  // namespace

void Shape::AddTo(std::vector<cv::Vec3f>& positions, float weight) const {
  if (weight == 0) return;
  for (std::size_t i = 0; i < vertices.size(); ++i) positions[vertices[i]] += weight * offsets[i];
}

const Shape& PeopleModel::FindShape(std::string_view name) const {
  const auto found = std::find_if(shapes.begin(), shapes.end(),
                                  [&](const Shape& shape) { return shape.name == name; });
  if (found == shapes.end()) Refuse("has no shape " + std::string(name));
  return *found;
}

PeopleModel ReadPeopleModel(std::string_view bytes) {
  Reader reader(bytes);
  if (!bytes.starts_with(kMagic)) Refuse("does not start as one");
  reader.Take(kMagic.size());
  const auto counts = reader.Values<std::uint32_t>(6);
  if (counts[0] != kVersion) Refuse("is of version " + std::to_string(counts[0]) + ", not 1");
  PeopleModel model;
  model.vertices = ReadVertices(reader, counts[1]);
  model.uvs = ReadUvs(reader, counts[2]);
  model.triangles = ReadTriangles(reader, counts[3], model);
  for (auto* weights : {&model.head, &model.lips, &model.lids, &model.mouth, &model.ears}) {
    *weights = ReadWeights(reader, counts[1]);
  }
  for (std::uint32_t i = 0; i < counts[4]; ++i)
    model.shapes.push_back(ReadShape(reader, counts[1]));
  model.units = ReadUnits(reader, counts[5], counts[1]);
  for (auto& landmark : model.landmarks) landmark = ReadLandmark(reader, counts[1]);
  if (!reader.AtEnd()) Refuse("goes on after its end");
  return model;
}

const PeopleModel& EmbeddedPeopleModel() {
  static const PeopleModel model = ReadPeopleModel(EmbeddedPeople());
  return model;
}

}  // namespace mestr::internal::synth
