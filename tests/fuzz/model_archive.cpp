#include "fuzz/targets.h"
#include "model/archive_check.h"

namespace mestr::fuzz {

Outcome ModelArchive(std::string_view bytes) {
  return ReadOrRefuse({ErrorKind::kModel},
                      [&] { internal::CheckModelArchive(bytes, false, {}, "model.pt"); });
}

}  // namespace mestr::fuzz
