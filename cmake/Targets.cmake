# det_library(NAME SOURCES a.cpp ... LINK x y ... [PUBLIC_LINK z ...])
#
# One static library a folder. LINK is private: who may know whom is in ARCHITECTURE.md, and tests/lint checks the
# includes. PUBLIC_LINK is for libraries whose types stand in the folder's headers.
function(det_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PUBLIC_LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC det_flags ${ARG_PUBLIC_LINK} PRIVATE ${ARG_LINK})
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
