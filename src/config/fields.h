// The keys of a config's sections, one by one: how they are read from YAML and shown.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mestr::internal {

// One key of a section: how it is read and how it is shown. A key of an earlier version that is
// another section's today is read, and never shown.
struct Field {
  std::string key;
  std::function<void(const YAML::Node&)> read;
  std::function<nlohmann::ordered_json()> show = nullptr;
};
using Section = std::vector<Field>;

template <typename T>
const char* TypeName() {
  if constexpr (std::is_same_v<T, int>) return "a whole number";
  if constexpr (std::is_same_v<T, double>) return "a number";
  if constexpr (std::is_same_v<T, bool>) return "true or false";
  return "a text";
}

template <typename T>
T Convert(const YAML::Node& node) {
  T value;
  if (!node.IsScalar() || !YAML::convert<T>::decode(node, value)) {
    throw std::invalid_argument(std::string("it must be ") + TypeName<T>());
  }
  return value;
}

template <typename T>
Field Value(std::string key, T& target) {
  return {std::move(key), [&target](const YAML::Node& node) { target = Convert<T>(node); },
          [&target] { return nlohmann::ordered_json(target); }};
}

template <typename T>
Field OptionalValue(std::string key, std::optional<T>& target) {
  return {
      std::move(key),
      [&target](const YAML::Node& node) {
        target = node.IsNull() ? std::nullopt : std::optional<T>(Convert<T>(node));
      },
      [&target] { return target ? nlohmann::ordered_json(*target) : nlohmann::ordered_json(); }};
}

inline Field Earlier(Field field) {
  field.show = nullptr;
  return field;
}

template <typename T, typename Parse, typename Name>
Field Choice(std::string key, T& target, Parse parse, Name name) {
  return {std::move(key),
          [&target, parse](const YAML::Node& node) { target = parse(Convert<std::string>(node)); },
          [&target, name] { return nlohmann::ordered_json(name(target)); }};
}

// Empty for ~.
template <typename T, typename Parse, typename Name>
Field OptionalChoice(std::string key, std::optional<T>& target, Parse parse, Name name) {
  return {std::move(key),
          [&target, parse](const YAML::Node& node) {
            target =
                node.IsNull() ? std::nullopt : std::optional<T>(parse(Convert<std::string>(node)));
          },
          [&target, name] {
            return target ? nlohmann::ordered_json(name(*target)) : nlohmann::ordered_json();
          }};
}

inline Field PathValue(std::string key, std::filesystem::path& target) {
  return {std::move(key),
          [&target](const YAML::Node& node) { target = Convert<std::string>(node); },
          [&target] { return nlohmann::ordered_json(target.string()); }};
}

inline std::string KeyOf(const YAML::Node& node) {
  if (!node.IsScalar()) throw std::invalid_argument("a key must be a text");
  return node.Scalar();
}

}  // namespace mestr::internal
