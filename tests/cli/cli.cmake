# Tests of the built program on its command line: one ctest a file *_test.py.
file(GLOB cli_tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cli/*_test.py)
foreach(path IN LISTS cli_tests)
  get_filename_component(name ${path} NAME_WE)
  string(REGEX REPLACE "_test$" "" name ${name})
  add_test(NAME cli_${name} COMMAND ${Python3_EXECUTABLE} -B ${path})
  set_tests_properties(cli_${name} PROPERTIES
    LABELS cli
    TIMEOUT 1200
    ENVIRONMENT "RELAYCTL=$<TARGET_FILE:relayctl>;PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}/cli")
endforeach()
# COST: those that take longest start first.
set_tests_properties(cli_spoken cli_transcript cli_completion PROPERTIES COST 100)
