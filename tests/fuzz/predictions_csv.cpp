#include "fuzz/targets.h"
#include "mestr/submission/predictions.h"

namespace mestr::fuzz {

Outcome PredictionsCsv(std::string_view bytes) {
  const auto file = ScratchFile("predictions.csv", bytes);
  return ReadOrRefuse({ErrorKind::kInput}, [&] { ReadPredictionsFile(file); });
}

}  // namespace mestr::fuzz
