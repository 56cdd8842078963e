// Random motion with a given spectrum.
#pragma once

#include <vector>

#include "synth/footage_statistics.h"
#include "synth/portable_math.h"

namespace mestr::internal::synth {

// A sum of sinusoids, a few in each band; a function of time alone.
class Wander {
 public:
  Wander() = default;  // 0 at all times
  Wander(const BandRms& rms, double factor, Random& random);

  // Motion of 1 Hz and more comes in bursts: it is multiplied with `activity`.
  double At(double time_s, double activity = 1) const;

 private:
  struct Wave {
    double frequency_hz;
    double phase_turns;
    double amplitude;
    bool fast;
  };
  std::vector<Wave> waves_;
};

}  // namespace mestr::internal::synth
