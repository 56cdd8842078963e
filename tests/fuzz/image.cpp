#include "fuzz/targets.h"
#include "video/image_decoder.h"

namespace mestr::fuzz {

Outcome Image(std::string_view bytes) {
  return ReadOrRefuse({ErrorKind::kInput},
                      [&] { internal::DecodeImage(std::string(bytes), "frame.png", 100); });
}

}  // namespace mestr::fuzz
