# Heavy headers of libraries that most folders read, compiled once. Every source still includes what it uses
# (tests/lint/headers.py).
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/det_precompiled.cpp "namespace det {}\n")
add_library(det_precompiled STATIC ${CMAKE_CURRENT_BINARY_DIR}/det_precompiled.cpp)
target_link_libraries(det_precompiled PRIVATE det_flags nlohmann_json::nlohmann_json fmt::fmt)
target_precompile_headers(det_precompiled PRIVATE
  <nlohmann/json.hpp> <fmt/format.h> <algorithm> <filesystem> <functional>)

# det_library(NAME SOURCES a.cpp ... LINK x y ... [PUBLIC_LINK z ...])
#
# One static library a folder. LINK is private: who may know whom is in ARCHITECTURE.md, and tests/lint checks the
# includes. PUBLIC_LINK is for libraries whose types stand in the folder's headers.
function(det_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PUBLIC_LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC det_flags ${ARG_PUBLIC_LINK} PRIVATE fmt::fmt ${ARG_LINK})
  target_precompile_headers(${name} REUSE_FROM det_precompiled)
endfunction()

# det_unit_test(FOLDER SOURCES a_test.cpp ... LINK x y ...)
#
# One Catch2 program a folder, one ctest entry: unit.FOLDER, with the label unit.
function(det_unit_test folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(unit_${folder} ${ARG_SOURCES})
  target_link_libraries(unit_${folder} PRIVATE det_flags Catch2::Catch2WithMain ${ARG_LINK})
  target_precompile_headers(unit_${folder} REUSE_FROM unit_precompiled)
  add_test(NAME unit.${folder} COMMAND unit_${folder})
  set_tests_properties(unit.${folder} PROPERTIES LABELS unit)
endfunction()
