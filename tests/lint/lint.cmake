# Lints over the sources, one ctest each (label `lint`), and beside each the proof on planted faults that it
# finds what it should.
function(relayctl_lint name)
  set(script ${CMAKE_CURRENT_SOURCE_DIR}/lint/${name}.py)
  add_test(NAME lint_${name} COMMAND ${Python3_EXECUTABLE} -B ${script} --root ${CMAKE_SOURCE_DIR} ${ARGN})
  add_test(NAME lint_${name}_finds_faults COMMAND ${Python3_EXECUTABLE} -B ${script} --self-test)
  set_tests_properties(lint_${name} lint_${name}_finds_faults PROPERTIES LABELS lint SKIP_RETURN_CODE 77)
endfunction()

relayctl_lint(includes --rooms ${CMAKE_BINARY_DIR}/rooms.txt)
relayctl_lint(coroutines)
relayctl_lint(size)
relayctl_lint(words)
relayctl_lint(catalogue)
relayctl_lint(rows)
relayctl_lint(format)
relayctl_lint(tidy --build ${CMAKE_BINARY_DIR})
# COST: it takes longest, so that it starts first.
set_tests_properties(lint_tidy PROPERTIES TIMEOUT 3000 COST 1000)
