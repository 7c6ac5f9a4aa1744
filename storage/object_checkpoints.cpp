#include "storage/object_checkpoints.hpp"

#include <algorithm>
#include <utility>

#include "model/error.hpp"
#include "storage/metadata_file.hpp"
#include "storage/remote_exchange.hpp"

namespace det::storage {
namespace {

// A request for each small piece of an object would cost a round trip each.
constexpr std::size_t ahead_bytes = std::size_t{8} << 20U;

// What was read of an object beyond what was asked for.
struct Ahead {
  std::string name = {};
  std::uint64_t offset = 0;
  std::string bytes = {};  // fewer than ahead_bytes: the object ends with them

  bool holds(const std::string& wanted, ByteRange range) const {
    if (wanted != name || range.offset < offset || range.offset - offset > bytes.size()) return false;
    return bytes.size() < ahead_bytes || range.length <= bytes.size() - (range.offset - offset);
  }
};

// A folder of which nobody keeps anything: a bucket that is there lists nothing in it.
constexpr const char* nobodys_folder = ".det-is-it-there";

// Itself, or with a folder that it lies in.
bool is_chosen(std::string_view path, const Chosen& chosen) {
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (chosen(path.substr(0, slash + 1))) return true;
  }
  return !path.ends_with('/') && chosen(path);
}

// metadata.json, then marks of folders behind what is in them.
void order_for_removal(std::vector<StoredObject>& objects) {
  std::sort(objects.begin(), objects.end(), [](const auto& a, const auto& b) { return a.path > b.path; });
  std::stable_partition(objects.begin(), objects.end(),
                        [](const auto& object) { return object.path == metadata_name; });
}

class ObjectCheckpoints final : public CheckpointStore {
 public:
  explicit ObjectCheckpoints(std::unique_ptr<RemoteStore> store) : store_(std::move(store)) {}

  std::optional<std::vector<StoredObject>> list(const std::string& folder) const override {
    auto objects = store_->list(folder);
    if (!objects) return objects;
    for (const auto& object : *objects) require_object_name(object.path);
    return objects;
  }
  bool read(const std::string& name, ByteRange range, const ByteSink& sink) const override;
  void put(const std::string& name, const Pieces& bytes) override { store_->put(name, bytes); }
  void remove(const std::string& name) override { store_->remove(name); }

  std::string address() const override { return store_->address(); }
  void require_there() const override { store_->list(nobodys_folder); }
  Removed remove_checkpoint(const std::string& checkpoint) override;
  Removed remove_files(const std::string& checkpoint, const Chosen& chosen) override;

 private:
  std::string refusal_to_remove(const std::string& name);

  std::unique_ptr<RemoteStore> store_;
  mutable Ahead ahead_;
};

bool ObjectCheckpoints::read(const std::string& name, ByteRange range, const ByteSink& sink) const {
  if (range.length >= ahead_bytes) return store_->read(name, range, sink);
  if (!ahead_.holds(name, range)) {
    Ahead next{.name = name, .offset = range.offset};
    const auto keep = [&next](std::string_view piece) {
      next.bytes += piece;
      return true;
    };
    if (!store_->read(name, {range.offset, ahead_bytes}, keep)) return false;
    ahead_ = std::move(next);
  }
  const auto skipped = static_cast<std::size_t>(range.offset - ahead_.offset);
  const auto piece = std::string_view(ahead_.bytes).substr(skipped, static_cast<std::size_t>(range.length));
  if (!piece.empty()) sink(piece);
  return true;
}

// Empty: it is gone. Throws where another attempt may do better.
std::string ObjectCheckpoints::refusal_to_remove(const std::string& name) try {
  store_->remove(name);
  return {};
} catch (const Error& error) {
  const bool answered = error.http_status && !error.retryable;
  if (!answered && error.failure != Failure::integrity) throw;
  return error.message;
}

Removed ObjectCheckpoints::remove_checkpoint(const std::string& checkpoint) {
  auto removed = remove_files(checkpoint, [](std::string_view) { return true; });
  // The mark of the folder itself, which no list names.
  if (removed.left.empty()) removed.failure = refusal_to_remove(checkpoint + "/");
  return removed;
}

Removed ObjectCheckpoints::remove_files(const std::string& checkpoint, const Chosen& chosen) {
  require_checkpoint_name(checkpoint);
  auto objects = store_->list(checkpoint).value_or(std::vector<StoredObject>());
  order_for_removal(objects);
  Removed removed;
  bool is_held = false;
  for (const auto& [path, size, digest, version] : objects) {
    if (!is_held && is_chosen(path, chosen)) {
      const auto refusal = refusal_to_remove(checkpoint + "/" + path);
      if (refusal.empty()) continue;
      if (removed.failure.empty()) removed.failure = refusal;
      is_held = path == metadata_name;
    }
    removed.left.push_back({path, size});
  }
  std::sort(removed.left.begin(), removed.left.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return removed;
}

}  // namespace

std::unique_ptr<CheckpointStore> object_checkpoints(std::unique_ptr<RemoteStore> store) {
  return std::make_unique<ObjectCheckpoints>(std::move(store));
}

}  // namespace det::storage
