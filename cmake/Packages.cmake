# Libraries of the distribution. libarchive and OpenSSL are linked statically: loading them would cost more than a whole
# command. libcurl is opened when a command first uses the network (http/curl_library.cpp), so only its headers are
# needed here.
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(tomlplusplus REQUIRED)

find_path(CURL_INCLUDE_DIR curl/curl.h REQUIRED)
find_path(ISAL_INCLUDE_DIR isa-l/igzip_lib.h REQUIRED)
find_path(LIBARCHIVE_INCLUDE_DIR archive.h REQUIRED)
find_path(OPENSSL_INCLUDE_DIR openssl/evp.h REQUIRED)
find_library(ISAL_LIBRARY isal REQUIRED)
find_library(LIBARCHIVE_ARCHIVE libarchive.a REQUIRED)
find_library(CRYPTO_ARCHIVE libcrypto.a REQUIRED)

function(det_imported_library name include_dir)
  add_library(${name} INTERFACE IMPORTED)
  target_include_directories(${name} INTERFACE ${include_dir})
  target_link_libraries(${name} INTERFACE ${ARGN})
endfunction()
det_imported_library(curl_headers ${CURL_INCLUDE_DIR})
det_imported_library(isal ${ISAL_INCLUDE_DIR} ${ISAL_LIBRARY})
det_imported_library(archive ${LIBARCHIVE_INCLUDE_DIR} ${LIBARCHIVE_ARCHIVE})
det_imported_library(crypto ${OPENSSL_INCLUDE_DIR} ${CRYPTO_ARCHIVE} ${CMAKE_DL_LIBS})
