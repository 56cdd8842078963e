#include "results/json_place.h"

#include <limits>

#include "core/number_text.h"

namespace mestr::internal {

JsonPlace JsonPlace::operator[](const char* key) const {
  const auto found = Find(key);
  if (!found) throw Problem(std::string("has no '") + key + "'");
  return *found;
}

std::optional<JsonPlace> JsonPlace::Find(const char* key) const {
  if (!json_->is_object()) throw Problem("must be an object");
  const auto found = json_->find(key);
  if (found == json_->end()) return std::nullopt;
  JsonPlace place(*found, *file_);
  const std::string above = Place();
  place.place_ = above.empty() ? key : above + "." + key;
  return place;
}

std::vector<std::string> JsonPlace::Keys() const {
  if (!json_->is_object()) throw Problem("must be an object");
  std::vector<std::string> keys;
  for (const auto& [key, value] : json_->items()) keys.push_back(key);
  return keys;
}

std::string JsonPlace::Text() const {
  if (!json_->is_string()) throw Problem("must be a text");
  return json_->get<std::string>();
}

bool JsonPlace::Bool() const {
  if (!json_->is_boolean()) throw Problem("must be true or false");
  return json_->get<bool>();
}

double JsonPlace::Number(double low, double high) const {
  if (!json_->is_number()) throw Problem("must be a number");
  const double value = json_->get<double>();
  if (value >= low && value <= high) return value;
  throw Problem("is " + NumberText(value) + "; it must be from " + NumberText(low) + " to " +
                NumberText(high));
}

double JsonPlace::Number() const {
  return Number(std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max());
}

std::int64_t JsonPlace::Whole(std::int64_t low, std::int64_t high) const {
  const auto out_of_range = [&](const std::string& value) {
    return Problem("is " + value + "; it must be from " + std::to_string(low) + " to " +
                   std::to_string(high));
  };
  if (!json_->is_number_integer()) throw Problem("must be a whole number");
  if (json_->is_number_unsigned() && json_->get<std::uint64_t>() > INT64_MAX) {
    throw out_of_range(json_->dump());
  }
  const auto value = json_->get<std::int64_t>();
  if (value < low || value > high) throw out_of_range(std::to_string(value));
  return value;
}

std::size_t JsonPlace::size() const {
  if (!json_->is_array()) throw Problem("must be a list");
  return json_->size();
}

void JsonPlace::RequireSize(std::size_t wanted) const {
  if (size() == wanted) return;
  throw Problem("has " + std::to_string(size()) + " values; it must have " +
                std::to_string(wanted));
}

JsonPlace JsonPlace::At(std::size_t index) const {
  JsonPlace place((*json_)[index], *file_);
  place.place_ = index_ < 0 ? place_ : Place();
  place.index_ = static_cast<std::int64_t>(index);
  return place;
}

Error JsonPlace::Problem(const std::string& what) const {
  const std::string place = Place();
  return {ErrorKind::kInput, *file_ + ": " + (place.empty() ? "" : place + " ") + what +
                                 "; it is no result of this mestr, or a damaged one"};
}

std::string JsonPlace::Place() const {
  return index_ < 0 ? place_ : place_ + "[" + std::to_string(index_) + "]";
}

}  // namespace mestr::internal
