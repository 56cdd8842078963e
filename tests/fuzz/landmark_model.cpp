#include "face/landmark_model.h"

#include "fuzz/targets.h"

namespace mestr::fuzz {

Outcome LandmarkModelFile(std::string_view bytes) {
  return ReadOrRefuse({ErrorKind::kModel}, [&] {
    const internal::LandmarkModel model(ScratchFile("model.dat", bytes));
    for (std::size_t i = 0; i < model.leaves(); ++i) model.Leaf(i);
  });
}

}  // namespace mestr::fuzz
