#include "model/script_types.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/refusal.h"

namespace mestr::internal {
namespace {

constexpr int kMostDepth = 100;

// With so many arguments; 0: any number.
constexpr std::array<std::pair<std::string_view, std::size_t>, 6> kGenericTypes = {
    {{"Optional", 1}, {"List", 1}, {"Dict", 2}, {"Tuple", 0}, {"Union", 0}, {"Final", 1}}};
constexpr std::array<std::string_view, 11> kSimpleTypes = {"Tensor", "int",      "float",  "bool",
                                                           "str",    "NoneType", "Device", "Any",
                                                           "number", "Scalar",   "complex"};

std::string DottedName(ScriptCursor& cursor) {
  std::string name = cursor.Name();
  while (cursor.Take(".")) name += "." + cursor.Name();
  return name;
}

std::vector<ScriptType> Arguments(ScriptCursor& cursor) {
  std::vector<ScriptType> arguments;
  cursor.Expect("[");
  // Tuple[()] is the empty one.
  if (cursor.Take("(")) {
    cursor.Expect(")");
    cursor.Expect("]");
    return arguments;
  }
  do {
    if (cursor.Is("]")) break;
    arguments.push_back(ParseScriptType(cursor));
  } while (cursor.Take(","));
  cursor.Expect("]");
  return arguments;
}

}  // namespace

const ScriptToken& ScriptCursor::PeekAfter() const {
  return tokens_[std::min(at_ + 1, tokens_.size() - 1)];
}

const ScriptToken& ScriptCursor::Next() {
  const ScriptToken& token = tokens_[at_];
  if (token.kind != ScriptToken::Kind::kEnd) ++at_;
  return token;
}

bool ScriptCursor::Is(std::string_view symbol_or_word) const {
  const ScriptToken& token = Peek();
  return token.kind != ScriptToken::Kind::kText && token.text == symbol_or_word;
}

bool ScriptCursor::Take(std::string_view symbol_or_word) {
  if (!Is(symbol_or_word)) return false;
  Next();
  return true;
}

void ScriptCursor::Expect(std::string_view symbol_or_word) {
  if (!Take(symbol_or_word)) RefuseHere();
}

void ScriptCursor::Expect(ScriptToken::Kind kind) {
  if (Peek().kind != kind) RefuseHere();
  Next();
}

std::string ScriptCursor::Name() {
  if (Peek().kind != ScriptToken::Kind::kName) RefuseHere();
  return std::string(Next().text);
}

void ScriptCursor::Refuse(const std::string& reason) const { RefuseUnlessTrusted(Place(), reason); }

void ScriptCursor::RefuseHere() const {
  constexpr std::size_t kMostShown = 40;
  const std::string_view text = Peek().text.substr(0, kMostShown);
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  if (text.empty() || !plain) Refuse("has a line that is not understood");
  Refuse("has a line that is not understood, at '" + std::string(text) + "'");
}

void ScriptCursor::Deeper() {
  if (++depth_ > kMostDepth) {
    Refuse("is nested more than " + std::to_string(kMostDepth) + " deep");
  }
}

ScriptType ParseScriptType(ScriptCursor& cursor) {
  cursor.Deeper();
  ScriptType type{.name = DottedName(cursor), .arguments = {}};
  const auto* const generic =
      std::find_if(kGenericTypes.begin(), kGenericTypes.end(),
                   [&](const auto& known) { return known.first == type.name; });
  if (generic != kGenericTypes.end()) {
    type.arguments = Arguments(cursor);
    if (generic->second != 0 && type.arguments.size() != generic->second) cursor.RefuseHere();
  } else if (std::find(kSimpleTypes.begin(), kSimpleTypes.end(), type.name) == kSimpleTypes.end() &&
             (!type.name.starts_with("__torch__.") ||
              type.name.starts_with("__torch__.torch.classes."))) {
    cursor.Refuse("uses the type '" + type.name + "', which mestr does not know");
  }
  cursor.Shallower();
  return type;
}

ScriptType ParseScriptType(const std::string& text, const std::string& place) {
  ScriptCursor cursor(ScriptTokens(text, place), place);
  ScriptType type = ParseScriptType(cursor);
  cursor.Expect(ScriptToken::Kind::kNewLine);
  cursor.Expect(ScriptToken::Kind::kEnd);
  return type;
}

}  // namespace mestr::internal
