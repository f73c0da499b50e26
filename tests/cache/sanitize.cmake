# The binary and the tests with ASan and UBSan.
include("${CMAKE_CURRENT_LIST_DIR}/dev.cmake")
set(DKR_SANITIZE ON CACHE BOOL "Build with ASan and UBSan (not static)" FORCE)
