#include "master/connection.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace det::master {
namespace {

// So many statements stay prepared; the texts of filters vary.
constexpr std::size_t most_kept = 256;
constexpr int patience_ms = 10'000;
constexpr const char* not_a_number = "NaN";

Failure failure_of(int code) {
  switch (code) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return Failure::local_disk;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Failure::integrity;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Failure::held;
    default:
      return Failure::unclassified;
  }
}

Error catalogue_error(const SQLite::Exception& exception) {
  const int code = exception.getErrorCode();
  if (code == SQLITE_FULL) return Error(Failure::local_disk, "cannot write the catalogue: the disk is full");
  return Error(failure_of(code), fmt::format("the catalogue failed: {}", exception.what()));
}

// What SQLite throws in `act`, as an Error.
template <typename Act>
decltype(auto) translated(const Act& act) {
  try {
    return act();
  } catch (const SQLite::Exception& exception) {
    throw catalogue_error(exception);
  }
}

int mode_of(Connection::Access access) {
  const int direction =
      access == Connection::Access::read_write ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY;
  return direction | SQLite::OPEN_NOMUTEX | SQLite::OPEN_NOFOLLOW;
}

}  // namespace

struct Connection::State {
  State(const std::filesystem::path& file, Access access)
      : database(file.native(), mode_of(access), patience_ms) {}

  std::unique_ptr<SQLite::Statement> take(const std::string& sql) {
    const auto found = idle.find(sql);
    if (found == idle.end()) return std::make_unique<SQLite::Statement>(database, sql);
    auto statement = std::move(found->second);
    idle.erase(found);
    return statement;
  }

  void give_back(std::string sql, std::unique_ptr<SQLite::Statement> statement) {
    statement->tryReset();
    statement->clearBindings();
    if (idle.size() < most_kept) idle.emplace(std::move(sql), std::move(statement));
  }

  SQLite::Database database;  // outlives its statements
  std::multimap<std::string, std::unique_ptr<SQLite::Statement>, std::less<>> idle;
};

Statement::Statement(Connection& connection, std::string_view sql)
    : connection_(&connection),
      sql_(sql),
      statement_(translated([&] { return connection.state_->take(sql_); })) {}

Statement::Statement(Statement&& other) noexcept = default;

Statement::~Statement() {
  if (statement_) connection_->state_->give_back(std::move(sql_), std::move(statement_));
}

Statement& Statement::bind(std::nullopt_t) {
  translated([&] { statement_->bind(++parameter_); });
  return *this;
}

Statement& Statement::bind(bool value) {
  return bind(std::int64_t{value ? 1 : 0});
}

Statement& Statement::bind(int value) {
  return bind(std::int64_t{value});
}

Statement& Statement::bind(std::int64_t value) {
  translated([&] { statement_->bind(++parameter_, value); });
  return *this;
}

Statement& Statement::bind(double value) {
  if (std::isnan(value)) return bind(not_a_number);
  translated([&] { statement_->bind(++parameter_, value); });
  return *this;
}

Statement& Statement::bind(std::string_view value) {
  translated([&] { statement_->bind(++parameter_, std::string(value)); });
  return *this;
}

Statement& Statement::bind(Blob value) {
  // SQLite takes a null pointer for NULL, also with size 0.
  const char* bytes = value.bytes.empty() ? "" : value.bytes.data();
  translated([&] { statement_->bind(++parameter_, bytes, static_cast<int>(value.bytes.size())); });
  return *this;
}

Statement& Statement::bind(model::Time value) {
  return bind(std::int64_t{value.time_since_epoch().count()});
}

bool Statement::step() {
  column_ = 0;
  return translated([&] { return statement_->executeStep(); });
}

std::int64_t Statement::run() {
  return translated([&] { return statement_->exec(); });
}

bool Statement::next_is_null() {
  return statement_->isColumnNull(column_);
}

std::int64_t Statement::integer() {
  return translated([&] { return statement_->getColumn(column_++).getInt64(); });
}

double Statement::number() {
  return translated([&] {
    const auto column = statement_->getColumn(column_++);
    return column.isText() ? std::numeric_limits<double>::quiet_NaN() : column.getDouble();
  });
}

std::string Statement::text() {
  return translated([&] { return statement_->getColumn(column_++).getString(); });
}

model::Time Statement::time() {
  return model::Time(std::chrono::microseconds(integer()));
}

std::optional<std::int64_t> Statement::optional_integer() {
  if (!next_is_null()) return integer();
  ++column_;
  return std::nullopt;
}

std::optional<double> Statement::optional_number() {
  if (!next_is_null()) return number();
  ++column_;
  return std::nullopt;
}

std::optional<std::string> Statement::optional_text() {
  if (!next_is_null()) return text();
  ++column_;
  return std::nullopt;
}

std::optional<model::Time> Statement::optional_time() {
  if (!next_is_null()) return time();
  ++column_;
  return std::nullopt;
}

Connection::Connection(const std::filesystem::path& file, Access access)
    : state_(translated([&] { return std::make_unique<State>(file, access); })) {}

Connection::~Connection() = default;

void Connection::execute_script(const std::string& sql) {
  translated([&] { state_->database.exec(sql); });
}

std::int64_t Connection::last_id() const {
  return state_->database.getLastInsertRowid();
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(state_->database.getHandle()) == 0;
}

void Connection::roll_back() noexcept {
  // It fails only where SQLite has ended the transaction by itself.
  sqlite3_exec(state_->database.getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace det::master
