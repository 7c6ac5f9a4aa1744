// Gives unit_precompiled a source; the headers are named in tests/CMakeLists.txt.
