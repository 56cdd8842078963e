#include "model/blas.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "mestr/model/network.h"
#include "support/test_support.h"
#include "tiny_model.h"

namespace mestr {
namespace {

TEST(Blas, HasOneThreadOnceANetworkIsLoaded) {
  using Count = int();
  auto* const count = reinterpret_cast<Count*>(::dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  if (count == nullptr) GTEST_SKIP() << "LibTorch does not call OpenBLAS here";
  testing::LoadOnCpu(testing::TinyModel());
  EXPECT_EQ(count(), 1);
}

TEST(Blas, IsNamedWhereItIsFast) {
  const bool is_openblas = ::dlsym(RTLD_DEFAULT, "openblas_get_config") != nullptr;
  EXPECT_EQ(TorchBlas().starts_with("OpenBLAS "), is_openblas);
}

}  // namespace
}  // namespace mestr
