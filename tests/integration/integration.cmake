# Tests against real servers (tests/lab): one lab for all, started before the first and stopped after the last.
set(RELAYCTL_LAB ${CMAKE_CURRENT_BINARY_DIR}/lab-for-tests)
set(lab_program ${CMAKE_CURRENT_SOURCE_DIR}/lab/lab)

add_test(NAME lab_up COMMAND sh -c "\"$0\" down \"$1\" && exec \"$0\" up \"$1\"" ${lab_program} ${RELAYCTL_LAB})
add_test(NAME lab_down COMMAND ${lab_program} down ${RELAYCTL_LAB})
set_tests_properties(lab_up PROPERTIES FIXTURES_SETUP lab LABELS integration TIMEOUT 120)
set_tests_properties(lab_down PROPERTIES FIXTURES_CLEANUP lab LABELS integration TIMEOUT 120)

# One ctest a file test_*.py.
file(GLOB integration_tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/integration/test_*.py)
foreach(path IN LISTS integration_tests)
  get_filename_component(name ${path} NAME_WE)
  string(REPLACE "test_" "integration_" name ${name})
  add_test(NAME ${name} COMMAND ${Python3_EXECUTABLE} -B ${path})
  set_tests_properties(${name} PROPERTIES
    LABELS integration
    FIXTURES_REQUIRED lab
    TIMEOUT 600
    ENVIRONMENT "RELAYCTL=$<TARGET_FILE:relayctl>;LAB=${RELAYCTL_LAB};PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}/support")
endforeach()

# Logins, which no command of the program makes alone.
add_executable(login_test ${CMAKE_CURRENT_SOURCE_DIR}/integration/login_test.cpp)
target_link_libraries(login_test PRIVATE smtp test_main)
relayctl_precompile(login_test)
add_test(NAME integration_login COMMAND login_test)
set_tests_properties(integration_login PROPERTIES
  LABELS integration FIXTURES_REQUIRED lab TIMEOUT 120 ENVIRONMENT "LAB=${RELAYCTL_LAB}")
