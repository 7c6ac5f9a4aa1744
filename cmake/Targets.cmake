# Heavy headers of libraries, compiled once: what most folders read, and with CLI11 what commands/ and cli/ read. Every
# source still includes what it uses (tests/lint/headers.py).
function(det_precompiled name)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp "namespace det {}\n")
  add_library(${name} STATIC ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE det_flags nlohmann_json::nlohmann_json fmt::fmt CLI11::CLI11)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()
det_precompiled(det_precompiled <nlohmann/json.hpp> <fmt/format.h> <algorithm> <filesystem> <functional>)
det_precompiled(det_precompiled_commands <nlohmann/json.hpp> <fmt/format.h> <algorithm> <filesystem> <functional>
  <CLI/App.hpp> <CLI/Config.hpp> <CLI/Formatter.hpp>)

# det_library(NAME SOURCES a.cpp ... LINK x y ... [PUBLIC_LINK z ...] [PRECOMPILED target])
#
# One static library a folder. LINK is private: who may know whom is in ARCHITECTURE.md, and tests/lint checks the
# includes. PUBLIC_LINK is for libraries whose types stand in the folder's headers.
function(det_library name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "SOURCES;LINK;PUBLIC_LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC det_flags ${ARG_PUBLIC_LINK} PRIVATE fmt::fmt ${ARG_LINK})
  if(NOT ARG_PRECOMPILED)
    set(ARG_PRECOMPILED det_precompiled)
  endif()
  target_precompile_headers(${name} REUSE_FROM ${ARG_PRECOMPILED})
endfunction()

# det_unit_test(FOLDER SOURCES a_test.cpp ... LINK x y ...)
#
# One Catch2 program a folder, one ctest entry: unit.FOLDER.
function(det_unit_test folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(unit_${folder} ${ARG_SOURCES})
  target_link_libraries(unit_${folder} PRIVATE det_flags Catch2::Catch2WithMain ${ARG_LINK})
  target_precompile_headers(unit_${folder} REUSE_FROM unit_precompiled)
  add_test(NAME unit.${folder} COMMAND unit_${folder})
endfunction()
