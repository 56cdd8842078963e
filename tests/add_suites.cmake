# cmake -DPROGRAM=<test program> -DSTAGE=<name> -DOUTPUT=<file> -P add_suites.cmake
# Writes a file for ctest with a test for every suite of a program of GoogleTest: a process for every case would spend
# most of its time loading LibTorch.
execute_process(COMMAND ${PROGRAM} --gtest_list_tests OUTPUT_VARIABLE list COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(^|\n)[^ \n]+\\.(\n| )" suites "${list}")
set(text "")
# At the end of the output: where a case failed, more follows.
set(all_skipped "PASSED  \\] 0 tests\\.\n(\\[  SKIPPED \\][^\n]*\n)+$")
foreach(suite IN LISTS suites)
  string(STRIP "${suite}" suite)
  string(REGEX REPLACE "\\.$" "" suite "${suite}")
  string(APPEND text "add_test([=[${STAGE}.${suite}]=] [=[${PROGRAM}]=] [=[--gtest_filter=${suite}.*]=])\n"
    "set_tests_properties([=[${STAGE}.${suite}]=] PROPERTIES LABELS ${STAGE} TIMEOUT 1500 "
    "SKIP_REGULAR_EXPRESSION [=[${all_skipped}]=])\n")
endforeach()
if(text STREQUAL "")
  message(FATAL_ERROR "${PROGRAM} lists no test")
endif()
file(WRITE ${OUTPUT} "${text}")
