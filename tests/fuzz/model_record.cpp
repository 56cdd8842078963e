#include "model/model_record.h"

#include "fuzz/targets.h"

namespace mestr::fuzz {

Outcome ModelRecord(std::string_view bytes) {
  return ReadOrRefuse({ErrorKind::kModel},
                      [&] { internal::ParseModelRecord(std::string(bytes), "model.pt"); });
}

}  // namespace mestr::fuzz
