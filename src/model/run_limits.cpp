#include "model/run_limits.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/runtime/custom_operator.h>
#include <torch/version.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "core/number_text.h"
#include "model/operators.h"
#include "model/refusal.h"

namespace mestr::internal {

namespace jit = torch::jit;
#if TORCH_VERSION_MAJOR < 2
namespace torch_warnings = c10::Warning;
#else
namespace torch_warnings = c10::WarningUtils;
#endif
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20U;
// Of one list or text, and parts of one tensor. A video of a day at 30 fps has 2.6 million frames.
constexpr std::int64_t kMostElements = std::int64_t{1} << 22U;
// Other threads of the process take memory, too, while a network runs: videos on their way have
// frames and a detector (pipeline/analyzer.h), as many as there are processors and half as many.
std::int64_t OthersBytes() {
  constexpr std::int64_t kFewVideos = 1024 * kMiB;
  constexpr std::int64_t kOfAProcessor = 384 * kMiB;
  return std::max(kFewVideos, std::thread::hardware_concurrency() * kOfAProcessor);
}
constexpr std::chrono::milliseconds kBetweenLooks(10);

// They make as many tensors, or numbers, as a tensor has parts.
constexpr std::array<std::string_view, 13> kSplitters = {
    "aten::unbind",       "aten::split",        "aten::split_with_sizes",
    "aten::tensor_split", "aten::chunk",        "aten::unsafe_split_with_sizes",
    "aten::unsafe_split", "aten::unsafe_chunk", "aten::_tensor_to_list",
    "aten::hsplit",       "aten::vsplit",       "aten::dsplit",
    "prim::tolist"};

// Of this process, resident; 0 where the system does not say.
std::int64_t ProcessBytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t pages = 0;
  std::int64_t resident = 0;
  if (!(file >> pages >> resident)) return 0;
  return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

struct RunLimits::State {
  Clock::time_point end;
  Clock::time_point next_look;
  std::int64_t most_bytes = 0;
  std::int64_t bytes = 0;  // of tensors that this run made and still has
  std::int64_t process_bytes_before = 0;
  std::int64_t others_bytes = OthersBytes();
  std::string time_limit;
  std::string memory_limit;
  std::string reason = {};

  [[noreturn]] void Stop(const std::string& why) {
    reason = why;
    throw std::runtime_error(why);
  }

  void Look() {
    const Clock::time_point now = Clock::now();
    if (now < next_look) return;
    next_look = now + kBetweenLooks;
    if (now > end) Stop(time_limit);
    if (ProcessBytes() - process_bytes_before > most_bytes + others_bytes) Stop(memory_limit);
  }

  void RequireFew(std::int64_t count) {
    if (count > kMostElements) {
      Stop("its network makes a list or a text of more than " + std::to_string(kMostElements) +
           " elements");
    }
  }
};

namespace {

thread_local RunLimits::State* current = nullptr;

// A tensor of one value that claims many costs no memory, but time in all that follows.
void CheckTensor(const at::Tensor& tensor) {
  if (!tensor.defined() || tensor.is_nested()) return;
  if (tensor.numel() > current->most_bytes) current->Stop(current->memory_limit);
}

void CheckValue(const c10::IValue& value) {
  if (current == nullptr) return;
  current->Look();
  if (value.isTensor()) CheckTensor(value.toTensor());
  if (value.isString()) current->RequireFew(std::ssize(value.toStringRef()));
  if (value.isList()) current->RequireFew(static_cast<std::int64_t>(value.toListRef().size()));
  if (value.isGenericDict()) {
    current->RequireFew(static_cast<std::int64_t>(value.toGenericDict().size()));
  }
}

// Before a tensor is made a list of its parts.
void CheckParts(const c10::IValue& value) {
  if (current == nullptr || !value.isTensor() || !value.toTensor().defined()) return;
  for (const std::int64_t size : value.toTensor().sizes()) current->RequireFew(size);
}

// Before a list is repeated.
void CheckRepeats(const c10::IValue& list, const c10::IValue& count) {
  if (current == nullptr || !list.isList() || !count.isInt()) return;
  const auto size = static_cast<std::int64_t>(list.toListRef().size());
  if (size > 0 && count.toInt() > kMostElements / size) current->RequireFew(kMostElements + 1);
}

jit::Operator Watcher(const char* schema, jit::Operation run) {
  return {schema, std::move(run), c10::AliasAnalysisKind::CONSERVATIVE};
}

// In graphs they stand before or after what they watch.
const jit::RegisterOperators kWatchers({
    Watcher("mestr::look() -> ()",
            [](jit::Stack& /*stack*/) {
              if (current != nullptr) current->Look();
            }),
    Watcher("mestr::check_value(Any value) -> ()",
            [](jit::Stack& stack) { CheckValue(jit::pop(stack)); }),
    Watcher("mestr::check_parts(Any value) -> ()",
            [](jit::Stack& stack) { CheckParts(jit::pop(stack)); }),
    Watcher("mestr::check_repeats(Any list, Any count) -> ()",
            [](jit::Stack& stack) {
              const c10::IValue count = jit::pop(stack);
              CheckRepeats(jit::pop(stack), count);
            }),
});

// One function's graph.
class GraphPreparation {
 public:
  GraphPreparation(jit::Graph& graph, bool trusted, std::string place)
      : graph_(graph), trusted_(trusted), place_(std::move(place)) {}

  void Run() {
    Prepare(graph_.block());
    InsertLook(graph_.block());
  }

 private:
  void Prepare(jit::Block* block) {
    const std::vector<jit::Node*> nodes(block->nodes().begin(), block->nodes().end());
    for (jit::Node* node : nodes) {
      const std::string kind = node->kind().toQualString();
      if (!trusted_ && !IsKnownNode(kind)) {
        RefuseUnlessTrusted(place_, "uses the operator " + kind + ", which no network needs");
      }
      for (jit::Block* inner : node->blocks()) Prepare(inner);
      if (node->kind() == c10::prim::Loop) InsertLook(node->blocks().at(0));
      Watch(node, kind);
    }
  }

  static bool IsList(const jit::Value* value) {
    return value->type()->kind() == c10::TypeKind::ListType;
  }
  static bool IsTensor(const jit::Value* value) {
    return value->type()->isSubtypeOf(*c10::TensorType::get());
  }
  static bool CanGrow(const jit::Value* value) {
    return IsList(value) || IsTensor(value) || value->type()->kind() == c10::TypeKind::StringType ||
           value->type()->kind() == c10::TypeKind::DictType;
  }

  void Watch(jit::Node* node, const std::string& kind) {
    WatchBefore(node, kind);
    if (!kind.starts_with("aten::") && node->kind() != c10::prim::ListUnpack) return;
    // What has no result changes what it is given.
    const auto values = node->outputs().empty() ? node->inputs() : node->outputs();
    for (jit::Value* value : values) {
      if (CanGrow(value)) InsertBefore(node->next(), "mestr::check_value", {value});
    }
  }

  void WatchBefore(jit::Node* node, const std::string& kind) {
    if (std::find(kSplitters.begin(), kSplitters.end(), kind) != kSplitters.end()) {
      InsertBefore(node, "mestr::check_parts", {node->input(0)});
    }
    const bool multiplies = kind == "aten::mul" || kind == "aten::mul_";
    if (multiplies && IsList(node->output())) {
      const std::size_t list = IsList(node->input(0)) ? 0 : 1;
      InsertBefore(node, "mestr::check_repeats", {node->input(list), node->input(1 - list)});
    }
  }

  void InsertLook(jit::Block* block) {
    InsertBefore(block->param_node()->next(), "mestr::look", {});
  }

  void InsertBefore(jit::Node* node, const char* kind, const std::vector<jit::Value*>& inputs) {
    jit::Node* watcher = graph_.create(c10::Symbol::fromQualString(kind), inputs, 0);
    watcher->insertBefore(node);
  }

  jit::Graph& graph_;
  bool trusted_;
  std::string place_;
};

// LibTorch tells it of each tensor that is made and freed.
struct MemoryReport : c10::MemoryReportingInfoBase {
  explicit MemoryReport(std::shared_ptr<RunLimits::State> of) : state(std::move(of)) {}

  // The type of the totals differs between LibTorch's versions.
  void reportMemoryUsage(void* made, std::int64_t bytes, std::int64_t /*total*/,
                         std::int64_t /*reserved*/, c10::Device device) {
    Count(made, bytes, device);
  }
  void reportMemoryUsage(void* made, std::int64_t bytes, std::size_t /*total*/,
                         std::size_t /*reserved*/, c10::Device device) {
    Count(made, bytes, device);
  }
  bool memoryProfilingEnabled() const override { return true; }

  void Count(void* made, std::int64_t bytes, c10::Device device) const {
    if (!device.is_cpu()) return;
    state->bytes += bytes;
    if (bytes <= 0 || state->bytes <= state->most_bytes) return;
    // It belongs to nobody yet: LibTorch hands it out after this report.
    state->bytes -= bytes;
    c10::free_cpu(made);
    state->Stop(state->memory_limit);
  }

  std::shared_ptr<RunLimits::State> state;
};

}  // namespace

class RunLimits::Silence {
 private:
  struct Handler : c10::WarningHandler {
    void process(const c10::SourceLocation& /*where*/, const std::string& /*message*/,
                 const bool /*verbatim*/) override {}
  };
  Handler handler_;
  torch_warnings::WarningHandlerGuard guard_{&handler_};
};

RunLimits::RunLimits(double seconds, int mib, const char* time_key, const char* memory_key)
    : state_(std::make_shared<State>()), outer_(current), silence_(std::make_unique<Silence>()) {
  state_->end = Clock::now() +
                std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  state_->next_look = Clock::now() + kBetweenLooks;
  state_->most_bytes = mib * kMiB;
  state_->process_bytes_before = ProcessBytes();
  state_->time_limit = "its network does not end within " + NumberText(seconds) +
                       " s, the limit of the config's " + time_key;
  state_->memory_limit = "its network takes more than " + std::to_string(mib) +
                         " MiB, the limit of the config's " + memory_key;
  current = state_.get();
  // A program that profiles LibTorch has a report of its own, and keeps it.
  if (outer_ != nullptr ||
      c10::ThreadLocalDebugInfo::get(c10::DebugInfoKind::PROFILER_STATE) == nullptr) {
    memory_.emplace(c10::DebugInfoKind::PROFILER_STATE, std::make_shared<MemoryReport>(state_));
  }
}

RunLimits::~RunLimits() { current = outer_; }

const std::string& RunLimits::reason() const { return state_->reason; }

void PrepareFunctions(const torch::jit::Module& module, bool trusted, const std::string& file) {
  for (jit::Function* function : module._ivalue()->compilation_unit()->get_functions()) {
    jit::GraphFunction* known = jit::tryToGraphFunction(*function);
    if (known == nullptr) continue;
    GraphPreparation(*known->graph(), trusted, file + ": " + function->qualname().qualifiedName())
        .Run();
  }
}

}  // namespace mestr::internal
