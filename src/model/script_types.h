// Types as TorchScript writes them: "Tensor", "List[int]", "__torch__.network.Head".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/script_tokens.h"

namespace mestr::internal {

struct ScriptType {
  std::string name;
  std::vector<ScriptType> arguments;
};

// Walks over tokens; a complaint names the line that it stands at.
class ScriptCursor {
 public:
  ScriptCursor(std::vector<ScriptToken> tokens, std::string place)
      : tokens_(std::move(tokens)), place_(std::move(place)) {}

  const ScriptToken& Peek() const { return tokens_[at_]; }
  const ScriptToken& PeekAfter() const;
  const ScriptToken& Next();  // kEnd stays
  bool Is(std::string_view symbol_or_word) const;
  bool Take(std::string_view symbol_or_word);  // true, and past it, where it stands here
  void Expect(std::string_view symbol_or_word);
  void Expect(ScriptToken::Kind kind);
  std::string Name();

  std::string Place() const { return place_ + ":" + std::to_string(Peek().line); }
  [[noreturn]] void Refuse(const std::string& reason) const;
  [[noreturn]] void RefuseHere() const;  // "is not understood at ..."

  // Of brackets and blocks, which LibTorch's parser and ours go down recursively.
  void Deeper();
  void Shallower() { --depth_; }

 private:
  std::vector<ScriptToken> tokens_;
  std::string place_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

// Stands on the type; past it afterwards. Throws Error{kModel} where there is none, or a kind of
// type that no network needs (a Future, a class of LibTorch's own).
ScriptType ParseScriptType(ScriptCursor& cursor);

// The same for a text that is a type and nothing else.
ScriptType ParseScriptType(const std::string& text, const std::string& place);

}  // namespace mestr::internal
