# hiredis from a Debian mirror; where none is in reach, CMake downloads it.
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
if(NOT FETCHCONTENT_SOURCE_DIR_HIREDIS)
  execute_process(COMMAND "${root}/docker/fetch-hiredis" "${root}/build/hiredis-source" RESULT_VARIABLE failed)
  if(NOT failed)
    set(FETCHCONTENT_SOURCE_DIR_HIREDIS "${root}/build/hiredis-source" CACHE PATH "Sources of hiredis")
  endif()
endif()
