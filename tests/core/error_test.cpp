#include "mestr/core/error.h"

#include <gtest/gtest.h>

namespace mestr {
namespace {

TEST(Error, SaysInOneLineWhateverNameItWasGiven) {
  const Error error(ErrorKind::kInput, "clip\n\x1b[31m.mp4: no \"v\xC3\xA9lo\"");
  EXPECT_STREQ(error.what(), "clip\\x0a\\x1b[31m.mp4: no \"v\xC3\xA9lo\"");
  EXPECT_EQ(error.kind(), ErrorKind::kInput);
}

TEST(Error, StaysAsItIsWhenItsMessageIsThrownAgain) {
  const Error first(ErrorKind::kInput, "a\tb");
  EXPECT_STREQ(Error(ErrorKind::kModel, first.what()).what(), first.what());
}

}  // namespace
}  // namespace mestr
