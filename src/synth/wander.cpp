#include "synth/wander.h"

#include <cmath>

namespace mestr::internal::synth {

Wander::Wander(const BandRms& rms, double factor, Random& random) {
  constexpr int kWavesPerBand = 4;
  constexpr double kFast_hz = 1;
  // Waves of amplitude a have together the RMS a * sqrt(count / 2).
  const double amplitude = factor * std::sqrt(2.0 / kWavesPerBand);
  for (int band = 0; band < kBandCount; ++band) {
    for (int i = 0; i < kWavesPerBand; ++i) {
      const double frequency = random.Uniform(kBandEdges_hz[band], kBandEdges_hz[band + 1]);
      const double phase = random.Unit();
      if (factor == 0) continue;
      waves_.push_back({frequency, phase, amplitude * rms[band], frequency >= kFast_hz});
    }
  }
}

double Wander::At(double time_s, double activity) const {
  double slow = 0;
  double fast = 0;
  for (const Wave& wave : waves_) {
    const double value = wave.amplitude * SinTurns(wave.phase_turns + wave.frequency_hz * time_s);
    (wave.fast ? fast : slow) += value;
  }
  return slow + fast * activity;
}

}  // namespace mestr::internal::synth
