#include "master/http_framing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include "model/number.hpp"

namespace det::master {
namespace {

constexpr int bad_request = 400;
constexpr int too_large = 413;
constexpr int head_too_large = 431;
constexpr int not_implemented = 501;
constexpr std::size_t beside_header = 80;  // what libmicrohttpd keeps of each, out of the same memory

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

auto count(const Request& request, std::string_view name) {
  return std::count_if(request.headers.begin(), request.headers.end(),
                       [&](const Header& header) { return same_name(header.name, name); });
}

std::size_t head_size(const Request& request) {
  auto size = request.method.size() + request.path.size() + request.query.size();
  for (const auto& header : request.headers) size += header.name.size() + header.value.size() + beside_header;
  return size;
}

bool is_token_character(char c) {
  const bool is_alphanumeric = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
  return is_alphanumeric ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_value_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

std::string_view phrase(int status) {
  constexpr std::array<std::pair<int, std::string_view>, 7> phrases{
      {{bad_request, "bad request"},
       {too_large, "request body too large"},
       {head_too_large, "request head too large"},
       {500, "internal server error"},
       {not_implemented, "transfer coding not implemented"},
       {503, "too busy, try again later"},
       {0, "error"}}};
  const auto* found =
      std::find_if(phrases.begin(), phrases.end() - 1, [&](const auto& one) { return one.first == status; });
  return found->second;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& each : headers) {
    if (same_name(each.name, name)) return each.value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> announced_length(const Request& request) {
  const auto text = request.header("Content-Length");
  if (!text) return std::nullopt;
  return model::number<std::uint64_t>(*text);
}

std::optional<int> framing_refusal(const Request& request, std::size_t longest_head) {
  if (head_size(request) > longest_head) return head_too_large;
  const auto hidden = [](const Header& header) { return !is_sendable(header); };
  if (std::any_of(request.headers.begin(), request.headers.end(), hidden)) return bad_request;
  const auto lengths = count(request, "Content-Length");
  const auto codings = count(request, "Transfer-Encoding");
  const auto length = announced_length(request);
  if (lengths + codings > 1 || (lengths == 1 && !length)) return bad_request;
  if (codings == 1 && !same_name(*request.header("Transfer-Encoding"), "chunked")) return not_implemented;
  return std::nullopt;
}

void set_target(Request& request, std::string_view target) {
  if (const auto scheme = target.find("://");
      scheme != std::string_view::npos && scheme < target.find_first_of("/?")) {
    const auto end = target.find_first_of("/?", scheme + 3);
    target = end == std::string_view::npos ? std::string_view("/") : target.substr(end);
  }
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
}

bool is_sendable(const Header& header) {
  return !header.name.empty() && std::all_of(header.name.begin(), header.name.end(), is_token_character) &&
         std::all_of(header.value.begin(), header.value.end(), is_value_character);
}

bool is_framing(const Header& header) {
  return same_name(header.name, "Content-Length") || same_name(header.name, "Transfer-Encoding") ||
         same_name(header.name, "Connection") || same_name(header.name, "Date");
}

Response plain_answer(int status) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = fmt::format("{}\n", phrase(status))};
}

}  // namespace det::master
