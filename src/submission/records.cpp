#include "mestr/submission/records.h"

#include <algorithm>

namespace mestr {

bool IsLeaderboardDataset(std::string_view dataset) {
  return std::find(kLeaderboardDatasets.begin(), kLeaderboardDatasets.end(), dataset) !=
         kLeaderboardDatasets.end();
}

}  // namespace mestr
