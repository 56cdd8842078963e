// What the flags of `mestr synth` are made of.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "synth/set_folder.h"

namespace mestr::cli {

[[noreturn]] void ThrowBad(const std::string& flag, const std::string& text,
                           const std::string& wanted);

// All of `text` as a number, in plain C notation whatever the locale.
template <typename Number>
std::optional<Number> Parse(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> Split(std::string_view text, char separator);

template <std::size_t kCount>
std::array<double, kCount> ParseNumbers(const std::string& flag, const std::string& text,
                                        const std::string& wanted) {
  const std::vector<std::string_view> parts = Split(text, ',');
  std::array<double, kCount> numbers = {};
  if (parts.size() != kCount) ThrowBad(flag, text, wanted);
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::optional<double> number = Parse<double>(parts[i]);
    if (!number) ThrowBad(flag, text, wanted);
    numbers[i] = *number;
  }
  return numbers;
}

// Of --subjects: "1-8", "1,3,5-7"; 1 to `most`.
std::vector<int> ParseSubjects(const std::string& text, int most);

internal::SynthWriteOptions SynthWriteOptionsFrom(bool overwrite, std::optional<int> jobs,
                                                  std::ostream& err);

void PrintSynthSummary(const internal::SynthSetSummary& summary, const std::string& output,
                       std::ostream& out);

// The former generator: clips made from one portrait.
int RunPortraitSynth(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace mestr::cli
