#include "master/list_answer.hpp"

#include <utility>

#include "master/api_answer.hpp"

namespace det::master {
namespace {

class WrittenList {
 public:
  WrittenList(std::string lead, std::function<std::string()> portion, const wire::Page& page)
      : lead_(std::move(lead)),
        portion_(std::move(portion)),
        end_("],\"pagination\":" + wire::pagination_text(page) + "}") {}

  std::string next() {
    const auto elements = portion_ ? portion_() : std::string();
    const std::string separator = std::exchange(begun_, true) ? "," : lead_;
    if (!elements.empty()) return separator + elements;
    portion_ = {};
    return (separator == lead_ ? lead_ : std::string()) + std::exchange(end_, {});
  }

 private:
  std::string lead_;
  std::function<std::string()> portion_;
  std::string end_;
  bool begun_ = false;
};

}  // namespace

Response list_answer(std::string_view key, std::function<std::string()> portion, const wire::Page& page,
                     wire::ObjectText lead) {
  auto begin = lead.document(key, "[").finish();
  begin.pop_back();  // the list and its object are still open
  return pieces_answer(
      [list = WrittenList(std::move(begin), std::move(portion), page)]() mutable { return list.next(); });
}

}  // namespace det::master
