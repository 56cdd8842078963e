#include "fuzz/targets.h"
#include "mestr/submission/predictions.h"
#include "submission/check.h"

namespace mestr::fuzz {

Outcome SubmissionZip(std::string_view bytes) {
  const auto file = ScratchFile("submission.zip", bytes);
  const Outcome checked = ReadOrRefuse({ErrorKind::kInput}, [&] {
    for (const std::string& problem : internal::CheckSubmission(file, {}).problems) {
      RequireLine(problem);
    }
  });
  const Outcome read = ReadOrRefuse({ErrorKind::kInput}, [&] { ReadPredictions({file}); });
  return checked == Outcome::kRead ? read : checked;
}

}  // namespace mestr::fuzz
