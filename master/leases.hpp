#pragma once

#include <functional>
#include <memory>
#include <string>

namespace det::master {

// Who uses a checkpoint's files at this moment: many readers, or one that removes them. Any thread may call
// these.
class Leases {
 public:
  // Ends with its last copy; may outlive the Leases.
  using Lease = std::shared_ptr<const void>;

  Leases();

  // Null: its files are being removed.
  Lease for_reading(const std::string& uuid);
  // Null: it is being read, or removed already.
  Lease for_removal(const std::string& uuid);
  // Called whenever a checkpoint's last reader has gone, on that reader's thread: does nothing lengthy.
  // Empty: nobody is called any more when this returns.
  void on_release(std::function<void()> released);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace det::master
