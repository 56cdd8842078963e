#include "vqa_ask/model_name.h"

#include <algorithm>
#include <filesystem>

#include "core/nearest_name.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr std::size_t kMostNamed = 10;

// "/m/tiny.gguf" is a file's, "Qwen/Qwen2.5-VL" is none.
bool IsOfFile(const std::string& name) {
  const std::string ending = std::filesystem::path(name).extension().string();
  return name.find('/') != std::string::npos && ending.size() > 1 &&
         std::all_of(ending.begin() + 1, ending.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool IsNameOf(const std::string& wanted, const std::string& name) {
  const std::filesystem::path file = name;
  return wanted == name || (IsOfFile(name) && (wanted == file.filename() || wanted == file.stem()));
}

[[noreturn]] void FailAsUnknown(const std::string& wanted, const std::vector<ModelNames>& models,
                                const SecretKey& key) {
  std::vector<std::string> known;
  for (const ModelNames& names : models) known.push_back(Printable(key.HiddenIn(names.front())));
  const auto nearest = NearestName(wanted, known);
  if (known.size() > kMostNamed) {
    known.resize(kMostNamed);
    known.emplace_back("...");
  }
  throw Error(ErrorKind::kModel, WithHint("the server has no model " + Quoted(wanted), nearest,
                                          "it has " + Joined(known, ", ")));
}

}  // namespace

std::vector<std::string> AnsweringNames(const std::string& wanted,
                                        const std::vector<ModelNames>& models,
                                        const SecretKey& key) {
  for (const ModelNames& names : models) {
    if (std::none_of(names.begin(), names.end(),
                     [&](const std::string& name) { return IsNameOf(wanted, name); })) {
      continue;
    }
    std::vector<std::string> answering = names;
    answering.push_back(wanted);
    return answering;
  }
  FailAsUnknown(wanted, models, key);
}

bool IsAnsweringName(std::string_view answered, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    if (!answered.starts_with(name)) return false;
    const std::string_view rest = answered.substr(name.size());
    if (rest.empty() || rest.front() == '@') return true;
    return rest.size() > 1 && rest.front() == '-' &&
           rest.find_first_not_of("0123456789-") == std::string_view::npos;
  });
}

}  // namespace mestr::internal
