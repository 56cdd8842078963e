#include "mestr/core/decoding.h"

#include <algorithm>
#include <array>

#include "mestr/core/error.h"

namespace mestr {
namespace {

template <typename Value>
struct Named {
  Value value;
  std::string_view name;
};

constexpr std::array<Named<SpotRule>, 2> kOtherRules = {
    {{SpotRule::kRelative, "relative"}, {SpotRule::kProbability, "probability"}}};
constexpr std::array<Named<SpotRule>, 4> kWindowRules = {{{SpotRule::kPlain, "plain"},
                                                          {SpotRule::kScalable, "scalable"},
                                                          {SpotRule::kSamm, "samm"},
                                                          {SpotRule::kBounds, "bounds"}}};
constexpr std::array<Named<StitchRule>, 2> kStitchRules = {
    {{StitchRule::kVideo, "video"}, {StitchRule::kPublished, "published"}}};
constexpr std::array<Named<PublishedDecoding>, 3> kPublished = {
    {{PublishedDecoding::kNo, "no"},
     {PublishedDecoding::kBoosting, "boosting"},
     {PublishedDecoding::kMetst, "metst"}}};

std::string_view NameIn(const auto& table, auto value) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const auto& named) { return named.value == value; });
  return found == table.end() ? std::string_view() : found->name;
}

auto ValueIn(const auto& table, std::string_view name) {
  std::string names;
  for (const auto& named : table) {
    if (named.name == name) return named.value;
    names += (names.empty() ? "" : ", ") + std::string(named.name);
  }
  throw Error(ErrorKind::kConfig, "it must be one of " + names);
}

}  // namespace

std::string_view SpotRuleName(SpotRule rule) {
  const std::string_view name = NameIn(kWindowRules, rule);
  return name.empty() ? NameIn(kOtherRules, rule) : name;
}

SpotRule ParseWindowRule(std::string_view name) { return ValueIn(kWindowRules, name); }

std::string_view StitchRuleName(StitchRule rule) { return NameIn(kStitchRules, rule); }

StitchRule ParseStitchRule(std::string_view name) { return ValueIn(kStitchRules, name); }

std::string_view PublishedDecodingName(PublishedDecoding published) {
  return NameIn(kPublished, published);
}

PublishedDecoding ParsePublishedDecoding(std::string_view name) {
  return ValueIn(kPublished, name);
}

Synergy SynergyOf(int number) {
  if (number < 0 || number > 2) throw Error(ErrorKind::kConfig, "it must be 0, 1 or 2");
  return static_cast<Synergy>(number);
}

}  // namespace mestr
