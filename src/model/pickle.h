// A pickle as LibTorch writes it, read into values without running anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/model_archive.h"

namespace mestr::internal {

struct PickleValue {
  enum class Kind {
    kNone,
    kBool,
    kInt,
    kFloat,
    kText,
    kTuple,
    kList,
    kDict,
    kDevice,
    kTensor,
    kObject,
    // Parts of the ones above, never values of a network.
    kGlobal,
    kStorage,
    kNewObject,
    kMark
  };
  using Index = std::uint32_t;  // into Pickle::values

  Kind kind = Kind::kNone;
  std::int64_t number = 0;        // of an int; of a storage its number of values
  std::string text = {};          // of a text; the name of an object's class, a global, a storage's
                                  // type; of a list or dict its type, where it was given one
  std::vector<Index> items = {};  // of a dict key, value, key, value, ...; of an object its dict
};

struct Pickle {
  std::vector<PickleValue> values;
  PickleValue::Index root = 0;
};

// Reads entry `name`; its tensors lie in the entries `folder`/N. Throws Error{kModel} for an
// instruction or a global that LibTorch's serializer does not write, for tensors that reach beyond
// their entry, and for tensors of more than `limits.most_mib` in all.
Pickle ReadPickle(const ModelEntries& entries, const std::string& name, const std::string& folder,
                  const ModelLimits& limits, const std::string& file);

}  // namespace mestr::internal
