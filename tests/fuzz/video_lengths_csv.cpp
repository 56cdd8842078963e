#include "fuzz/targets.h"
#include "submission/check.h"

namespace mestr::fuzz {

Outcome VideoLengthsCsv(std::string_view bytes) {
  const auto file = ScratchFile("lengths.csv", bytes);
  return ReadOrRefuse({ErrorKind::kInput}, [&] { internal::ReadVideoLengths(file); });
}

}  // namespace mestr::fuzz
