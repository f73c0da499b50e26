# The binary as it is released, and the tests.
include("${CMAKE_CURRENT_LIST_DIR}/release.cmake")
set(DKR_TESTS ON CACHE BOOL "Build the tests" FORCE)
