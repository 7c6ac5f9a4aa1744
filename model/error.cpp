#include "model/error.hpp"

#include <utility>

namespace det {

Error::Error(Failure kind, std::string why) : failure(kind), message(why), cause(std::move(why)) {}

Error Error::within(std::string_view doing) const {
  Error wrapped = *this;
  wrapped.message = std::string(doing) + ": " + message;
  return wrapped;
}

Error Error::advising(std::string line) const {
  Error advised = *this;
  advised.next = std::move(line);
  return advised;
}

Error Error::with_status(int status) const {
  Error answered = *this;
  answered.http_status = status;
  return answered;
}

Error Error::worth_retrying() const {
  Error passing = *this;
  passing.retryable = true;
  return passing;
}

Error Error::caused_by(int number) const {
  Error caused = *this;
  caused.system_error = number;
  return caused;
}

}  // namespace det
