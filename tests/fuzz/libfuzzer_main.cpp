// Under libFuzzer: `mestr_fuzz TARGET [flag or folder of libFuzzer...]`. One program for all
// targets, because linking takes longer than what a target adds.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/reader_rule.h"

namespace {

// The processes that libFuzzer starts itself find the target here.
constexpr char kVariable[] = "MESTR_FUZZ_TARGET";

const mestr::fuzz::Target* target = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const char* const inherited = std::getenv(kVariable);
  if (inherited != nullptr) {
    target = mestr::fuzz::FindTarget(inherited);
  } else if (*argc > 1 && (target = mestr::fuzz::FindTarget((*argv)[1])) != nullptr) {
    ::setenv(kVariable, (*argv)[1], 1);
    (*argv)[1] = (*argv)[0];
    ++*argv;
    --*argc;
  }
  if (target != nullptr) return 0;
  std::fprintf(stderr, "usage: mestr_fuzz TARGET [FLAG or FOLDER of libFuzzer...]\n");
  for (const auto& known : mestr::fuzz::Targets()) {
    std::fprintf(stderr, "  %.*s\n", static_cast<int>(known.name.size()), known.name.data());
  }
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target->read({reinterpret_cast<const char*>(data), size});
  return 0;
}
