#pragma once

#include <cstddef>
#include <string>

#include "http/curl_library.hpp"

namespace det::http {

// One easy handle with the header list that belongs to it. Setting an option throws Error{unclassified} when
// libcurl refuses it.
class CurlHandle {
 public:
  using DataCallback = std::size_t (*)(char*, std::size_t, std::size_t, void*);

  // Where what arrives goes: line by line of the head, piece by piece of the body, each function with `self`,
  // which CURLINFO_PRIVATE then gives, too; and libcurl's own words about a failure.
  struct Delivery {
    DataCallback head;
    DataCallback body;
    void* self;
    char* detail;  // CURL_ERROR_SIZE bytes
  };

  explicit CurlHandle(const CurlLibrary& curl);
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;
  ~CurlHandle();

  CURL* get() const { return handle_; }
  const CurlLibrary& library() const { return curl_; }

  void set(CURLoption option, long value) { check(curl_.easy_setopt(handle_, option, value), option); }
  void set(CURLoption option, const std::string& text);
  void set_pointer(CURLoption option, void* pointer);
  // The text is copied.
  void set_blob(CURLoption option, const std::string& text);
  // Not copied: `body` outlives the transfer.
  void set_body(const std::string& body);
  void deliver(const Delivery& delivery);
  // One line of CURLOPT_HTTPHEADER or CURLOPT_CONNECT_TO.
  void add(CURLoption option, const std::string& line);

  long number(CURLINFO which) const;

 private:
  void set_callback(CURLoption option, DataCallback function);
  void check(CURLcode code, CURLoption option) const;

  const CurlLibrary& curl_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  curl_slist* connect_to_ = nullptr;
};

}  // namespace det::http
