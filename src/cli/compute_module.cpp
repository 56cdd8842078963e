// The module's only entry.
#include "cli/compute.h"

extern "C" __attribute__((visibility("default"))) const mestr::cli::Compute* mestr_compute() {
  return &mestr::cli::LinkedCompute();
}
