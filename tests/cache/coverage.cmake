# The tests with gcov's counters, nothing optimized away.
include("${CMAKE_CURRENT_LIST_DIR}/dev.cmake")
set(CMAKE_CXX_FLAGS "--coverage -O0 -U_FORTIFY_SOURCE" CACHE STRING "Flags of the C++ compiler" FORCE)
