// A value in a JSON file from outside, with the name that errors give it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mestr/core/error.h"

namespace mestr::internal {

// Valid as long as the JSON is. What a value may not be throws Error{kInput} "<file>: <place> <what
// it must be>".
class JsonPlace {
 public:
  using Json = nlohmann::ordered_json;

  JsonPlace(const Json& json, const std::string& file) : json_(&json), file_(&file) {}

  // A member of an object.
  JsonPlace operator[](const char* key) const;
  std::optional<JsonPlace> Find(const char* key) const;  // empty where it is not there
  bool IsNull() const { return json_->is_null(); }
  std::vector<std::string> Keys() const;  // of an object

  std::string Text() const;
  bool Bool() const;
  double Number(double low, double high) const;
  double Number() const;
  std::int64_t Whole(std::int64_t low, std::int64_t high) const;

  std::size_t size() const;  // of a list
  // Of a list that must have so many values.
  void RequireSize(std::size_t size) const;
  // An element of a list, which size() has seen to be one.
  JsonPlace At(std::size_t index) const;
  // `read` of each element.
  template <typename Read>
  auto All(const Read& read) const {
    std::vector<decltype(read(*this))> values;
    const std::size_t count = size();
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) values.push_back(read(At(i)));
    return values;
  }

  Error Problem(const std::string& what) const;

 private:
  std::string Place() const;

  const Json* json_;
  const std::string* file_;
  std::string place_;        // "per_frame.box"
  std::int64_t index_ = -1;  // in the list of that name
};

}  // namespace mestr::internal
