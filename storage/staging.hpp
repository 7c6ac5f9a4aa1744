#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "storage/descriptor.hpp"
#include "storage/file_list.hpp"
#include "storage/file_proof.hpp"
#include "storage/journal.hpp"
#include "storage/place.hpp"
#include "storage/target_lock.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

class Staging;

// When a finished file may be taken over by a later run: as soon as it is finished, or only once the whole
// stream that it came from has proved sound.
enum class Resumable { at_once, after_the_stream };

// Whether a file is opened for the first time, by this run or by a killed one: then nothing may be there.
enum class Opening { first, again };

// One file on its way into the staging directory. Dropped before finish(), it is as if it never came.
class StagedFile {
 public:
  StagedFile(Staging& staging, std::string path, std::uint64_t size_bytes, Descriptor file);

  // Appends. Throws Error: local_disk; integrity when more comes than the size that was declared.
  void write(std::string_view bytes);
  // To be called before bytes are written that do not merely share the blocks of another file. Sets disk
  // space aside, where the file system can; the first call asks for the whole download. Throws
  // Error{local_disk} when there is too little.
  void reserve();
  // For copying inside the kernel; wrote() tells what that has added.
  int descriptor() const { return file_.number(); }
  void wrote(std::uint64_t bytes);
  // Sets the modification time where one is given. Throws Error{integrity} unless exactly the declared size
  // came.
  void finish(Resumable resumable, std::optional<timespec> modified = std::nullopt);

  const std::string& path() const { return path_; }
  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  Staging& staging_;
  std::string path_;
  std::uint64_t size_bytes_;
  std::uint64_t written_bytes_ = 0;
  Descriptor file_;
};

// The directory in which a checkpoint is put together before it appears under its final name, and the lock on
// it. One process owns it at a time. Files that a killed run finished are taken over. Whatever way it ends,
// files that a later run can take over stay, and without such files nothing of it does. `place` and `list`
// outlive it.
class Staging {
 public:
  // Throws Error: held; local_disk.
  Staging(const Place& place, const FileList& list, const std::string& checkpoint_id,
          const TransferOptions& options = {});
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const Place& place() const { return place_; }
  const FileList& list() const { return list_; }
  const TransferOptions& options() const { return options_; }
  // Where the files lie: path and open directory.
  const std::filesystem::path& files_path() const { return files_path_; }
  int files() const { return files_.number(); }

  // False for a file that is complete already, here or at the target, and for one that the options leave out:
  // then it need not be fetched.
  bool needs(std::string_view path) const;
  // What a killed run had finished, by its journal, whether it is still here or was moved to the target
  // since.
  const FinishedFiles& earlier() const { return earlier_.files; }
  // Says that the target holds this file, complete.
  void set_at_target(const std::string& path) { at_target_.insert(path); }
  bool at_target(const std::string& path) const { return at_target_.contains(path); }
  // The files that are complete here, with their sizes.
  const FinishedFiles& finished() const { return finished_; }
  // What a route found out about the bytes of a file that it brought. Absent: nothing.
  void prove(const std::string& path, FileProof proof) { proofs_[path] = std::move(proof); }
  const FileProof* proof(const std::string& path) const;
  // Everything that is known so: before a route begins, of the files that were taken over, as the killed run
  // found it.
  const std::unordered_map<std::string, FileProof>& proofs() const { return proofs_; }
  // A file that was taken over is worth nothing: it is removed, and to be fetched again.
  void lose(const std::string& path);

  // Throws Error{local_disk} when what is still needed does not fit on the disk. Nothing to do with an
  // unknown list.
  void require_space() const;
  // Throws Error: integrity for a refused name and where a file is in the way; local_disk.
  void make_folder(std::string_view path);
  // A new file. Throws as make_folder(), and integrity when it is here already.
  StagedFile create(std::string_view path, std::uint64_t size_bytes, mode_t mode = 0666);

  // For a file whose pieces come in any order, its folder made. Opens it for reading and writing, new or with
  // what a killed run left of it, its disk space set aside where the file system can. The one function that
  // other threads may call meanwhile. Throws as create().
  Descriptor open_pieces(const std::string& path, std::uint64_t size_bytes, Opening opening) const;
  // What the journal of a killed run says of pieces that lie in that file, unchecked; may be none.
  std::vector<FinishedRange> earlier_pieces(const std::string& path) const;
  // Says that a piece is there, for a later run to take over.
  void record_piece(const std::string& path, const FinishedRange& piece);
  // All pieces of a file are there, of this version of its object ("": it has none).
  void finish_pieces(const std::string& path, std::uint64_t size_bytes, const std::string& version);
  // Whether a killed run finished this file from another version of its object.
  bool is_outdated(const std::string& path, const std::string& version) const;
  // Drops all that a killed run left.
  void start_over();
  // The pieces of a file are worth nothing: it is removed.
  void drop_pieces(const std::string& path);

  // The stream was sound: all that is finished may be taken over by a later run.
  void accept_stream();
  // Removes what came of files that did not come whole: before all that is here appears under its final name.
  void drop_unfinished();
  // Removes all that is not resumable: before another route begins.
  void drop_unsound();
  // Nothing here is wanted any more; the destructor removes it all.
  void discard() { discarded_ = true; }

 private:
  friend class StagedFile;

  void take_over();
  void take_over_pieces();
  std::uint64_t allocated_bytes(const std::string& path) const;
  void record(const std::string& path, std::uint64_t size_bytes);
  void remove_all_but_recorded();
  void remove();

  const Place& place_;
  const FileList& list_;
  const TransferOptions options_;
  MadeFolders parents_;
  TargetLock lock_;
  std::filesystem::path files_path_;
  Descriptor files_;
  EarlierRun earlier_;  // by the journal of a killed run, unchecked
  Journal journal_;
  FinishedFiles finished_;
  std::unordered_map<std::string, FileProof> proofs_;
  std::unordered_set<std::string> recorded_;
  std::unordered_set<std::string> in_pieces_;  // unfinished files with recorded pieces
  std::unordered_set<std::string> at_target_;
  std::unordered_set<std::string> folders_;
  bool space_checked_ = false;
  bool discarded_ = false;
};

}  // namespace det::storage
