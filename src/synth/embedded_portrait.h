// models/portraits/astronaut.* as the build put them into the library.
#pragma once

#include <string>

namespace mestr::internal::synth {

std::string EmbeddedPortraitImage();
std::string EmbeddedPortraitLandmarks();

}  // namespace mestr::internal::synth
