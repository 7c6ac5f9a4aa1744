#include "tests/unit/storage/s3_scene.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "storage/s3_store.hpp"

namespace det::testing {

Variables own_keys() {
  return {{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "SECRET"}};
}

AskedS3::AskedS3(const Named& named, const Variables& variables) {
  model::StorageConfiguration configuration;
  configuration.type = "s3";
  configuration.bucket = named.bucket;
  configuration.prefix = named.prefix;
  configuration.endpoint_url = named.endpoint_url;
  configuration.access_key = named.access_key;
  configuration.secret_key = named.secret_key;
  const auto environment = [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  const auto now = [] { return std::chrono::system_clock::from_time_t(1369353600); };
  store = storage::s3_store(configuration,
                            {.environment = environment, .home = "", .transport = fake, .now = now});
}

std::string AskedS3::listed(const std::string& folder) const {
  const auto objects = store->list(folder);
  if (!objects) return "absent";
  std::string text;
  for (const auto& object : *objects) {
    text += object.path + " " + std::to_string(object.size_bytes) + " " + object.version +
            (object.digest ? " " + std::string(digest_name(object.digest->kind)) : "") + "\n";
  }
  return text;
}

std::string AskedS3::read(const std::string& name, storage::ByteRange range) const {
  std::string got = "[";
  const bool there = store->read(name, range, [&](std::string_view piece) {
    got += piece;
    return true;
  });
  return there ? got + "]" : "absent";
}

void AskedS3::put(const std::string& name, const std::string& piece, int times) const {
  store->put(name, [&piece, times, given = 0]() mutable {
    return given++ < times ? std::string_view(piece) : std::string_view();
  });
}

std::string s3_error(const std::string& code, const std::string& message, const std::string& more) {
  return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + message + "</Message>" + more +
         "<RequestId>1</RequestId></Error>";
}

Answer with(Answer made, std::vector<http::Header> headers) {
  made.headers = std::move(headers);
  return made;
}

}  // namespace det::testing
