// models/people/people.bin, as the build puts it into the library.
#pragma once

#include <string_view>

namespace mestr::internal::synth {

std::string_view EmbeddedPeople();

}  // namespace mestr::internal::synth
