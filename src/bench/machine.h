// What the benchmark runs on, and what it takes of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bench/bench.h"

namespace mestr::internal {

Machine ThisMachine();

// Brand and generation, for people.
std::string ProcessorText(const Machine& machine);

// Processors that this thread may use.
int UsableProcessors();

// Keeps the calling thread, and those it starts meanwhile, on the first `count` of its processors.
class ProcessorLimit {
 public:
  explicit ProcessorLimit(int count);
  ~ProcessorLimit();
  ProcessorLimit(const ProcessorLimit&) = delete;
  ProcessorLimit& operator=(const ProcessorLimit&) = delete;

 private:
  std::vector<int> earlier_;
};

// Peak of this process's resident memory since its construction: the kernel's high-water mark, set
// back through /proc/self/clear_refs after freed memory went back to the system.
class PeakMemory {
 public:
  PeakMemory();
  // Empty where the kernel offers neither.
  std::optional<double> Mib() const;

 private:
  bool reset_ = false;
};

// A new folder in the system's temporary one, removed with everything in it.
class ScratchFolder {
 public:
  ScratchFolder();  // throws Error{kConfig} where none can be made
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace mestr::internal
