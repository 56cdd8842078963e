// Tests of what Highway dispatches, on every instruction set that this machine runs.
#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>
#include <string>

namespace mestr::testing {

// Its parameter is the instruction set: INSTANTIATE_TEST_SUITE_P(..., ::testing::ValuesIn(
// hwy::SupportedAndGeneratedTargets()), TargetTestName).
class OnEveryTarget : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

inline std::string TargetTestName(const ::testing::TestParamInfo<std::int64_t>& info) {
  return hwy::TargetName(info.param);
}

}  // namespace mestr::testing
