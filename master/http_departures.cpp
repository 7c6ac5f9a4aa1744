#include "master/http_departures.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "model/error.hpp"

namespace det::master {
namespace {

constexpr Departures::Ticket nobody = 0;  // in an event: the watch itself is over

bool add(int poll, int descriptor, std::uint32_t events, Departures::Ticket ticket) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = ticket;
  return ::epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

}  // namespace

Departures::Departures() : poll_(::epoll_create1(EPOLL_CLOEXEC)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (!poll_ || !stop_ || !add(poll_.number(), stop_.number(), EPOLLIN, nobody)) {
    throw Error(Failure::unclassified, "could not watch connections").caused_by(errno);
  }
  thread_ = std::thread([this] { run(); });
}

Departures::~Departures() {
  const std::uint64_t once = 1;
  while (::write(stop_.number(), &once, sizeof once) < 0 && errno == EINTR) {
  }
  thread_.join();
}

Departures::Ticket Departures::watch(int socket, std::shared_ptr<Suspension> suspension) {
  const std::lock_guard lock(mutex_);
  if (closed_) return nobody;
  const auto ticket = ++last_;
  if (!add(poll_.number(), socket, EPOLLRDHUP | EPOLLONESHOT, ticket)) return nobody;
  present_.emplace(ticket, std::move(suspension));
  return ticket;
}

void Departures::forget(Ticket ticket, int socket) {
  if (ticket == nobody) return;
  ::epoll_ctl(poll_.number(), EPOLL_CTL_DEL, socket, nullptr);
  {
    const std::lock_guard lock(mutex_);
    present_.erase(ticket);
  }
  forgotten_.notify_all();
}

void Departures::close(std::chrono::milliseconds grace) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  forgotten_.wait_for(lock, grace, [this] { return present_.empty(); });
  for (const auto& [ticket, suspension] : present_) suspension->leave();
}

void Departures::run() {
  std::array<epoll_event, 64> events{};
  while (true) {
    const int count = ::epoll_wait(poll_.number(), events.data(), events.size(), -1);
    for (std::size_t i = 0; static_cast<int>(i) < count; ++i) {
      if (events.at(i).data.u64 == nobody) return;
      notice(events.at(i).data.u64);
    }
  }
}

void Departures::notice(Ticket ticket) {
  const std::lock_guard lock(mutex_);
  const auto found = present_.find(ticket);
  if (found != present_.end()) found->second->leave();
}

}  // namespace det::master
