#include "model/refusal.h"

#include "mestr/core/error.h"

namespace mestr::internal {

void RefuseModel(const std::string& place, const std::string& reason) {
  throw Error(ErrorKind::kModel, place + ": " + reason);
}

void RefuseUnlessTrusted(const std::string& place, const std::string& reason) {
  RefuseModel(place,
              reason +
                  "; if you trust whoever made this file, pin it in the config: model.files: "
                  "[{path: ..., sha256: ..., trusted: true}]");
}

}  // namespace mestr::internal
