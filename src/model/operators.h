// The operators that a network may use: those that compute on tensors, numbers, lists and texts,
// and nothing else. What reads or writes files, prints, changes LibTorch's settings, takes memory
// out of bounds, or belongs to another library is not among them.
#pragma once

#include <string_view>

namespace mestr::internal {

// "conv2d", "relu_": of LibTorch's namespace aten, `torch.conv2d` in TorchScript.
bool IsKnownOperator(std::string_view name);

// "RaiseException": of the namespace prim, `ops.prim.RaiseException` in TorchScript.
bool IsKnownPrimitive(std::string_view name);

// A node of a graph: "aten::conv2d", "prim::Loop".
bool IsKnownNode(std::string_view qualified_name);

}  // namespace mestr::internal
