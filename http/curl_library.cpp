#include "http/curl_library.hpp"

#include <dlfcn.h>

#include <string>

#include "model/error.hpp"

namespace det::http {
namespace {

Error unusable(const std::string& why) {
  return Error(Failure::unclassified, "could not load libcurl, which every network access needs: " + why)
      .advising("sudo apt-get install libcurl4");
}

// Either flavour serves; the OpenSSL one is what packages of `det` depend on.
void* open_library() {
  for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4"}) {
    if (void* library = dlopen(name, RTLD_LAZY | RTLD_LOCAL)) return library;
  }
  const char* reason = dlerror();
  throw unusable(reason == nullptr ? "libcurl.so.4 was not found" : reason);
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) throw unusable(std::string("it lacks ") + name);
}

CurlLibrary load() {
  void* library = open_library();
  CurlLibrary curl{};
  decltype(&curl_global_init) global_init = nullptr;
  find(library, "curl_global_init", global_init);
  find(library, "curl_easy_init", curl.easy_init);
  find(library, "curl_easy_cleanup", curl.easy_cleanup);
  find(library, "curl_easy_setopt", curl.easy_setopt);
  find(library, "curl_easy_getinfo", curl.easy_getinfo);
  find(library, "curl_easy_pause", curl.easy_pause);
  find(library, "curl_easy_strerror", curl.easy_strerror);
  find(library, "curl_slist_append", curl.slist_append);
  find(library, "curl_slist_free_all", curl.slist_free_all);
  find(library, "curl_multi_init", curl.multi_init);
  find(library, "curl_multi_cleanup", curl.multi_cleanup);
  find(library, "curl_multi_add_handle", curl.multi_add_handle);
  find(library, "curl_multi_remove_handle", curl.multi_remove_handle);
  find(library, "curl_multi_perform", curl.multi_perform);
  find(library, "curl_multi_poll", curl.multi_poll);
  find(library, "curl_multi_info_read", curl.multi_info_read);
  find(library, "curl_multi_strerror", curl.multi_strerror);
  find(library, "curl_multi_wakeup", curl.multi_wakeup);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw unusable("it could not be initialised");
  return curl;
}

}  // namespace

const CurlLibrary& curl_library() {
  static const CurlLibrary library = load();
  return library;
}

}  // namespace det::http
