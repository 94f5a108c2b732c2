# Everything that the unit tests need, and the part of it that has threads.
add_custom_target(unit-tests)
add_custom_target(threaded-unit-tests)

# plaza_module(name FLOOR n [SANS_IO] [USES modules…] [LINKS targets…] [HEAVY]
#              [TEST_USES modules…] [TEST_LINKS targets…])
#
# Makes the library plaza_<name> from the *.cc of this folder and of internal/, and the test
# program plaza_<name>_test from its *_test.cc. USES names Plaza modules, LINKS third-party
# targets. What testing/*.cc holds is for tests alone: it becomes the library
# plaza_<name>_testing, which only test programs link (TEST_USES <name>_testing). FLOOR and SANS_IO
# are what scripts/check-dependencies.mjs holds the #include lines against: a module includes only
# what it uses, on a lower floor or declared on its own, and a SANS_IO module touches no socket,
# thread, clock or file. The tests of other modules are repeated under the thread sanitizer. The
# files of a HEAVY module compile one at a time.
function(plaza_module name)
  cmake_parse_arguments(M "SANS_IO;HEAVY" "FLOOR" "USES;LINKS;TEST_USES;TEST_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc */*.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc */*_test.cc)
  file(GLOB test_support CONFIGURE_DEPENDS testing/*.cc)
  if(tests OR test_support)
    list(REMOVE_ITEM sources ${tests} ${test_support})
  endif()
  if(tests AND test_support)
    list(REMOVE_ITEM test_support ${tests})
  endif()
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  list(TRANSFORM M_USES PREPEND plaza_ OUTPUT_VARIABLE uses)
  list(TRANSFORM M_TEST_USES PREPEND plaza_ OUTPUT_VARIABLE test_uses)

  set(library plaza_${name})
  if(sources)
    add_library(${library} STATIC ${sources})
    target_include_directories(${library} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${library} PUBLIC ${uses} ${M_LINKS})
  else()
    add_library(${library} INTERFACE)
    target_include_directories(${library} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${library} INTERFACE ${uses} ${M_LINKS})
  endif()
  if(M_HEAVY)
    set_target_properties(${library} PROPERTIES JOB_POOL_COMPILE heavy)
  endif()

  if(test_support)
    add_library(${library}_testing STATIC ${test_support})
    target_link_libraries(${library}_testing PUBLIC ${library} ${test_uses})
    list(APPEND test_uses ${library}_testing)
  endif()

  if(tests)
    add_executable(${library}_test ${tests})
    target_link_libraries(${library}_test PRIVATE ${library} ${test_uses} ${M_TEST_LINKS} GTest::gmock GTest::gtest_main)
    add_test(NAME unit.${name} COMMAND ${library}_test)
    set(labels unit)
    add_dependencies(unit-tests ${library}_test)
    if(NOT M_SANS_IO)
      list(APPEND labels threaded)
      add_dependencies(threaded-unit-tests ${library}_test)
    endif()
    set_tests_properties(unit.${name} PROPERTIES LABELS "${labels}" TIMEOUT 300)
  endif()
endfunction()
