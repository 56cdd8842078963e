#include "model/script_tokens.h"

#include "model/refusal.h"

namespace mestr::internal {
namespace {

using Kind = ScriptToken::Kind;

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Tokenizer {
 public:
  Tokenizer(std::string_view source, const std::string& place) : source_(source), place_(place) {}

  std::vector<ScriptToken> All() {
    while (at_ < source_.size()) Line();
    if (open_brackets_ > 0) Fail("ends within brackets");
    Indent(0);
    Add(Kind::kEnd, 0);
    return std::move(tokens_);
  }

 private:
  [[noreturn]] void Fail(const std::string& reason) const {
    RefuseUnlessTrusted(place_ + ":" + std::to_string(line_), reason);
  }

  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  void Add(Kind kind, std::size_t size) {
    tokens_.push_back({kind, source_.substr(at_, size), line_});
    at_ += size;
  }

  // One logical line with its end; brackets hold several lines together.
  void Line() {
    std::size_t spaces = 0;
    while (Peek() == ' ') ++at_, ++spaces;
    if (Peek() == '\n') return EndOfLine();
    Indent(spaces);
    while (at_ < source_.size() && (Peek() != '\n' || open_brackets_ > 0)) {
      if (Peek() == '\n') {
        EndOfLine();
      } else if (Peek() == ' ') {
        ++at_;
      } else {
        Word();
      }
    }
    Add(Kind::kNewLine, 0);
    if (at_ < source_.size()) EndOfLine();
  }

  void EndOfLine() {
    ++at_;
    ++line_;
  }

  void Indent(std::size_t spaces) {
    if (spaces > indents_.back()) {
      indents_.push_back(spaces);
      return Add(Kind::kIndent, 0);
    }
    while (spaces < indents_.back()) {
      indents_.pop_back();
      Add(Kind::kDedent, 0);
    }
    if (spaces != indents_.back()) Fail("is indented as no line before");
  }

  void Word() {
    const char c = Peek();
    if (IsNameStart(c)) return Name();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
    if (c == '"' || c == '\'') return Text(c);
    Symbol(c);
  }

  void Name() {
    std::size_t size = 1;
    while (IsNameStart(Peek(size)) || IsDigit(Peek(size))) ++size;
    Add(Kind::kName, size);
  }

  // 1, 1., 0.5, 1e-05, 2j; names that touch a number are none.
  void Number() {
    std::size_t size = 0;
    for (;; ++size) {
      const char c = Peek(size);
      const bool sign = (c == '-' || c == '+') && size > 0 && Peek(size - 1) == 'e';
      if (!IsDigit(c) && c != '.' && c != 'e' && !sign) break;
    }
    if (Peek(size) == 'j') ++size;
    if (IsNameStart(Peek(size)) || IsDigit(Peek(size))) Fail("has a number of another form");
    Add(Kind::kNumber, size);
  }

  void Text(char quote) {
    std::size_t size = 1;
    for (; Peek(size) != quote; ++size) {
      if (Peek(size) == '\\') ++size;
      if (at_ + size >= source_.size() || Peek(size) == '\n') Fail("has a text without an end");
    }
    Add(Kind::kText, size + 1);
    if (Peek() == '"' || Peek() == '\'') Fail("has two texts side by side");
  }

  void Symbol(char c) {
    if (c == '-' && Peek(1) == '>') return Add(Kind::kSymbol, 2);
    if (std::string_view("()[]{}:,.=-*").find(c) == std::string_view::npos) {
      Fail("has a sign that no serializer of LibTorch writes");
    }
    if (c == '(' || c == '[' || c == '{') ++open_brackets_;
    if ((c == ')' || c == ']' || c == '}') && --open_brackets_ < 0) {
      Fail("closes a bracket that is not open");
    }
    Add(Kind::kSymbol, 1);
  }

  std::string_view source_;
  const std::string& place_;
  std::size_t at_ = 0;
  int line_ = 1;
  int open_brackets_ = 0;
  std::vector<std::size_t> indents_ = {0};
  std::vector<ScriptToken> tokens_;
};

}  // namespace

std::vector<ScriptToken> ScriptTokens(std::string_view source, const std::string& place) {
  return Tokenizer(source, place).All();
}

}  // namespace mestr::internal
