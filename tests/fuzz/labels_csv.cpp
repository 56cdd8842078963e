#include "fuzz/targets.h"
#include "mestr/submission/labels.h"

namespace mestr::fuzz {

Outcome LabelsCsv(std::string_view bytes) {
  const auto file = ScratchFile("labels.csv", bytes);
  return ReadOrRefuse({ErrorKind::kInput}, [&] { ReadLabels(file); });
}

}  // namespace mestr::fuzz
