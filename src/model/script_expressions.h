// Expressions and statements of a function of TorchScript.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/script_types.h"

namespace mestr::internal {

// What a function uses that stands elsewhere, with the place that uses it.
struct ScriptUses {
  struct Use {
    std::string name;
    std::string place;
  };
  std::vector<Use> methods;    // called on an object: "forward"
  std::vector<Use> qualified;  // "__torch__.torch.nn.functional.relu"
  std::size_t constants = 0;   // one more than the largest N of CONSTANTS.cN
  std::string constants_place;
};

// A block of statements, from its ':' to its end. Throws Error{kModel} for what no network needs.
class ScriptBody {
 public:
  // `parameters` are those of the function.
  ScriptBody(ScriptCursor& cursor, const std::set<std::string>& parameters, ScriptUses& uses);

  void Block();

 private:
  // How many values an expression's type is made of: tuples of tuples double it with each line, and
  // LibTorch writes types out.
  using Weight = std::size_t;

  void Statement();
  void If();
  void For();
  void Assignment();
  void Assign(const std::vector<std::string>& targets, Weight weight);
  Weight ExpressionList();
  Weight Expression();
  Weight Primary();
  Weight NegativeNumber();
  Weight Sequence(std::string_view close);
  Weight Pairs();
  Weight Name();
  Weight OperatorCall(const std::string& space);
  Weight Builtin(const std::string& name);
  Weight TypeThenValue(bool with_value);
  Weight IsInstance();
  Weight GetAttribute();
  void QualifiedName();
  void Constant();
  Weight Postfix(Weight weight);
  void Arguments();
  void AttributeName(const std::string& name) const;

  ScriptCursor& cursor_;
  std::map<std::string, Weight> locals_;
  ScriptUses& uses_;
};

// A number, text, True, False, None, or a list, tuple or dict of such: LibTorch computes defaults
// and constants while it loads.
void SkipScriptLiteral(ScriptCursor& cursor);

}  // namespace mestr::internal
