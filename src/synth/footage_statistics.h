// How faces move in real footage and what cameras add: the figures that the synthetic clips follow.
//
// "measured": scripts/measure_motion.py on six public clips of six people (8 to 14 s each; four
// speak or show expressions, two look on), median over the clips unless told otherwise; the share
// of the landmarks' own jitter (what a photograph with noise gives) is taken out. Lengths are px at
// a face width of 200.
#pragma once

#include <array>

namespace mestr::internal::synth {

// Bands of frequency that amplitudes are given for.
inline constexpr int kBandCount = 6;
inline constexpr std::array<double, kBandCount + 1> kBandEdges_hz = {0.05, 0.3, 1, 2, 4, 8, 12};
using BandRms = std::array<double, kBandCount>;

// Head, measured: RMS a band. In the picture the middle of the face moves by 2.0, 1.7, 0.5, 0.2 px
// sideways and by 1.2, 1.2, 0.6, 0.3 px up and down in the first four bands. A head turns about its
// neck, so that most of that comes from its turns: 3.3 px a degree of yaw or pitch, 0.8 of roll.
inline constexpr BandRms kYaw_deg = {0.50, 0.40, 0.13, 0.05, 0.02, 0.01};
inline constexpr BandRms kPitch_deg = {0.35, 0.33, 0.15, 0.07, 0.03, 0.015};
inline constexpr BandRms kRoll_deg = {0.60, 0.65, 0.20, 0.09, 0.03, 0.015};
inline constexpr BandRms kShift_px200 = {0.6, 0.5, 0.10, 0.05, 0.02, 0.01};
inline constexpr BandRms kNearness_percent = {0.55, 0.50, 0.15, 0.05, 0.02, 0.01};

// Tone of the muscles of brows and mouth at rest, measured: brows of a person who looks on move by
// 0.3, 0.4, 0.1, 0.1 px.
inline constexpr BandRms kTone_px200 = {0.30, 0.30, 0.10, 0.05, 0.02, 0.01};

// Blinks. Rate: 17 a minute at rest, 26 in talk (Bentivoglio et al., Movement Disorders 1997);
// measured 13 to 51, looks down among them. Length: 0.1 to 0.4 s (Schiffman 2001); measured 0.13 to
// 0.18 s at half of the depth, which is 0.25 to 0.35 s in all. The lid falls about twice as fast as
// it rises.
inline constexpr double kBlinksAtRest_per_minute = 17;
inline constexpr double kBlinksInTalk_per_minute = 26;
inline constexpr double kBlinkMin_s = 0.14;
inline constexpr double kBlinkMax_s = 0.40;
inline constexpr double kBlinkClosing = 0.35;

// Eyes: a jump takes 21 ms and 2.2 ms a degree (Carpenter 1988), and comes about once a second.
inline constexpr double kSaccade_s = 0.021;
inline constexpr double kSaccade_s_per_deg = 0.0022;
inline constexpr double kSaccades_per_s = 1;

// Talk: 3 to 7 syllables a second (Chandrasekaran et al., PLoS Computational Biology 2009: the
// mouth's opening moves at 2 to 7 Hz). Measured on those who speak: the lips part and close at up
// to 75 to 110 px/s (95th percentile), 1.1 to 3.0 px RMS in 1 to 2 Hz, 1.1 to 2.4 in 2 to 4, 0.7
// to 1.0 in 4 to 8.
inline constexpr double kSyllables_hz = 4.3;
inline constexpr double kSyllableOpening_px200 = 7;

// Light on the face, measured: RMS a band, percent; turns of the head are in it.
inline constexpr BandRms kLight_percent = {0.5, 0.4, 0.2, 0.12, 0.08, 0.05};

// Noise after a webcam's denoiser and before its encoder, which takes about half. Measured after
// both, where the picture is flat: 0.3 to 3.6 gray levels, of which 0.45 to 0.88 goes on to the
// next frame and 0.35 to 0.6 to the next pixel.
inline constexpr double kNoiseMin_gray = 0.5;
inline constexpr double kNoiseMax_gray = 6;
inline constexpr double kNoiseLagMin = 0.3;
inline constexpr double kNoiseLagMax = 0.9;

}  // namespace mestr::internal::synth
