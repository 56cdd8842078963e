// The module's only entry.
#include "cli/compute.h"

extern "C" __attribute__((visibility("default"))) const void* mestr_compute() {
  return &mestr::cli::LinkedCompute();
}
