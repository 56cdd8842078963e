#include "bench/machine.h"

#include <malloc.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// The text after "key<blanks>:<blanks>" in a file of such lines; empty where there is none.
std::string ValueOf(const char* file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? std::string() : line.substr(begin);
  }
  return {};
}

std::optional<int> NumberOf(const char* file, const std::string& key) {
  std::istringstream value(ValueOf(file, key));
  int number = 0;
  if (!(value >> number)) return std::nullopt;
  return number;
}

std::vector<int> ProcessorsOfThisThread() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return processors;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &set)) processors.push_back(i);
  }
  return processors;
}

bool KeepThisThreadOn(const std::vector<int>& processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int i : processors) CPU_SET(i, &set);
  return sched_setaffinity(0, sizeof(set), &set) == 0;
}

}  // namespace

Machine ThisMachine() {
  Machine machine;
  machine.cpu = ValueOf("/proc/cpuinfo", "model name");
  machine.cpu_family = NumberOf("/proc/cpuinfo", "cpu family");
  machine.cpu_model = NumberOf("/proc/cpuinfo", "model\t");
  machine.processors = UsableProcessors();
  const double bytes =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  machine.memory_gib = bytes / (1024.0 * 1024.0 * 1024.0);
  utsname name{};
  if (uname(&name) == 0) {
    machine.system = std::string(name.sysname) + " " + name.release + " " + name.machine;
  }
  if (double load = 0; getloadavg(&load, 1) == 1) machine.load = load;
  return machine;
}

std::string ProcessorText(const Machine& machine) {
  if (!machine.cpu_family || !machine.cpu_model) return machine.cpu;
  return machine.cpu + " (family " + std::to_string(*machine.cpu_family) + ", model " +
         std::to_string(*machine.cpu_model) + ")";
}

int UsableProcessors() { return std::max(1, static_cast<int>(ProcessorsOfThisThread().size())); }

ProcessorLimit::ProcessorLimit(int count) : earlier_(ProcessorsOfThisThread()) {
  if (count < 1 || static_cast<std::size_t>(count) > earlier_.size()) {
    throw Error(ErrorKind::kInvalidArgument, "ProcessorLimit: no such number of processors");
  }
  if (!KeepThisThreadOn({earlier_.begin(), earlier_.begin() + count})) {
    throw Error(ErrorKind::kConfig, "the system does not let processors be chosen: " +
                                        std::generic_category().message(errno));
  }
}

ProcessorLimit::~ProcessorLimit() { KeepThisThreadOn(earlier_); }

PeakMemory::PeakMemory() {
  malloc_trim(0);
  std::ofstream clear("/proc/self/clear_refs");
  clear << "5" << std::flush;
  reset_ = clear.good();
}

std::optional<double> PeakMemory::Mib() const {
  if (!reset_) return std::nullopt;
  std::istringstream value(ValueOf("/proc/self/status", "VmHWM"));
  double kib = 0;
  if (!(value >> kib)) return std::nullopt;
  return kib / 1024.0;
}

ScratchFolder::ScratchFolder() {
  std::error_code none;  // TMPDIR names no folder: mkdtemp says so below
  const std::filesystem::path temporary = std::filesystem::temp_directory_path(none);
  std::string pattern = (temporary / "mestr-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorKind::kConfig, "cannot make a temporary folder " + pattern + ": " +
                                        std::generic_category().message(errno));
  }
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;  // a leftover must not hide what the benchmark found
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace mestr::internal
