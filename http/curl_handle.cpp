#include "http/curl_handle.hpp"

#include <new>

#include "model/error.hpp"

namespace det::http {

CurlHandle::CurlHandle(const CurlLibrary& curl) : curl_(curl), handle_(curl.easy_init()) {
  if (handle_ == nullptr) throw std::bad_alloc();
}

CurlHandle::~CurlHandle() {
  curl_.easy_cleanup(handle_);
  curl_.slist_free_all(headers_);
  curl_.slist_free_all(connect_to_);
}

void CurlHandle::set(CURLoption option, const std::string& text) {
  check(curl_.easy_setopt(handle_, option, text.c_str()), option);
}

void CurlHandle::set_pointer(CURLoption option, void* pointer) {
  check(curl_.easy_setopt(handle_, option, pointer), option);
}

void CurlHandle::set_callback(CURLoption option, DataCallback function) {
  check(curl_.easy_setopt(handle_, option, function), option);
}

void CurlHandle::set_blob(CURLoption option, const std::string& text) {
  std::string copy = text;  // libcurl's structure wants bytes that it might change
  curl_blob blob{copy.data(), copy.size(), CURL_BLOB_COPY};
  check(curl_.easy_setopt(handle_, option, &blob), option);
}

void CurlHandle::set_body(const std::string& body) {
  const auto size = static_cast<curl_off_t>(body.size());
  check(curl_.easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, size), CURLOPT_POSTFIELDSIZE_LARGE);
  check(curl_.easy_setopt(handle_, CURLOPT_POSTFIELDS, body.c_str()), CURLOPT_POSTFIELDS);
}

void CurlHandle::deliver(const Delivery& delivery) {
  set_callback(CURLOPT_HEADERFUNCTION, delivery.head);
  set_pointer(CURLOPT_HEADERDATA, delivery.self);
  set_callback(CURLOPT_WRITEFUNCTION, delivery.body);
  set_pointer(CURLOPT_WRITEDATA, delivery.self);
  set_pointer(CURLOPT_PRIVATE, delivery.self);
  set_pointer(CURLOPT_ERRORBUFFER, delivery.detail);
}

void CurlHandle::add(CURLoption option, const std::string& line) {
  curl_slist*& list = option == CURLOPT_CONNECT_TO ? connect_to_ : headers_;
  curl_slist* longer = curl_.slist_append(list, line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  list = longer;
  set_pointer(option, list);
}

long CurlHandle::number(CURLINFO which) const {
  long value = 0;
  curl_.easy_getinfo(handle_, which, &value);
  return value;
}

void CurlHandle::check(CURLcode code, CURLoption option) const {
  if (code == CURLE_OK) return;
  throw Error(Failure::unclassified,
              "libcurl refused option " + std::to_string(option) + ": " + curl_.easy_strerror(code));
}

}  // namespace det::http
