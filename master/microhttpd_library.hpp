#pragma once

#include <microhttpd.h>

namespace det::master {

// libmicrohttpd's functions. The library is opened when a server is started, for loading it, with the GnuTLS
// that it needs, costs more than most commands do.
struct MicrohttpdLibrary {
  decltype(&MHD_start_daemon) start_daemon;
  decltype(&MHD_quiesce_daemon) quiesce_daemon;
  decltype(&MHD_stop_daemon) stop_daemon;
  decltype(&MHD_get_connection_info) get_connection_info;
  decltype(&MHD_get_connection_values_n) get_connection_values_n;
  decltype(&MHD_suspend_connection) suspend_connection;
  decltype(&MHD_resume_connection) resume_connection;
  decltype(&MHD_queue_response) queue_response;
  decltype(&MHD_create_response_from_buffer) create_response_from_buffer;
  decltype(&MHD_create_response_from_callback) create_response_from_callback;
  decltype(&MHD_add_response_header) add_response_header;
  decltype(&MHD_destroy_response) destroy_response;
};

// The library, opened once a process. Throws Error{unclassified} where it is missing.
const MicrohttpdLibrary& microhttpd_library();

}  // namespace det::master
