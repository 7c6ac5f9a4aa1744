#include "master/microhttpd_library.hpp"

#include <dlfcn.h>

#include <string>

#include "model/error.hpp"

namespace det::master {
namespace {

Error unusable(const std::string& why) {
  return Error(Failure::unclassified, "could not load libmicrohttpd, which the embedded master needs: " + why)
      .advising("sudo apt-get install libmicrohttpd12");
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) throw unusable(std::string("it lacks ") + name);
}

MicrohttpdLibrary load() {
  void* library = dlopen("libmicrohttpd.so.12", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = dlerror();
    throw unusable(reason == nullptr ? "libmicrohttpd.so.12 was not found" : reason);
  }
  MicrohttpdLibrary found{};
  find(library, "MHD_start_daemon", found.start_daemon);
  find(library, "MHD_quiesce_daemon", found.quiesce_daemon);
  find(library, "MHD_stop_daemon", found.stop_daemon);
  find(library, "MHD_get_connection_info", found.get_connection_info);
  find(library, "MHD_get_connection_values_n", found.get_connection_values_n);
  find(library, "MHD_suspend_connection", found.suspend_connection);
  find(library, "MHD_resume_connection", found.resume_connection);
  find(library, "MHD_queue_response", found.queue_response);
  find(library, "MHD_create_response_from_buffer", found.create_response_from_buffer);
  find(library, "MHD_create_response_from_callback", found.create_response_from_callback);
  find(library, "MHD_add_response_header", found.add_response_header);
  find(library, "MHD_destroy_response", found.destroy_response);
  return found;
}

}  // namespace

const MicrohttpdLibrary& microhttpd_library() {
  static const MicrohttpdLibrary library = load();
  return library;
}

}  // namespace det::master
