// What a network may do and take while it runs.
#pragma once

#include <c10/core/Allocator.h>
#include <torch/script.h>

#include <memory>
#include <optional>
#include <string>

namespace mestr::internal {

// Looks at each function of a loaded module as LibTorch understood it. Throws Error{kModel} for a
// node that no network needs (model/operators.h), unless the file is trusted, and has every
// function, loop and operator tell the RunLimits of its thread what it does. Must come before the
// first run. Results keep their bits.
void PrepareFunctions(const torch::jit::Module& module, bool trusted, const std::string& file);

// Limits what is run in this scope, on this thread: at the next function, turn of a loop or
// operator after the time is over or the memory taken an exception ends the run. One operator alone
// is not interrupted. LibTorch's warnings are dropped.
class RunLimits {
 public:
  RunLimits(double seconds, int mib, const char* time_key, const char* memory_key);
  ~RunLimits();
  RunLimits(const RunLimits&) = delete;
  RunLimits& operator=(const RunLimits&) = delete;

  // Why the run was ended: limit and the config's key. Empty when it was not.
  const std::string& reason() const;

  struct State;

 private:
  class Silence;
  std::shared_ptr<State> state_;
  State* outer_;
  std::optional<c10::DebugInfoGuard> memory_;
  std::unique_ptr<Silence> silence_;
};

}  // namespace mestr::internal
