#include "storage/receipt.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/error.hpp"
#include "storage/file_list.hpp"
#include "storage/metadata_file.hpp"
#include "storage/relative_path.hpp"
#include "storage/sha256sums.hpp"
#include "storage/small_file.hpp"

namespace det::storage {
namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;
constexpr std::size_t largest_receipt = std::size_t{256} << 20U;
constexpr std::array<std::string_view, 3> origin_words{"from checkpoint", "written by det", "found in place"};
constexpr std::array digest_kinds{DigestKind::xxh3_128, DigestKind::crc32c, DigestKind::md5,
                                  DigestKind::sha256};
constexpr std::string_view cloned_word = "cloned, not hashed";

Json number(std::optional<double> value) {
  if (!value) return nullptr;
  if (std::isnan(*value)) return "NaN";
  if (std::isinf(*value)) return *value > 0 ? "Infinity" : "-Infinity";
  return *value;
}

std::optional<double> number_from(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "NaN") return std::nan("");
  if (value == "Infinity") return HUGE_VAL;
  if (value == "-Infinity") return -HUGE_VAL;
  return std::nullopt;
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// "xxh3_128": as a field is named.
std::string field_of(DigestKind kind) {
  std::string name(digest_name(kind));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// A name need not be text: one that is not UTF-8 stands there in hexadecimal.
Json file_to_json(const ReceiptFile& file) {
  Json json;
  if (is_utf8(file.path)) {
    json["path"] = file.path;
  } else {
    json["path_hex"] = to_hex(file.path);
  }
  json["size"] = file.size_bytes;
  json["mtime_ns"] = file.modified_ns;
  json["verified"] = file.proof.checked ? digest_name(*file.proof.checked) : "size";
  for (const auto& digest : file.proof.digests) json[field_of(digest.kind)] = hex(digest);
  if (file.proof.cloned && file.proof.digests.empty()) json["hashed"] = cloned_word;
  return json;
}

DigestKind kind_from(std::string_view word) {
  const auto kind = digest_kind(word);
  if (!kind) throw Error(Failure::integrity, "unknown digest");
  return *kind;
}

FileProof proof_from(const Json& json) {
  FileProof proof;
  const auto verified = json.at("verified").get<std::string>();
  if (verified != "size") proof.checked = kind_from(verified);
  for (const auto kind : digest_kinds) {
    const auto field = json.find(field_of(kind));
    if (field == json.end()) continue;
    auto digest = digest_from_hex(kind, field->get<std::string>());
    if (!digest) throw Error(Failure::integrity, "no digest");
    proof.digests.push_back(std::move(*digest));
  }
  proof.cloned = json.value("hashed", "") == cloned_word;
  return proof;
}

ReceiptFile file_from(const Json& json) {
  ReceiptFile file;
  file.path = json.contains("path_hex") ? from_hex(json.at("path_hex").get<std::string>())
                                        : json.at("path").get<std::string>();
  file.size_bytes = json.at("size").get<std::uint64_t>();
  file.modified_ns = json.at("mtime_ns").get<std::int64_t>();
  file.proof = proof_from(json);
  return file;
}

Json to_json(const Choice& choice) {
  if (choice.metric.empty()) return nullptr;
  return {{"name", choice.metric},
          {"value", number(choice.value)},
          {"smaller_is_better", choice.smaller_is_better},
          {"rank", choice.rank == 0 ? Json(nullptr) : Json(choice.rank)}};
}

Choice choice_from(const Json& json) {
  if (json.is_null()) return {};
  Choice choice;
  choice.metric = json.at("name").get<std::string>();
  choice.value = number_from(json.at("value"));
  choice.smaller_is_better = json.at("smaller_is_better").get<bool>();
  choice.rank = json.at("rank").is_null() ? 0 : json.at("rank").get<int>();
  return choice;
}

Json to_json(const FileSelection& selection) {
  return {{"include", selection.include}, {"exclude", selection.exclude}};
}

FileSelection selection_from(const Json& json) {
  return {json.at("include").get<std::vector<std::string>>(),
          json.at("exclude").get<std::vector<std::string>>()};
}

MetadataOrigin origin_from(const Json& json) {
  const auto word = json.get<std::string>();
  const auto found = std::find(origin_words.begin(), origin_words.end(), word);
  if (found == origin_words.end()) throw Error(Failure::integrity, "unknown origin of metadata.json");
  return static_cast<MetadataOrigin>(found - origin_words.begin());
}

Receipt decoded(const Json& json) {
  if (json.at("version").get<int>() != version) throw Error(Failure::integrity, "another version");
  Receipt receipt;
  receipt.source_address = json.at("source").get<std::string>();
  receipt.experiment_id = json.at("experiment").get<std::string>();
  receipt.trial_id = json.at("trial").get<std::string>();
  receipt.checkpoint_id = json.at("checkpoint").get<std::string>();
  const auto& steps = json.at("steps_completed");
  if (!steps.is_null()) receipt.steps_completed = steps.get<std::int64_t>();
  receipt.choice = choice_from(json.at("metric"));
  receipt.route = json.at("route").get<std::string>();
  receipt.downloaded_at = json.at("downloaded_at").get<std::string>();
  receipt.metadata_origin = origin_from(json.at("metadata_json"));
  if (json.contains("metadata_file")) receipt.metadata_file = file_from(json.at("metadata_file"));
  if (json.contains("sha256sums_file")) receipt.sums_file = file_from(json.at("sha256sums_file"));
  if (json.contains("selection")) receipt.selection = selection_from(json.at("selection"));
  for (const auto& file : json.at("files")) receipt.files.push_back(file_from(file));
  return receipt;
}

// Names of a receipt are as hostile as those of a list.
void require_sound_names(const Receipt& receipt) {
  std::vector<model::CheckpointFile> files;
  for (const auto& file : receipt.files) {
    if (!file.path.empty() && file.path.back() == '/') throw Error(Failure::integrity, "a folder as a file");
    files.push_back({file.path, file.size_bytes});
  }
  const FileList checked(files);
  const bool as_written = (!receipt.metadata_file || receipt.metadata_file->path == metadata_name) &&
                          (!receipt.sums_file || receipt.sums_file->path == sums_name);
  if (!as_written) throw Error(Failure::integrity, "a file of det's own under another name");
}

}  // namespace

std::string to_text(const Receipt& receipt) {
  Json json;
  json["version"] = version;
  json["tool"] = "det " DET_VERSION;
  json["source"] = receipt.source_address;
  json["experiment"] = receipt.experiment_id;
  json["trial"] = receipt.trial_id;
  json["checkpoint"] = receipt.checkpoint_id;
  json["steps_completed"] = receipt.steps_completed ? Json(*receipt.steps_completed) : Json(nullptr);
  json["metric"] = to_json(receipt.choice);
  json["route"] = receipt.route;
  json["downloaded_at"] = receipt.downloaded_at;
  json["metadata_json"] = origin_words.at(static_cast<std::size_t>(receipt.metadata_origin));
  if (receipt.metadata_file) json["metadata_file"] = file_to_json(*receipt.metadata_file);
  if (receipt.sums_file) json["sha256sums_file"] = file_to_json(*receipt.sums_file);
  if (receipt.selection) json["selection"] = to_json(*receipt.selection);
  json["files_without_digest"] = std::count_if(receipt.files.begin(), receipt.files.end(),
                                               [](const auto& file) { return !file.proof.checked; });
  json["files"] = Json::array();
  for (const auto& file : receipt.files) json["files"].push_back(file_to_json(file));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::optional<Receipt> receipt_from(std::string_view text) {
  try {
    auto receipt = decoded(Json::parse(text));
    require_sound_names(receipt);
    return receipt;
  } catch (const std::exception&) {  // of the parser, of a conversion, of a check: it is no receipt of ours
    return std::nullopt;
  }
}

std::optional<Receipt> read_receipt(const std::filesystem::path& directory) {
  const auto text = small_file(AT_FDCWD, (directory / receipt_name).native(), largest_receipt);
  return text ? receipt_from(*text) : std::nullopt;
}

}  // namespace det::storage
