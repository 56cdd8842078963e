#include "vqa_ask/prompts.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

#include "config/shipped_files.h"
#include "core/files.h"
#include "core/nearest_name.h"
#include "core/sha256.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;
constexpr char kOther[] = "other";
constexpr std::array kKinds = {
    QuestionKind::kCoarse,     QuestionKind::kFine,       QuestionKind::kActionUnits,
    QuestionKind::kUnitShown,  QuestionKind::kUnitSide,   QuestionKind::kUnitsAndClasses,
    QuestionKind::kEventCount, QuestionKind::kMicroCount, QuestionKind::kMacroCount,
    QuestionKind::kVideoUnits, QuestionKind::kEventType,  QuestionKind::kAnalysis};

std::vector<std::string> QuestionKeys() {
  std::vector<std::string> keys = {kOther};
  for (const QuestionKind kind : kKinds) keys.push_back(PromptKey(kind));
  return keys;
}

Error ErrorAt(const fs::path& file, const YAML::Mark& mark, const std::string& what) {
  const std::string place = mark.line < 0 ? "" : ":" + std::to_string(mark.line + 1);
  return {ErrorKind::kConfig, file.string() + place + ": " + what};
}

Error TwiceAt(const fs::path& file, const YAML::Mark& mark, const std::string& key) {
  return ErrorAt(file, mark, "the key " + Quoted(key) + " is there twice");
}

fs::path FindFile(const std::string& name) {
  if (Exists(name)) return name;
  if (name.find('/') == std::string::npos) {
    const fs::path shipped = fs::path("configs/vqa") / (fs::path(name).stem().string() + ".yaml");
    try {
      return ShippedFile(shipped);
    } catch (const Error&) {  // said below, as the user typed it
    }
  }
  throw Error(ErrorKind::kConfig,
              "no prompts " + Quoted(name) + ": give a file, or choices or plain");
}

// What stands in braces, each a word that is known there.
void CheckWords(const std::string& text, const std::vector<std::string>& known,
                const fs::path& file, const YAML::Mark& mark) {
  for (std::size_t begin = text.find('{'); begin != std::string::npos;
       begin = text.find('{', begin + 1)) {
    const std::string word = text.substr(begin + 1, text.find('}', begin) - begin - 1);
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    throw ErrorAt(file, mark,
                  WithHint("unknown {" + Printable(word.substr(0, 40)) + "}",
                           NearestName(word, known), "known: " + Joined(known, ", ")));
  }
}

std::string TextOf(const YAML::Node& node, const fs::path& file) {
  if (!node.IsScalar()) throw ErrorAt(file, node.Mark(), "must be a text");
  return std::string(Trimmed(node.Scalar()));
}

std::map<std::string, std::string> TextsOf(const YAML::Node& section,
                                           const std::vector<std::string>& known,
                                           const std::vector<std::string>& words,
                                           const fs::path& file) {
  if (!section.IsMap()) throw ErrorAt(file, section.Mark(), "must have a text for each name");
  std::map<std::string, std::string> texts;
  for (const auto& entry : section) {
    const std::string key = TextOf(entry.first, file);
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      throw ErrorAt(file, entry.first.Mark(),
                    WithHint("unknown key " + Quoted(key), NearestName(key, known),
                             "known: " + Joined(known, ", ")));
    }
    if (texts.contains(key)) throw TwiceAt(file, entry.first.Mark(), key);
    texts[key] = TextOf(entry.second, file);
    CheckWords(texts[key], words, file, entry.second.Mark());
  }
  return texts;
}

YAML::Node Parse(const fs::path& file) {
  try {
    YAML::Node root = YAML::Load(ReadFile(file, kMostBytes));
    if (!root.IsMap()) throw ErrorAt(file, root.Mark(), "must have system, inputs and questions");
    return root;
  } catch (const YAML::Exception& error) {
    throw ErrorAt(file, error.mark, error.msg);
  }
}

}  // namespace

Prompts Prompts::Load(const std::string& name) {
  const fs::path file = FindFile(name);
  const YAML::Node root = Parse(file);
  Prompts prompts;
  prompts.sha256_ = Sha256Hex(ReadFile(file, kMostBytes));
  std::set<std::string> keys;
  for (const auto& entry : root) {
    const std::string key = TextOf(entry.first, file);
    if (!keys.insert(key).second) throw TwiceAt(file, entry.first.Mark(), key);
    if (key == "system") {
      prompts.system_ = TextOf(entry.second, file);
    } else if (key == "inputs") {
      prompts.inputs_ = TextsOf(entry.second, {"video", "oao", "of"}, {}, file);
    } else if (key == "questions") {
      prompts.questions_ = TextsOf(entry.second, QuestionKeys(), {"question", "input"}, file);
    } else {
      const std::vector<std::string> known = {"system", "inputs", "questions"};
      throw ErrorAt(file, entry.first.Mark(),
                    WithHint("unknown key " + Quoted(key), NearestName(key, known),
                             "known: " + Joined(known, ", ")));
    }
  }
  if (!prompts.questions_.contains(kOther)) {
    throw ErrorAt(file, root.Mark(), "questions has no 'other', which is for all other kinds");
  }
  for (const auto& [key, text] : prompts.questions_) {
    if (text.find("{question}") != std::string::npos) continue;
    throw ErrorAt(file, root["questions"][key].Mark(), "the text has no {question}");
  }
  return prompts;
}

std::string Prompts::TextFor(std::string_view question, std::string_view input) const {
  const auto own = questions_.find(PromptKey(TopicOf(question).kind));
  std::string text = own != questions_.end() ? own->second : questions_.at(kOther);
  const auto seen = inputs_.find(std::string(input));
  text = Replaced(std::move(text), "{input}", seen != inputs_.end() ? seen->second : "");
  // Last: nothing in a question is replaced.
  text = Replaced(std::move(text), "{question}", question);
  return std::string(Trimmed(text));
}

std::string PromptKey(QuestionKind kind) {
  std::string key(QuestionKindName(kind));
  std::erase(key, '\'');
  std::replace(key.begin(), key.end(), ' ', '_');
  return key;
}

}  // namespace mestr::internal
