# Language level, warnings, sanitizers, linker and cache: the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(PLAZA_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")
option(PLAZA_FUZZ "Build the fuzz targets for libFuzzer (needs clang)" OFF)

find_program(PLAZA_CCACHE ccache)
if(PLAZA_CCACHE)
  # Paths are taken relative to the checkout, so that one checkout finds what another has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${PLAZA_CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
# Paths in debug information and messages are relative: builds in different folders share the cache.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
  # g++ 12 reports false positives here when it inlines the standard library at -O2.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)
else()
  add_link_options(-fuse-ld=lld)
endif()

if(PLAZA_SANITIZE)
  add_compile_options(-fsanitize=${PLAZA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PLAZA_SANITIZE})
endif()
if(PLAZA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# The heaviest units (Boost.Beast with TLS and WebSocket) take gigabytes: one at a time.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=1)
