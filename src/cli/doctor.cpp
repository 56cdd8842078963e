#include "cli/command.h"
#include "cli/compute.h"

namespace mestr::cli {
namespace {

int Run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Says what this build and this machine have, and what is missing", "mestr doctor");
  if (const auto code = ParseArguments(app, argc, argv, out, err)) return *code;
  return LoadCompute().doctor(out) == 0 ? kExitOk : kExitUsage;
}

}  // namespace

const Command kDoctorCommand = {"doctor", "what this build and machine have, and what is missing",
                                Run};

}  // namespace mestr::cli
