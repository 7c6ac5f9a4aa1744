#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <stdexcept>

#include "storage/place.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"
#include "tests/unit/storage/small_disk.hpp"
#include "tests/unit/storage/tar_writer.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using storage::Outcome;

struct TwoFiles : Scene {
  TwoFiles() {
    add("model.pt", "weights");
    add("metadata.json", "{}");
  }
};

// The refusal of a target that then stands as it stood.
Error refusal_of(Scene& scene) {
  const auto before = tree(scene.root());
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(tree(scene.root()) == before);
  return error;
}

TEST_CASE("only what differs from the receipt is fetched again") {
  TwoFiles scene;
  scene.add("code/train.py", "x");
  scene.download_directly();
  write_file(scene.target / "model.pt", "WEIGHTS");  // same size, later time
  fs::last_write_time(scene.target / "model.pt", fs::file_time_type::clock::now() + std::chrono::hours(1));
  fs::remove(scene.target / "code/train.py");
  write_file(scene.target / "notes.txt", "the user's own");
  scene.progress = {};
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.progress.events == Names{"started " + scene.checkpoint.id + " 2 8", "finished"});
  CHECK(read_file(scene.target / "model.pt") == "weights");
  CHECK(tree(scene.root() / "downloads") == Names{"best/", "best/code/", "best/code/train.py",
                                                  "best/det-receipt.json", "best/metadata.json",
                                                  "best/model.pt", "best/notes.txt"});
  CHECK(scene.download_directly() == Outcome::already_complete);
}

TEST_CASE("a file that the list has gained is fetched") {
  TwoFiles scene;
  scene.download_directly();
  scene.add("later.pt", "x");
  scene.progress = {};
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.progress.advanced_bytes == 1);
  CHECK(storage::read_receipt(scene.target)->files.size() == 3);
}

TEST_CASE("a metadata.json of ours that was changed is written again") {
  Scene scene;
  scene.add("model.pt", "weights");
  scene.download_directly();
  fs::remove(scene.target / "metadata.json");
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(read_file(scene.target / "metadata.json") == "{}");
}

TEST_CASE("an existing target without receipt is adopted when it holds exactly the checkpoint") {
  TwoFiles scene;
  write_file(scene.target / "model.pt", "weights");
  write_file(scene.target / "metadata.json", "{}");
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(scene.progress.events.empty());
  CHECK(storage::read_receipt(scene.target)->route == "found in place");
  CHECK(tree(scene.root() / "downloads") ==
        Names{"best/", "best/det-receipt.json", "best/metadata.json", "best/model.pt"});
}

TEST_CASE("a metadata.json that another tool wrote for the checkpoint is no foreign file") {
  Scene scene;
  scene.add("model.pt", "weights");
  write_file(scene.target / "model.pt", "weights");
  write_file(scene.target / "metadata.json", "{\"by\": \"another tool\"}");
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(read_file(scene.target / "metadata.json") == "{\"by\": \"another tool\"}");
  CHECK(storage::read_receipt(scene.target)->metadata_origin == storage::MetadataOrigin::found);
  CHECK(scene.download_directly() == Outcome::already_complete);
}

TEST_CASE("a target that holds a part of the checkpoint gets the rest") {
  TwoFiles scene;
  write_file(scene.target / "metadata.json", "{}");
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.progress.advanced_bytes == 7);
  CHECK(tree(scene.target) == Names{"det-receipt.json", "metadata.json", "model.pt"});
}

TEST_CASE("a target that holds something else is refused, and the first such thing is named") {
  TwoFiles scene;
  const auto by = scene.target.native() + " holds something else: ";
  SECTION("a foreign file") {
    write_file(scene.target / "thesis.tex", "x");
    CHECK(refusal_of(scene).message == by + "\"thesis.tex\" is no part of the checkpoint");
  }
  SECTION("a foreign folder") {
    fs::create_directories(scene.target / "photos");
    CHECK(refusal_of(scene).message == by + "\"photos\" is no part of the checkpoint");
  }
  SECTION("a file of the checkpoint's with another size") {
    write_file(scene.target / "model.pt", "stump");
    CHECK(refusal_of(scene).message == by + "\"model.pt\" has 5 bytes, the checkpoint's has 7");
  }
  SECTION("a link in the place of a file") {
    write_file(scene.root() / "outside", "weights");
    fs::create_directories(scene.target);
    fs::create_symlink(scene.root() / "outside", scene.target / "model.pt");
    CHECK(refusal_of(scene).message == by + "\"model.pt\" is no part of the checkpoint");
    CHECK(read_file(scene.root() / "outside") == "weights");
  }
  SECTION("another checkpoint") {
    scene.download_directly();
    scene.checkpoint.id = "b";
    CHECK(refusal_of(scene).message ==
          scene.target.native() + " holds checkpoint a0000005-0000-4000-8000-000000000005");
  }
  SECTION("a staging directory that is a link") {
    fs::create_directories(scene.target.parent_path());
    fs::create_symlink(scene.root(), scene.target.parent_path() / ".best.det-partial");
    CHECK(refusal_of(scene).message == (scene.target.parent_path() / ".best.det-partial").native() +
                                           " is in the way: it is not a staging directory of this user");
  }
  CHECK(refusal_of(scene).failure == Failure::held);
}

TEST_CASE("a link that took a folder's place after the download is not followed") {
  Scene scene;
  scene.add("code/train.py", "x");
  scene.add("metadata.json", "{}");
  scene.download_directly();
  fs::remove_all(scene.target / "code");
  fs::create_directories(scene.root() / "outside");
  fs::create_symlink(scene.root() / "outside", scene.target / "code");
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(error.failure == Failure::held);
  CHECK(error.message == scene.target.native() + " holds something else: it is in the way of \"code\"");
  CHECK(tree(scene.root() / "outside").empty());
}

TEST_CASE("a link that took a file's place after the download is replaced, and its target stays") {
  TwoFiles scene;
  scene.download_directly();
  fs::remove(scene.target / "model.pt");
  write_file(scene.root() / "outside", "WEIGHTS");
  fs::create_symlink(scene.root() / "outside", scene.target / "model.pt");
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(read_file(scene.root() / "outside") == "WEIGHTS");
  CHECK_FALSE(fs::is_symlink(scene.target / "model.pt"));
}

TEST_CASE("a broken receipt counts as none") {
  TwoFiles scene;
  scene.download_directly();
  write_file(scene.target / "det-receipt.json", "{\"version\": 1, \"files\": [[[");
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK(storage::read_receipt(scene.target));
}

TEST_CASE("an empty directory is a fine target, and keeps its permissions") {
  TwoFiles scene;
  fs::create_directories(scene.target);
  fs::permissions(scene.target, fs::perms::owner_all);
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(fs::status(scene.target).permissions() == fs::perms::owner_all);
}

TEST_CASE("a target that cannot be a directory is refused before anything is asked for") {
  TwoFiles scene;
  write_file(scene.root() / "file", "x");
  scene.target = scene.root() / "file";
  CHECK(refusal_of(scene).message ==
        "cannot download to " + scene.target.native() + ": it exists and is not a directory");
  scene.target = scene.root() / "file/below/it";
  CHECK(refusal_of(scene).message == "cannot download to " + scene.target.native() + ": " +
                                         (scene.root() / "file").native() + " is not a directory");
  scene.target = "/dev/null/x";
  CHECK(refusal_of(scene).message == "cannot download to /dev/null/x: /dev/null is not a directory");
  fs::create_symlink("nothing", scene.root() / "dangling");
  scene.target = scene.root() / "dangling";
  CHECK(refusal_of(scene).message ==
        "cannot download to " + scene.target.native() + ": it is a link to nothing");
  scene.target = scene.root() / std::string(256, 'x');
  CHECK(refusal_of(scene).failure == Failure::local_disk);
  scene.target = "";
  CHECK(refusal_of(scene).message == "cannot download to : the path is empty");
  CHECK(scene.progress.events.empty());
}

TEST_CASE("a target may be named by a link, a trailing slash or 255 bytes") {
  TwoFiles scene;
  fs::create_directories(scene.root() / "big_disk/here");
  fs::create_symlink("big_disk/here", scene.root() / "link");
  scene.target = scene.root() / "link";
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(tree(scene.root() / "big_disk") ==
        Names{"here/", "here/det-receipt.json", "here/metadata.json", "here/model.pt"});
  CHECK(fs::is_symlink(scene.root() / "link"));
  scene.target = (scene.root() / "new").native() + "/";
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.target = scene.root() / std::string(255, 'x');
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"det-receipt.json", "metadata.json", "model.pt"});
}

// Makes a directory the current one for as long as it lives.
class Within {
 public:
  explicit Within(const fs::path& directory) : before_(fs::current_path()) { fs::current_path(directory); }
  ~Within() { fs::current_path(before_); }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

 private:
  fs::path before_;
};

TEST_CASE("the current directory is filled in place") {
  TwoFiles scene;
  scene.add("code/train.py", "x");
  scene.list("logs/");
  fs::create_directories(scene.target);
  const Within here(scene.target);
  CHECK_FALSE(storage::place_for(".").renamed_whole);
  scene.target = ".";
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(tree(".") ==
        Names{"code/", "code/train.py", "det-receipt.json", "logs/", "metadata.json", "model.pt"});
  CHECK(scene.download_directly() == Outcome::already_complete);
}

TEST_CASE("a mount point is filled in place") {
  TwoFiles scene;
  fs::create_directories(scene.target);
  const SmallDisk disk(scene.target, 4 << 20U);
  if (!disk.mounted()) return;
  fs::create_directory(scene.target / "lost+found");
  CHECK(storage::is_mount_point(scene.target));
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"det-receipt.json", "lost+found/", "metadata.json", "model.pt"});
  CHECK(scene.download_directly() == Outcome::already_complete);
}

TEST_CASE("a read-only destination is refused before anything is asked for") {
  TwoFiles scene;
  const auto place = scene.root() / "read_only";
  fs::create_directories(place / "there");
  const SmallDisk disk(place, 4 << 20U);
  if (!disk.mounted()) return;
  disk.make_read_only();
  scene.target = place / "best";
  const auto error = refusal_of(scene);
  CHECK(error.failure == Failure::local_disk);
  CHECK(error.message == "cannot download to " + scene.target.native() +
                             ": the file system is read-only in " + place.native());
  scene.target = place;
  CHECK(refusal_of(scene).message ==
        "cannot download to " + place.native() + ": the file system is read-only");
  CHECK(scene.progress.events.empty());
}

// Takes the rights of root away, from root, for as long as it lives; without them a directory's mode is
// enough.
class Unprivileged {
 public:
  Unprivileged() {
    if (was_root_ && seteuid(nobody) != 0) throw std::runtime_error("cannot give up the rights of root");
  }
  ~Unprivileged() {
    if (was_root_ && seteuid(0) != 0) std::abort();
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

  static constexpr uid_t nobody = 65534;

 private:
  bool was_root_ = geteuid() == 0;
};

struct LockedParent : TwoFiles {
  LockedParent() {
    fs::create_directories(parent() / "own");
    if (geteuid() == 0)
      REQUIRE(chown((parent() / "own").c_str(), Unprivileged::nobody, Unprivileged::nobody) == 0);
    fs::permissions(root(), fs::perms(0755));
    fs::permissions(parent(), fs::perms(0555));
  }
  ~LockedParent() { fs::permissions(parent(), fs::perms(0755)); }
  LockedParent(const LockedParent&) = delete;
  LockedParent& operator=(const LockedParent&) = delete;

  fs::path parent() const { return root() / "locked"; }
};

TEST_CASE("a directory that this user may not write is refused before anything is asked for") {
  LockedParent scene;
  const Unprivileged plain_user;
  scene.target = scene.parent() / "new/best";
  const auto error = refusal_of(scene);
  CHECK(error.failure == Failure::local_disk);
  CHECK(error.message ==
        "cannot download to " + scene.target.native() + ": permission denied in " + scene.parent().native());
  CHECK(scene.progress.events.empty());
}

TEST_CASE("a target whose parent may not be written is filled in place") {
  LockedParent scene;
  const Unprivileged plain_user;
  scene.target = scene.parent() / "own";
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"det-receipt.json", "metadata.json", "model.pt"});
  CHECK(scene.download_directly() == Outcome::already_complete);
}

TEST_CASE("a checkpoint that is complete on a read-only disk is complete") {
  TwoFiles scene;
  const auto place = scene.root() / "read_only";
  fs::create_directories(place);
  const SmallDisk disk(place, 4 << 20U);
  if (!disk.mounted()) return;
  scene.target = place / "best";
  scene.download_directly();
  disk.make_read_only();
  CHECK(scene.download_directly() == Outcome::already_complete);
}

}  // namespace
}  // namespace det::testing
