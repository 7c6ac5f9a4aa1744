# Compiler flags as interface targets: every target of ours links det_flags, nothing else sets flags.
option(DET_WERROR "turn warnings into errors" OFF)
set(DET_SANITIZE "" CACHE STRING "sanitizers to build with, as for -fsanitize=")

add_library(det_flags INTERFACE)
target_compile_options(det_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wformat=2 -fstack-protector-strong
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  $<$<BOOL:${DET_WERROR}>:-Werror>
  $<$<CONFIG:Release>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
target_include_directories(det_flags INTERFACE ${PROJECT_SOURCE_DIR})

# Relative relocations packed (DT_RELR, glibc 2.36): fewer pages to touch before main.
target_link_options(det_flags INTERFACE -Wl,-z,pack-relative-relocs)

if(DET_SANITIZE)
  # The tests' own sources do without the sanitizers that double the time to compile them.
  define_property(TARGET PROPERTY DET_OWN_TEST INHERITED)
  target_compile_options(det_flags INTERFACE -fsanitize=${DET_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    $<$<BOOL:$<TARGET_PROPERTY:DET_OWN_TEST>>:-fno-sanitize=undefined$<$<CXX_COMPILER_ID:Clang>:,fuzzer-no-link>>
    # GCC 12 gives them falsely beside sanitizers.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-maybe-uninitialized -Wno-stringop-overflow>)
  target_link_options(det_flags INTERFACE -fsanitize=${DET_SANITIZE})
endif()
