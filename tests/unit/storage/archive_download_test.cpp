#include <catch2/catch.hpp>

#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"
#include "tests/unit/storage/tar_writer.hpp"

namespace det::testing {
namespace {

using Names = std::vector<std::string>;

// A checkpoint of two files and an empty folder, whose list is known and whose archive can be spoiled.
struct Listed : Scene {
  Listed() {
    list("code/train.py", 5);
    list("logs/");
    list("metadata.json", 2);
  }
};

const std::string sound = member({"code/train.py", "train"}) + member({"metadata.json", "{}"}) + tar_end();

std::string refusal_of(Scene& scene, const std::string& tar) {
  const auto error = thrown([&] { scene.download_tar(tar); });
  CHECK(error.failure == Failure::integrity);
  CHECK(tree(scene.root()) == Names{"storage/", "storage/" + scene.checkpoint.id + "/"});
  return error.message;
}

TEST_CASE("an archive in pieces of any size becomes the checkpoint's files") {
  const auto piece_size = GENERATE(std::size_t{1}, std::size_t{511}, std::size_t{1} << 20U);
  Listed scene;
  CHECK(scene.download_tar(sound, piece_size) == storage::Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"code/", "code/train.py", "det-receipt.json", "logs/", "metadata.json"});
  CHECK(read_file(scene.target / "code/train.py") == "train");
  CHECK(scene.progress.events == Names{"started " + scene.checkpoint.id + " 2 7", "finished"});
  CHECK(scene.progress.advanced_bytes == 7);
}

TEST_CASE("a master that packs no plain tar is asked for gzip") {
  const auto piece_size = GENERATE(std::size_t{1}, std::size_t{100}, std::size_t{1} << 20U);
  Listed scene;
  CHECK(scene.download_gzip(gzip(sound), piece_size) == storage::Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"code/", "code/train.py", "det-receipt.json", "logs/", "metadata.json"});
}

TEST_CASE("an archive entry that could leave the target is refused and nothing stays") {
  Listed scene;
  const auto refused = [&](const Member& hostile) { return refusal_of(scene, member(hostile) + sound); };
  CHECK(refused({"../x", "x"}) ==
        "by master http://master:8080: the file name \"../x\" is refused: it does not stay below the "
        "checkpoint");
  CHECK(refused({"/abs", "x"}) ==
        "by master http://master:8080: the file name \"/abs\" is refused: it is absolute");
  CHECK(refused({"x/../../y", "x"}) ==
        "by master http://master:8080: the file name \"x/../../y\" is refused: it does not stay below the "
        "checkpoint");
  CHECK(
      refused({".", "x"}) ==
      "by master http://master:8080: the file name \".\" is refused: it does not stay below the checkpoint");
  CHECK(refused({"./x", "x"}) ==
        "by master http://master:8080: the file name \"./x\" is refused: it does not stay below the "
        "checkpoint");
  CHECK(refused({"", "x"}) == "by master http://master:8080: the file name \"\" is refused: it is empty");
  CHECK(refused({std::string(300, 'n'), "x"}) == "by master http://master:8080: the file name \"" +
                                                     std::string(100, 'n') + "..." + std::string(100, 'n') +
                                                     "\" is refused: a part of it is longer than 255 bytes");
  CHECK(
      refused({"code/train.py", "", '2', "/etc/passwd"}) ==
      "by master http://master:8080: the archive entry \"code/train.py\" is refused: it is a symbolic link");
  CHECK(refused({"code/train.py", "", '1', "metadata.json"}) ==
        "by master http://master:8080: the archive entry \"code/train.py\" is refused: it is a hard link");
  CHECK(refused({"code/train.py", "", '3'}) ==
        "by master http://master:8080: the archive entry \"code/train.py\" is refused: it is neither a file "
        "nor a folder");
  CHECK(refused({"code/train.py", "", '6'}) ==
        "by master http://master:8080: the archive entry \"code/train.py\" is refused: it is neither a file "
        "nor a folder");
  CHECK(refused({".det-partial/lock", "x"}) ==
        "by master http://master:8080: the file name \".det-partial/lock\" is refused: that name is reserved "
        "for our "
        "own staging");
}

TEST_CASE("an archive that does not hold exactly the listed files is refused") {
  Listed scene;
  CHECK(refusal_of(scene, member({"extra\nfile", "x"}) + sound) ==
        "by master http://master:8080: the archive holds \"extra\\x0afile\", which the list does not name");
  CHECK(refusal_of(scene, member({"folder/", "", '5'}) + sound) ==
        "by master http://master:8080: the archive holds \"folder\", which the list does not name");
  CHECK(refusal_of(scene, member({"metadata.json", "{}"}) + sound) ==
        "by master http://master:8080: the archive holds \"metadata.json\" twice");
  CHECK(refusal_of(scene, member({"code/train.py", "train"}) + tar_end()) ==
        "by master http://master:8080: the archive lacks \"metadata.json\", which the list names");
  CHECK(refusal_of(scene, member({"code/train.py", "train!"}) + tar_end()) ==
        "by master http://master:8080: \"code/train.py\" has 6 bytes in the archive, the list says 5");
}

TEST_CASE("an archive entry whose name has a NUL is none of the list, and cut at it without one") {
  using namespace std::string_literals;
  const auto tar = member({"pax", "16 path=b/c\0.py\n"s, 'x'}) + member({"a", "1"}) + tar_end();
  Listed listed;
  CHECK(refusal_of(listed, tar) ==
        "by master http://master:8080: the archive holds \"b/c\", which the list does not name");
  Scene unlisted;
  CHECK(unlisted.download_tar(tar) == storage::Outcome::downloaded);
  CHECK(tree(unlisted.target) == Names{"b/", "b/c", "det-receipt.json", "metadata.json"});
}

TEST_CASE("an archive that ends early or goes on after its end is refused") {
  Listed scene;
  const auto first = member({"code/train.py", "train"});
  const std::string by = "by master http://master:8080: the archive is damaged: ";
  CHECK(refusal_of(scene, first) == by + "it is cut off, its end mark is missing");
  CHECK(refusal_of(scene, sound.substr(0, sound.size() - 1024)) ==
        by + "it is cut off, its end mark is missing");
  CHECK(refusal_of(scene, sound.substr(0, sound.size() - 512)) ==
        by + "it is cut off, its end mark is missing");
  CHECK(refusal_of(scene, first.substr(0, 700)) == by + "it is cut off");
  CHECK(refusal_of(scene, first.substr(0, 514)) == by + "it is cut off");
  CHECK(refusal_of(scene, sound.substr(0, 1100)) == by + "it is cut off");
  CHECK(refusal_of(scene, sound + "x") == by + "something follows its end");
  CHECK(refusal_of(scene, sound + std::string(4096, '\0') + "x") == by + "something follows its end");
  CHECK(refusal_of(scene, sound + sound) == by + "something follows its end");
  CHECK(refusal_of(scene, sound + std::string(2 << 20, '\0')) == by + "it does not end after its end mark");
  const std::string unknown = "its headers are not those of a tar archive (Unrecognized archive format)";
  CHECK(refusal_of(scene, "") == by + unknown);
  CHECK(refusal_of(scene, "<html>busy</html>") == by + unknown);
  CHECK(refusal_of(scene, gzip(sound)) == by + unknown);
}

TEST_CASE("a member header with a wrong checksum is refused") {
  Listed scene;
  auto tar = sound;
  tar[1024] ^= 1;
  CHECK(refusal_of(scene, tar) ==
        "by master http://master:8080: the archive is damaged: its headers are not those of a tar archive "
        "(Damaged tar "
        "archive)");
}

TEST_CASE("an archive entry with holes, or of another length than its header says, is refused") {
  Listed scene;
  const auto refused = [&](const std::string& pax, const std::string& contents) {
    return refusal_of(scene, member({"pax", pax, 'x'}) + member({"code/train.py", contents}) + tar_end());
  };
  const std::string by = "by master http://master:8080: the archive is damaged: \"code/train.py\" ";
  CHECK(refused("21 SCHILY.realsize=5\n", "tra") == by + "is not as long as its header says");
  CHECK(refused("21 SCHILY.realsize=5\n", "train!") == by + "is not as long as its header says");
  CHECK(refused(
            "22 GNU.sparse.major=0\n22 GNU.sparse.minor=1\n25 GNU.sparse.realsize=5\n22 GNU.sparse.map=2,3\n",
            "ain") == by + "has holes");
}

TEST_CASE("a gzip stream that is damaged, cut off or followed by something is refused") {
  Listed scene;
  const auto packed = gzip(sound);
  const auto refused = [&](const std::string& bytes) {
    const auto error = thrown([&] { scene.download_gzip(bytes); });
    CHECK(error.failure == Failure::integrity);
    CHECK(tree(scene.root()) == Names{"storage/", "storage/" + scene.checkpoint.id + "/"});
    return error.message;
  };
  const std::string by = "by master http://master:8080: the gzip stream is damaged: ";
  CHECK(refused(packed.substr(0, packed.size() - 1)) == by + "it ends early");
  CHECK(refused(packed.substr(0, packed.size() - 8)) == by + "it ends early");
  CHECK(refused(packed.substr(0, 30)) == by + "it ends early");
  CHECK(refused(packed + "x") == by + "something follows its end");
  CHECK(refused(packed + std::string(1, '\0')) == by + "something follows its end");
  CHECK(refused("") == by + "it ends early");
  auto wrong_checksum = packed;
  wrong_checksum[packed.size() - 8] ^= 1;
  CHECK(refused(wrong_checksum) == by + "its checksum is wrong");
  auto wrong_length = packed;
  wrong_length[packed.size() - 1] ^= 1;
  CHECK(refused(wrong_length) == by + "its checksum is wrong");
}

TEST_CASE("a tar that is cut at a member's boundary inside a sound gzip is refused") {
  Listed scene;
  const auto error = thrown([&] { scene.download_gzip(gzip(member({"code/train.py", "train"}))); });
  CHECK(error.message ==
        "by master http://master:8080: the archive is damaged: it is cut off, its end mark is missing");
}

TEST_CASE("a connection that breaks in mid-archive says so, and nothing stays") {
  Listed scene;
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::archive_route(
      "master http://master:8080",
      [](storage::ArchiveKind) {
        auto answer = std::make_unique<PiecedResponse>(sound.substr(0, 1600), 100);
        answer->broken_by = Error(Failure::unreachable, "the connection closed after 1600 of 3072 bytes");
        return answer;
      },
      scene.never));
  const auto error = thrown([&] { scene.download_by(std::move(routes)); });
  CHECK(error.failure == Failure::unreachable);
  CHECK(error.message == "by master http://master:8080: the connection closed after 1600 of 3072 bytes");
  CHECK(tree(scene.root()) == Names{"storage/", "storage/" + scene.checkpoint.id + "/"});
}

TEST_CASE("a refusal other than of the archive's kind is not answered by asking again") {
  Listed scene;
  int asked = 0;
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::archive_route(
      "master http://master:8080",
      [&](storage::ArchiveKind) -> std::unique_ptr<http::Response> {
        ++asked;
        throw Error(Failure::storage, "the master cannot read its storage").with_status(500);
      },
      scene.never));
  const auto error = thrown([&] { scene.download_by(std::move(routes)); });
  CHECK(asked == 1);
  CHECK(error.http_status == 500);
}

TEST_CASE("a checkpoint without a list takes what the archive holds") {
  Scene scene;
  CHECK(scene.download_tar(member({"b/c", "1"}) + member({"a\nb", "2"}) + member({"empty/", "", '5'}) +
                           tar_end()) == storage::Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"a\nb", "b/", "b/c", "det-receipt.json", "empty/", "metadata.json"});
}

TEST_CASE("without a list, a name that is a file and also a folder is refused") {
  Scene scene;
  const std::string by = "by master http://master:8080: ";
  const std::string why =
      " cannot be stored: it occurs twice, or this file system takes its name for another file's";
  CHECK(refusal_of(scene, member({"a", "1"}) + member({"a/b", "2"}) + tar_end()) == by + "\"a\"" + why);
  CHECK(refusal_of(scene, member({"a/b", "1"}) + member({"a", "2"}) + tar_end()) == by + "\"a\"" + why);
}

TEST_CASE("long, foreign and unprintable names arrive as they are") {
  Scene scene;
  const auto longest = std::string(255, 'n') + "/" + std::string(255, 'm');
  for (const std::string name :
       {longest.c_str(), "mod\xc3\xa8le.pt", "bad\xff.bin", "esc\x1b[2J", "back\\slash"}) {
    scene.list(name, 1);
  }
  std::string tar;
  for (const auto& file : scene.checkpoint.files) tar += member({file.path, "x"});
  CHECK(scene.download_tar(tar + tar_end()) == storage::Outcome::downloaded);
  for (const auto& file : scene.checkpoint.files) CHECK(read_file(scene.target / file.path) == "x");
  CHECK(scene.download_tar("") == storage::Outcome::already_complete);
}

TEST_CASE("an archive without entries is a checkpoint without files") {
  Scene scene;
  CHECK(scene.download_tar(tar_end()) == storage::Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"det-receipt.json", "metadata.json"});
}

}  // namespace
}  // namespace det::testing
