# The fuzz targets, with clang.
include("${CMAKE_CURRENT_LIST_DIR}/release.cmake")
set(CMAKE_C_COMPILER clang CACHE STRING "C compiler")
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "C++ compiler")
set(DKR_FUZZ ON CACHE BOOL "Build the fuzz targets, with clang (not static)" FORCE)
