#include "model/script_expressions.h"

#include <algorithm>
#include <array>

#include "model/operators.h"

namespace mestr::internal {
namespace {

using Kind = ScriptToken::Kind;

constexpr std::size_t kMostWeight = 10000;

// Called by name alone; those that LibTorch's serializer writes, and the harmless ones of old
// files.
constexpr std::array<std::string_view, 11> kBuiltins = {
    "int", "float", "bool", "str", "complex", "range", "sorted", "list", "len", "min", "max"};
constexpr std::array<std::string_view, 6> kWords = {"None", "True", "False", "inf", "nan", "infj"};

template <typename Words>
bool IsOneOf(std::string_view name, const Words& words) {
  return std::find(words.begin(), words.end(), name) != words.end();
}

bool IsDunder(std::string_view name) { return name.starts_with("__"); }

}  // namespace

ScriptBody::ScriptBody(ScriptCursor& cursor, const std::set<std::string>& parameters,
                       ScriptUses& uses)
    : cursor_(cursor), uses_(uses) {
  for (const std::string& name : parameters) locals_[name] = 1;
}

void ScriptBody::Block() {
  cursor_.Deeper();
  cursor_.Expect(":");
  cursor_.Expect(Kind::kNewLine);
  cursor_.Expect(Kind::kIndent);
  while (cursor_.Peek().kind != Kind::kDedent) Statement();
  cursor_.Next();
  cursor_.Shallower();
}

void ScriptBody::Statement() {
  if (cursor_.Take("if")) return If();
  if (cursor_.Take("for")) return For();
  if (cursor_.Take("while") || cursor_.Take("with")) {
    Expression();
    return Block();
  }
  if (cursor_.Take("return")) {
    if (cursor_.Peek().kind != Kind::kNewLine) ExpressionList();
  } else if (!cursor_.Take("pass")) {
    Assignment();
  }
  cursor_.Expect(Kind::kNewLine);
}

void ScriptBody::If() {
  Expression();
  Block();
  if (cursor_.Take("else")) Block();
}

void ScriptBody::For() {
  const std::string name = cursor_.Name();
  locals_[name] = 1;
  cursor_.Expect("in");
  Expression();
  Block();
}

// `a = x`, `a, b, = x`, `a : int = x`, `self.a = x`, or an expression alone.
void ScriptBody::Assignment() {
  std::vector<std::string> targets;
  do {
    if (cursor_.Is("=")) break;
    const bool is_name = cursor_.Peek().kind == Kind::kName;
    const std::string name(cursor_.Peek().text);
    // What is assigned need not be there before; Postfix stops at the end of a bare name.
    if (is_name && !locals_.contains(name)) {
      const std::string_view after = cursor_.PeekAfter().text;
      if (after == "=" || after == "," || after == ":") locals_[name] = 1;
    }
    Expression();
    if (is_name) targets.push_back(name);
  } while (cursor_.Take(","));
  if (cursor_.Take(":")) ParseScriptType(cursor_);
  if (cursor_.Take("=")) Assign(targets, ExpressionList());
}

void ScriptBody::Assign(const std::vector<std::string>& targets, Weight weight) {
  for (const std::string& name : targets) {
    Weight& known = locals_[name];
    known = std::max(known, weight);
  }
}

ScriptBody::Weight ScriptBody::ExpressionList() {
  Weight weight = Expression();
  while (cursor_.Take(",")) {
    if (cursor_.Peek().kind == Kind::kNewLine) break;
    weight = std::max(weight, Expression());
  }
  return weight;
}

ScriptBody::Weight ScriptBody::Expression() {
  cursor_.Deeper();
  const Weight weight = Postfix(Primary());
  cursor_.Shallower();
  if (weight > kMostWeight) cursor_.Refuse("puts tuples and lists into each other without an end");
  return weight;
}

ScriptBody::Weight ScriptBody::Primary() {
  if (cursor_.Take("(")) return Sequence(")");
  if (cursor_.Take("[")) return Sequence("]");
  if (cursor_.Take("{")) return Pairs();
  if (cursor_.Take("-")) return NegativeNumber();
  if (cursor_.Peek().kind == Kind::kName) return Name();
  if (cursor_.Peek().kind != Kind::kNumber && cursor_.Peek().kind != Kind::kText) {
    cursor_.RefuseHere();
  }
  cursor_.Next();
  return 1;
}

ScriptBody::Weight ScriptBody::NegativeNumber() {
  if (cursor_.Peek().kind != Kind::kNumber && !cursor_.Is("inf") && !cursor_.Is("nan")) {
    cursor_.RefuseHere();
  }
  cursor_.Next();
  return 1;
}

// A list, a tuple, or an expression in brackets. A list's type has that of one of its members.
ScriptBody::Weight ScriptBody::Sequence(std::string_view close) {
  Weight sum = 0;
  Weight largest = 1;
  while (!cursor_.Is(close)) {
    const Weight weight = Expression();
    sum += weight;
    largest = std::max(largest, weight);
    if (!cursor_.Take(",")) break;
  }
  cursor_.Expect(close);
  return close == "]" ? largest : std::max(sum, largest);
}

ScriptBody::Weight ScriptBody::Pairs() {
  Weight largest = 1;
  while (!cursor_.Is("}")) {
    Expression();
    cursor_.Expect(":");
    largest = std::max(largest, Expression());
    if (!cursor_.Take(",")) break;
  }
  cursor_.Expect("}");
  return largest;
}

ScriptBody::Weight ScriptBody::Name() {
  if (cursor_.Is("__torch__")) {
    QualifiedName();
    return 1;
  }
  const std::string name = cursor_.Name();
  const auto local = locals_.find(name);
  if (local != locals_.end()) {
    if (cursor_.Is("(")) {
      Arguments();
      return 1;
    }
    return local->second;
  }
  if (name == "torch" || name == "ops") return OperatorCall(name);
  if (name == "CONSTANTS") {
    Constant();
    return 1;
  }
  if (cursor_.Is("(")) return Builtin(name);
  if (!IsOneOf(name, kWords)) cursor_.Refuse("uses '" + name + "', which it does not define");
  return 1;
}

// torch.conv2d(...), ops.prim.dtype(...)
ScriptBody::Weight ScriptBody::OperatorCall(const std::string& space) {
  std::string name = space;
  std::string last;
  int names = 0;
  while (cursor_.Take(".")) {
    last = cursor_.Name();
    name += "." + last;
    ++names;
  }
  const bool known = space == "torch"
                         ? names == 1 && IsKnownOperator(last)
                         : names == 2 && name == "ops.prim." + last && IsKnownPrimitive(last);
  if (!known || !cursor_.Is("(")) {
    cursor_.Refuse("uses the operator " + name + ", which no network needs");
  }
  Arguments();
  return 1;
}

ScriptBody::Weight ScriptBody::Builtin(const std::string& name) {
  if (name == "annotate" || name == "unchecked_cast") return TypeThenValue(true);
  if (name == "uninitialized") return TypeThenValue(false);
  if (name == "isinstance") return IsInstance();
  if (name == "getattr") return GetAttribute();
  if (!IsOneOf(name, kBuiltins)) cursor_.Refuse("calls " + name + "(), which no network needs");
  Arguments();
  return 1;
}

ScriptBody::Weight ScriptBody::TypeThenValue(bool with_value) {
  cursor_.Expect("(");
  ParseScriptType(cursor_);
  Weight weight = 1;
  if (with_value) {
    cursor_.Expect(",");
    weight = Expression();
  }
  cursor_.Take(",");
  cursor_.Expect(")");
  return weight;
}

// isinstance(x, T), isinstance(x, (T, U)), isinstance(x, [T])
ScriptBody::Weight ScriptBody::IsInstance() {
  cursor_.Expect("(");
  Expression();
  cursor_.Expect(",");
  const bool several = cursor_.Take("(") || cursor_.Take("[");
  do {
    if (cursor_.Is(")") || cursor_.Is("]")) break;
    ParseScriptType(cursor_);
  } while (several && cursor_.Take(","));
  if (several && !cursor_.Take(")")) cursor_.Expect("]");
  cursor_.Take(",");
  cursor_.Expect(")");
  return 1;
}

// getattr(x, "0"): what a Sequential's members are called is no name.
ScriptBody::Weight ScriptBody::GetAttribute() {
  cursor_.Expect("(");
  Expression();
  cursor_.Expect(",");
  if (cursor_.Peek().kind != Kind::kText) cursor_.RefuseHere();
  const std::string_view quoted = cursor_.Next().text;
  AttributeName(std::string(quoted.substr(1, quoted.size() - 2)));
  cursor_.Expect(")");
  if (cursor_.Is("(")) cursor_.RefuseHere();
  return 1;
}

void ScriptBody::QualifiedName() {
  const std::string place = cursor_.Place();
  std::string name = cursor_.Name();
  while (cursor_.Take(".")) {
    const std::string part = cursor_.Name();
    if (part == "__new__") break;  // of the class that stands before
    name += "." + part;
  }
  uses_.qualified.push_back({name, place});
  if (cursor_.Is("(")) Arguments();
}

void ScriptBody::Constant() {
  cursor_.Expect(".");
  const std::string name = cursor_.Name();
  constexpr std::size_t kMostDigits = 6;
  if (name.size() < 2 || name.size() > 1 + kMostDigits || name[0] != 'c' ||
      name.find_first_not_of("0123456789", 1) != std::string::npos) {
    cursor_.RefuseHere();
  }
  const std::size_t count = std::stoul(name.substr(1)) + 1;
  if (count <= uses_.constants) return;
  uses_.constants = count;
  uses_.constants_place = cursor_.Place();
}

ScriptBody::Weight ScriptBody::Postfix(Weight weight) {
  for (;;) {
    if (cursor_.Take("[")) {
      Expression();
      cursor_.Expect("]");
    } else if (cursor_.Take(".")) {
      const std::string place = cursor_.Place();
      const std::string name = cursor_.Name();
      if (cursor_.Is("(")) {
        uses_.methods.push_back({name, place});
        Arguments();
      } else {
        AttributeName(name);
      }
      weight = 1;
    } else {
      return weight;
    }
  }
}

void ScriptBody::Arguments() {
  cursor_.Expect("(");
  while (!cursor_.Is(")")) {
    if (cursor_.Peek().kind == Kind::kName && cursor_.PeekAfter().text == "=") {
      cursor_.Next();
      cursor_.Next();
    }
    Expression();
    if (!cursor_.Take(",")) break;
  }
  cursor_.Expect(")");
}

void ScriptBody::AttributeName(const std::string& name) const {
  if (IsDunder(name)) cursor_.Refuse("uses the attribute '" + name + "', which no network needs");
}

void SkipScriptLiteral(ScriptCursor& cursor) {
  cursor.Deeper();
  if (cursor.Take("[") || cursor.Take("(") || cursor.Take("{")) {
    while (!cursor.Is("]") && !cursor.Is(")") && !cursor.Is("}")) {
      SkipScriptLiteral(cursor);
      if (!cursor.Take(",") && !cursor.Take(":")) break;
    }
    if (!cursor.Take("]") && !cursor.Take(")")) cursor.Expect("}");
  } else {
    cursor.Take("-");
    const Kind kind = cursor.Peek().kind;
    const bool word = kind == Kind::kName && IsOneOf(cursor.Peek().text, kWords);
    if (kind != Kind::kNumber && kind != Kind::kText && !word) {
      cursor.Refuse("has a default or a constant that is no literal: it would run on loading");
    }
    cursor.Next();
  }
  cursor.Shallower();
}

}  // namespace mestr::internal
