#include "model/script_check.h"

#include <algorithm>
#include <array>

#include "model/refusal.h"
#include "model/script_expressions.h"

namespace mestr::internal {
namespace {

using Kind = ScriptToken::Kind;

// Besides those without underscores; __getstate__ and __setstate__ run on saving and loading.
constexpr std::array<std::string_view, 6> kSpecialMethods = {
    "__init__", "__len__", "__contains__", "__getitem__", "__enter__", "__exit__"};
constexpr std::array<std::string_view, 4> kListsOfNames = {
    "__parameters__", "__buffers__", "__forward_hooks__", "__forward_pre_hooks__"};

// One file of code/.
class ScriptFile {
 public:
  ScriptFile(const std::string& entry, const std::string& source, const std::string& file,
             ScriptDefinitions& definitions, ScriptUses& uses)
      : space_(SpaceOf(entry)),
        cursor_(ScriptTokens(source, file + ": " + entry), file + ": " + entry),
        definitions_(definitions),
        uses_(uses) {}

  void Read() {
    while (cursor_.Peek().kind != Kind::kEnd) {
      if (cursor_.Take("class")) {
        Class();
      } else {
        const std::string name = Function();
        if (!definitions_.functions.insert(space_ + "." + name).second) Twice(name);
      }
    }
  }

 private:
  // "code/__torch__/network.py" holds what is called __torch__.network.
  static std::string SpaceOf(const std::string& entry) {
    constexpr std::size_t kBefore = std::string_view("code/").size();
    constexpr std::size_t kAfter = std::string_view(".py").size();
    std::string space = entry.substr(kBefore, entry.size() - kBefore - kAfter);
    std::replace(space.begin(), space.end(), '/', '.');
    return space;
  }

  [[noreturn]] void Twice(const std::string& name) const {
    cursor_.Refuse("defines '" + name + "' twice");
  }

  void Class() {
    const std::string name = cursor_.Name();
    std::string base;
    if (cursor_.Take("(")) {
      base = cursor_.Name();
      cursor_.Expect(")");
    }
    if (!base.empty() && base != "Module" && base != "NamedTuple") {
      cursor_.Refuse("has a class of the kind '" + base + "', which no network needs");
    }
    ScriptClass read{.is_module = base == "Module", .attributes = {}};
    cursor_.Expect(":");
    cursor_.Expect(Kind::kNewLine);
    cursor_.Expect(Kind::kIndent);
    while (cursor_.Peek().kind != Kind::kDedent) Member(read);
    cursor_.Next();
    if (!definitions_.classes.emplace(space_ + "." + name, std::move(read)).second) Twice(name);
  }

  void Member(ScriptClass& read) {
    if (cursor_.Is("def")) {
      definitions_.methods.insert(Function());
      return;
    }
    if (!cursor_.Take("pass")) Attribute(read);
    cursor_.Expect(Kind::kNewLine);
  }

  // `__parameters__ = ["weight", ]`, `__annotations__["0"] = Tensor`, `weight : Tensor`,
  // `rate : Final[float] = 0.5`. LibTorch crashes on an assignment to another name.
  void Attribute(ScriptClass& read) {
    const std::string name = cursor_.Name();
    if (name == "__annotations__") return Annotation(read);
    if (std::find(kListsOfNames.begin(), kListsOfNames.end(), name) != kListsOfNames.end()) {
      cursor_.Expect("=");
      return Names();
    }
    cursor_.Expect(":");
    ScriptType type = ParseScriptType(cursor_);
    const bool has_value = cursor_.Take("=");
    if (has_value) SkipScriptLiteral(cursor_);
    if (type.name == "Final") {
      if (!has_value) cursor_.RefuseHere();
      return;
    }
    Add(read, name, std::move(type));
  }

  void Annotation(ScriptClass& read) {
    if (cursor_.Take("=")) return Names();
    cursor_.Expect("[");
    if (cursor_.Peek().kind != Kind::kText) cursor_.RefuseHere();
    const std::string_view quoted = cursor_.Next().text;
    cursor_.Expect("]");
    cursor_.Expect("=");
    Add(read, std::string(quoted.substr(1, quoted.size() - 2)), ParseScriptType(cursor_));
  }

  void Add(ScriptClass& read, const std::string& name, ScriptType type) const {
    const auto same = [&](const auto& known) { return known.first == name; };
    if (std::any_of(read.attributes.begin(), read.attributes.end(), same)) Twice(name);
    read.attributes.emplace_back(name, std::move(type));
  }

  void Names() {
    cursor_.Expect("[");
    while (cursor_.Peek().kind == Kind::kText) {
      cursor_.Next();
      if (!cursor_.Take(",")) break;
    }
    cursor_.Expect("]");
  }

  // A function or a method; gives its name.
  std::string Function() {
    cursor_.Expect("def");
    const std::string name = cursor_.Name();
    if (name == "__setstate__" || name == "__getstate__") {
      cursor_.Refuse("defines " + name + ", which runs on loading or saving, not in a network");
    }
    const bool special = name.starts_with("__") && name.ends_with("__");
    if (special &&
        std::find(kSpecialMethods.begin(), kSpecialMethods.end(), name) == kSpecialMethods.end()) {
      cursor_.Refuse("defines " + name + ", which no network needs");
    }
    const std::set<std::string> parameters = Parameters();
    cursor_.Expect("->");
    ParseScriptType(cursor_);
    ScriptBody(cursor_, parameters, uses_).Block();
    return name;
  }

  std::set<std::string> Parameters() {
    std::set<std::string> names;
    cursor_.Expect("(");
    while (!cursor_.Is(")")) {
      if (!cursor_.Take("*")) {
        names.insert(cursor_.Name());
        cursor_.Expect(":");
        ParseScriptType(cursor_);
        if (cursor_.Take("=")) SkipScriptLiteral(cursor_);
      }
      if (!cursor_.Take(",")) break;
    }
    cursor_.Expect(")");
    return names;
  }

  std::string space_;
  ScriptCursor cursor_;
  ScriptDefinitions& definitions_;
  ScriptUses& uses_;
};

void CheckUses(const ScriptUses& uses, const ScriptDefinitions& definitions,
               std::size_t constants) {
  for (const ScriptUses::Use& use : uses.methods) {
    if (!definitions.methods.contains(use.name)) {
      RefuseUnlessTrusted(use.place,
                          "calls the method '" + use.name + "', which it does not define");
    }
  }
  for (const ScriptUses::Use& use : uses.qualified) {
    if (!definitions.classes.contains(use.name) && !definitions.functions.contains(use.name)) {
      RefuseUnlessTrusted(use.place, "uses '" + use.name + "', which it does not define");
    }
  }
  if (uses.constants > constants) {
    RefuseUnlessTrusted(uses.constants_place, "uses a constant that the file does not hold");
  }
}

}  // namespace

ScriptDefinitions CheckScript(const ModelEntries& entries, std::size_t constants,
                              const std::string& file) {
  ScriptDefinitions definitions;
  ScriptUses uses;
  for (const auto& [entry, content] : entries) {
    if (!entry.starts_with("code/")) continue;
    ScriptFile(entry, content, file, definitions, uses).Read();
  }
  CheckUses(uses, definitions, constants);
  return definitions;
}

}  // namespace mestr::internal
