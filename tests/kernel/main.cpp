// The tests run in a PID namespace of their own: whatever ends them ends everything they started.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "support/process.hpp"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) {
    return RUN_ALL_TESTS();
  }
  if (geteuid() != 0) {
    std::fputs("kernel_tests: needs root, for namespaces\n", stderr);
    return 1;
  }
  try {
    return dkr::test::run_isolated([] { return RUN_ALL_TESTS(); });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kernel_tests: %s\n", error.what());
    return 1;
  }
}
