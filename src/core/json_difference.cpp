#include "core/json_difference.h"

#include <nlohmann/json.hpp>

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostShown = 80;

std::string TextOf(const Json* value) {
  if (value == nullptr || value->is_null()) return "none";
  std::string text = value->is_string()
                         ? value->get<std::string>()
                         : value->dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > kMostShown) text = text.substr(0, kMostShown) + "...";
  return text;
}

const Json* Find(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::optional<JsonDifference> Compare(const Json* earlier, const Json* now,
                                      const std::string& place);

// `key` is in one of them.
std::optional<JsonDifference> CompareAt(const std::string& key, const Json& earlier,
                                        const Json& now, const std::string& place) {
  return Compare(Find(earlier, key), Find(now, key), place.empty() ? key : place + "." + key);
}

std::optional<JsonDifference> Compare(const Json* earlier, const Json* now,
                                      const std::string& place) {
  if (earlier == nullptr || now == nullptr || !earlier->is_object() || !now->is_object()) {
    const bool same = earlier != nullptr && now != nullptr && *earlier == *now;
    if (same) return std::nullopt;
    return JsonDifference{place, TextOf(earlier), TextOf(now)};
  }
  for (const auto& [key, value] : now->items()) {
    if (auto difference = CompareAt(key, *earlier, *now, place)) return difference;
  }
  for (const auto& [key, value] : earlier->items()) {
    if (auto difference = CompareAt(key, *earlier, *now, place)) return difference;
  }
  return std::nullopt;
}

}  // namespace

std::optional<JsonDifference> FirstDifference(const Json& earlier, const Json& now) {
  return Compare(&earlier, &now, "");
}

}  // namespace mestr::internal
