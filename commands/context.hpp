#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "client/master.hpp"
#include "client/session.hpp"
#include "http/cancellation.hpp"
#include "model/time.hpp"
#include "sources/source.hpp"

namespace det::commands {

// Options that stand anywhere on the line.
struct Globals {
  std::optional<std::string> user;
  std::optional<std::string> master;
  std::optional<std::string> source;
  std::string color = "auto";     // auto, always, never
  std::string progress = "auto";  // auto, bar, plain, json, none
  std::string cacert;
  std::optional<double> timeout_seconds;
  bool json = false;
  bool no_input = false;
  bool insecure = false;
  bool debug = false;
};

// What the streams are connected to.
struct Terminal {
  bool in = false;
  bool out = false;
  bool err = false;
  int width = 80;  // of out; meaningful when out is a terminal
};

// An experiment on the command line: "12", "http://HOST:PORT#12" for another master's, or "dir:PATH".
struct Reference {
  std::optional<std::string> source = {};  // a master's address or "dir:PATH"; absent: the current one
  std::string id = {};
};

// What a command works with. Opened by cli/run; in tests, by a fake.
class Context {
 public:
  virtual ~Context() = default;

  virtual std::ostream& out() = 0;  // answers only
  virtual std::ostream& err() = 0;  // everything else
  virtual std::istream& in() = 0;
  virtual const Globals& globals() const = 0;
  virtual const Terminal& terminal() const = 0;
  virtual const http::Cancellation& cancellation() const = 0;
  // Makes cancellation() say that it is time to stop, to whoever works for this command on other threads.
  virtual void stop() = 0;
  virtual std::optional<std::string> environment(const std::string& name) const = 0;

  // The master of a reference; without one, the current: what --source names, else -m. Nothing is sent before
  // a call needs it. Throws Error{usage} where the source is no master.
  virtual client::Master& master(const Reference& reference) = 0;
  // Who asks the same master.
  virtual client::Session& session(const Reference& reference) = 0;
  // The source of one reference; the current one (--source, else the master) for ids of trials and
  // checkpoints. Throws Error: usage, and not_found where it is a directory that is not there.
  virtual std::unique_ptr<sources::Source> source(const Reference& reference) = 0;
};

}  // namespace det::commands
