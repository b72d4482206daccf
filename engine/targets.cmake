# How the project's targets are made: warnings, sanitizers, and one include root per folder, so that a
# folder sees only the headers of the folders it is allowed to depend on.

add_library(inflight_options INTERFACE)
target_compile_options(inflight_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-missing-field-initializers)
option(INFLIGHT_WARNINGS_AS_ERRORS "Treat warnings as errors" ON)
if(INFLIGHT_WARNINGS_AS_ERRORS)
  target_compile_options(inflight_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside the standard library at -O2 and above.
  target_compile_options(inflight_options INTERFACE
    -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread
    -Wno-array-bounds)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 uses get_temporary_buffer in its own stable_sort.
  target_compile_options(inflight_options INTERFACE -Wno-deprecated-declarations)
endif()
if(INFLIGHT_SANITIZE)
  target_compile_options(inflight_options INTERFACE
    -fsanitize=${INFLIGHT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(inflight_options INTERFACE -fsanitize=${INFLIGHT_SANITIZE})
  if(INFLIGHT_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # It warns that it cannot follow the fences inside Asio.
    target_compile_options(inflight_options INTERFACE -Wno-tsan)
  endif()
endif()
if(INFLIGHT_FUZZ)
  target_compile_options(inflight_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Qt 6.4's moc fails on a file whose very first include is <concepts> or <compare>.
set(CMAKE_AUTOMOC_MOC_OPTIONS --include cstddef)

# A folder is a target, so its sources are the folder's: a new file needs no line here.

# inflight_engine_library(folder [DEPENDS folder...] [LIBRARIES lib...])
# makes inflight_<folder> out of engine/<folder>; its headers are included as "<folder>/file.h".
function(inflight_engine_library folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  set(root ${CMAKE_BINARY_DIR}/include_roots/${folder})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/engine/${folder} ${root}/${folder} SYMBOLIC)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  set(target inflight_${folder})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${root})
  list(TRANSFORM ARG_DEPENDS PREPEND inflight_)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE inflight_options ${ARG_LIBRARIES})
endfunction()

# inflight_test(folder [GUI] [DEPENDS folder...] [LIBRARIES lib...] [SUPPORT file...])
# makes one Qt Test program, <folder>_test, out of tests/<folder>, and one ctest of that name; with GUI it
# runs inside a QApplication on the offscreen platform. SUPPORT names sources in tests/support.
function(inflight_test folder)
  cmake_parse_arguments(ARG "GUI" "" "DEPENDS;LIBRARIES;SUPPORT" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX _picture)
  list(TRANSFORM ARG_SUPPORT PREPEND support/)
  list(TRANSFORM ARG_DEPENDS PREPEND inflight_)
  set(target ${folder}_test)
  set(main support/main.cpp)
  set(precompiled inflight_test_precompiled)
  if(ARG_GUI)
    set(main support/gui_main.cpp)
    set(precompiled inflight_gui_test_precompiled)
  endif()
  add_executable(${target} ${sources} ${ARG_SUPPORT} ${main} support/run_registered.cpp)
  set_target_properties(${target} PROPERTIES AUTOMOC ON)
  target_link_libraries(${target} PRIVATE
    ${ARG_DEPENDS} ${ARG_LIBRARIES} inflight_test_support Qt6::Test inflight_options)
  target_precompile_headers(${target} REUSE_FROM ${precompiled})
  add_test(NAME ${folder} COMMAND ${target})
  set(environment "QT_QPA_PLATFORM=offscreen")
  if(ARG_GUI)
    # Qt's platform plugin and fontconfig keep what they loaded until the process ends.
    list(APPEND environment "LSAN_OPTIONS=detect_leaks=0")
  endif()
  if(INFLIGHT_SANITIZE MATCHES thread)
    list(APPEND environment "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp")
  endif()
  set_tests_properties(${folder} PROPERTIES ENVIRONMENT "${environment}" TIMEOUT 1200)
endfunction()
