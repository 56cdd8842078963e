#include "model/pickle_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "model/pickle.h"
#include "model/refusal.h"

namespace mestr::internal {
namespace {

using Kind = PickleValue::Kind;
using Index = PickleValue::Index;

// LibTorch goes down a module as often as it is named, and so do we.
constexpr std::size_t kMostVisits = 2000000;
constexpr int kMostDepth = 100;

bool Same(const ScriptType& a, const ScriptType& b) {
  return a.name == b.name && std::equal(a.arguments.begin(), a.arguments.end(), b.arguments.begin(),
                                        b.arguments.end(), Same);
}

std::optional<Kind> SimpleKind(std::string_view type) {
  if (type == "Tensor") return Kind::kTensor;
  if (type == "int") return Kind::kInt;
  if (type == "float") return Kind::kFloat;
  if (type == "bool") return Kind::kBool;
  if (type == "str") return Kind::kText;
  if (type == "NoneType") return Kind::kNone;
  if (type == "Device") return Kind::kDevice;
  return std::nullopt;
}

class TypeChecker {
 public:
  TypeChecker(const Pickle& pickle, const ScriptDefinitions& definitions, std::string place)
      : values_(pickle.values), definitions_(definitions), place_(std::move(place)) {}

  void CheckRoot(Index root) {
    const auto known = definitions_.classes.find(values_[root].text);
    if (values_[root].kind != Kind::kObject || known == definitions_.classes.end() ||
        !known->second.is_module) {
      Fail("holds no module of a class that its code defines");
    }
    if (!IsOf(root, {.name = known->first, .arguments = {}})) Fail("holds no module");
  }

 private:
  [[noreturn]] void Fail(const std::string& reason) const { RefuseUnlessTrusted(place_, reason); }

  bool IsOf(Index index, const ScriptType& type) {
    if (++visits_ > kMostVisits || depth_ >= kMostDepth) {
      Fail("holds values within values, more than any network has");
    }
    ++depth_;
    const bool is = IsOfType(values_[index], index, type);
    --depth_;
    return is;
  }

  bool IsOfType(const PickleValue& value, Index index, const ScriptType& type) {
    if (const auto kind = SimpleKind(type.name)) return value.kind == *kind;
    if (type.name == "Optional" && value.kind == Kind::kNone) return true;
    if (type.name == "Optional" || type.name == "Union") {
      return std::any_of(type.arguments.begin(), type.arguments.end(),
                         [&](const ScriptType& one) { return IsOf(index, one); });
    }
    if (type.name == "List") return IsContainer(value, Kind::kList, type);
    if (type.name == "Dict") return IsContainer(value, Kind::kDict, type);
    if (type.name == "Tuple") return IsTuple(value, type);
    return value.kind == Kind::kObject && value.text == type.name && IsObject(value);
  }

  bool IsContainer(const PickleValue& value, Kind kind, const ScriptType& type) {
    if (value.kind != kind) return false;
    if (!value.text.empty() && !Same(ParseScriptType(value.text, place_), type)) return false;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (!IsOf(value.items[i], type.arguments[i % type.arguments.size()])) return false;
    }
    return true;
  }

  bool IsTuple(const PickleValue& value, const ScriptType& type) {
    if (value.kind != Kind::kTuple || value.items.size() != type.arguments.size()) return false;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (!IsOf(value.items[i], type.arguments[i])) return false;
    }
    return true;
  }

  bool IsObject(const PickleValue& object) {
    const auto known = definitions_.classes.find(object.text);
    if (known == definitions_.classes.end()) return false;
    const std::map<std::string_view, Index> held = Held(values_[object.items.at(0)]);
    if (held.size() != known->second.attributes.size()) {
      Fail("holds another number of attributes than the code of " + object.text + " declares");
    }
    for (const auto& [name, type] : known->second.attributes) {
      const auto attribute = held.find(name);
      if (attribute == held.end() || !IsOf(attribute->second, type)) {
        Fail("holds no value of the declared type for '" + name + "' of " + object.text);
      }
    }
    return true;
  }

  std::map<std::string_view, Index> Held(const PickleValue& dict) const {
    std::map<std::string_view, Index> held;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
      const PickleValue& key = values_[dict.items[i]];
      if (key.kind != Kind::kText || !held.emplace(key.text, dict.items[i + 1]).second) {
        Fail("names an attribute twice, or by no text");
      }
    }
    return held;
  }

  const std::vector<PickleValue>& values_;
  const ScriptDefinitions& definitions_;
  const std::string place_;
  std::size_t visits_ = 0;
  int depth_ = 0;
};

}  // namespace

std::size_t CountPickledConstants(const ModelEntries& entries, const ModelLimits& limits,
                                  const std::string& file) {
  const Pickle pickle = ReadPickle(entries, "constants.pkl", "constants", limits, file);
  const PickleValue& root = pickle.values[pickle.root];
  const bool tensors = std::all_of(root.items.begin(), root.items.end(), [&](Index index) {
    return pickle.values[index].kind == Kind::kTensor;
  });
  if (root.kind != Kind::kTuple || !tensors) {
    RefuseUnlessTrusted(file + ": constants.pkl", "holds other things than tensors");
  }
  return root.items.size();
}

void CheckPickledObjects(const ModelEntries& entries, const ScriptDefinitions& definitions,
                         const ModelLimits& limits, const std::string& file) {
  const Pickle pickle = ReadPickle(entries, "data.pkl", "data", limits, file);
  TypeChecker(pickle, definitions, file + ": data.pkl").CheckRoot(pickle.root);
}

}  // namespace mestr::internal
