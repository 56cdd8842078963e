#include "vqa_ask/chat_client.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

TEST(IsOpenToOthers, IsTrueOfPlainHttpToOtherMachines) {
  for (const std::string url :
       {"http://gpu:8080", "http://127.evil.invalid", "http://localhost.evil.invalid/v1",
        "http://127.0.0.1.evil.invalid", "http://127.0.0.256", "http://127.0.0.1x:80",
        "http://[::1]x", "http://[::2]:80", "http://128.0.0.1", "http://127.1.1"}) {
    EXPECT_TRUE(IsOpenToOthers(url)) << url;
  }
  for (const std::string url :
       {"https://gpu", "http://127.0.0.1:8080/v1", "http://127.9.8.7", "http://localhost",
        "http://LocalHost:80/x", "http://[::1]:8080/v1", "http://[::1]"}) {
    EXPECT_FALSE(IsOpenToOthers(url)) << url;
  }
}

TEST(RetryWait, DoublesUpToAMinuteAndNeverShrinks) {
  EXPECT_EQ(NextRetryWait_s(1), 2);
  EXPECT_EQ(NextRetryWait_s(40), 60);
  EXPECT_EQ(NextRetryWait_s(60), 60);
  EXPECT_EQ(NextRetryWait_s(300), 300);
}

}  // namespace
}  // namespace mestr::internal
