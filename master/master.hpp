#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "master/log.hpp"
#include "model/record.hpp"
#include "storage/remote_store.hpp"

namespace det::master {

struct MasterOptions {
  std::filesystem::path data_directory;  // the catalogue, and the checkpoints that are stored nowhere else
  std::string cluster_name = {};
  std::string address = "127.0.0.1";                 // numeric, or a name
  int port = 0;                                      // 0: any that is free
  std::vector<std::string> host_names = {};          // further names under which it may be asked
  std::optional<std::string> initial_password = {};  // of the first users; absent: one is made
  // The storage of experiments that name none, as `checkpoint_storage` of a configuration.
  model::Document checkpoint_storage;
  // Below which files may be read, served and deleted.
  std::vector<std::filesystem::path> storage_roots = {};
  // How that storage is reached, where it is an object storage; any thread may call it, each time for one
  // store. What it gives is used until the master goes. Empty: its files are not touched.
  std::function<storage::Surroundings()> surroundings = {};
  std::string certificate_pem = {};  // TLS, where both are set
  std::string key_pem = {};
  Log log = no_log();
};

// A master that answers until it goes.
class Master {
 public:
  virtual ~Master() = default;

  virtual int port() const = 0;
  // A session of user `determined`, for whoever started this.
  virtual std::string owner_token() = 0;
  // The password that was made for the first users; absent: it was given, or seen before.
  virtual const std::optional<std::string>& made_password() const = 0;
  // Somebody has seen that password. Until this is said, the next master makes another.
  virtual void password_was_seen() = 0;
};

// Throws Error: held, when another process serves this data directory; usage, for an empty password;
// local_disk; unclassified, when the address cannot be listened on.
std::unique_ptr<Master> start_master(const MasterOptions& options);

}  // namespace det::master
