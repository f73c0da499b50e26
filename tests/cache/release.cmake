# The binary as it is released, and nothing else.
include("${CMAKE_CURRENT_LIST_DIR}/hiredis.cmake")
set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
set(DKR_TESTS OFF CACHE BOOL "Build the tests" FORCE)
