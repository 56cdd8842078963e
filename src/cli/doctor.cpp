#include "cli/command.h"
#include "cli/compute.h"

namespace mestr::cli {
namespace {

Action Define(CommandApp& app) {
  app.description("Says what this build and this machine have, and what is missing.");
  app.AddExample("mestr doctor", "What is there");
  app.AddExample("MESTR_LANDMARKS=face.dat mestr doctor",
                 "The same with a landmark model of one's own");
  return [](std::ostream& out, std::ostream&) {
    return LoadCompute().doctor(out) == 0 ? kExitOk : kExitUsage;
  };
}

}  // namespace

const Command kDoctorCommand = {"doctor", "what this build and machine have, and what is missing",
                                Define};

}  // namespace mestr::cli
