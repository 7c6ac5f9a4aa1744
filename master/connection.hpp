#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/time.hpp"

namespace SQLite {
class Statement;
}

namespace det::master {

// Bytes that are no text, as a value of a statement.
struct Blob {
  std::string_view bytes;
};

class Connection;

// A statement of a Connection, which keeps it prepared: given back when this is destroyed. Binding and
// reading go from left to right, each call taking the next parameter or column. An optional stands for NULL
// when it is empty; a NaN is kept as the text 'NaN', for SQLite has none. All throw Error, as Connection
// says.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(std::nullopt_t);
  Statement& bind(bool value);
  Statement& bind(int value);
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  Statement& bind(const std::string& value) { return bind(std::string_view(value)); }
  Statement& bind(const char* value) { return bind(std::string_view(value)); }
  Statement& bind(Blob value);
  Statement& bind(model::Time value);
  template <typename Value>
  Statement& bind(const std::optional<Value>& value) {
    return value ? bind(*value) : bind(std::nullopt);
  }

  // Moves to the next row; false: there is none.
  bool step();
  // For a statement that gives no rows. Returns how many rows it changed.
  std::int64_t run();

  bool flag() { return integer() != 0; }
  std::int64_t integer();
  double number();
  std::string text();
  model::Time time();
  // Absent for NULL.
  std::optional<std::int64_t> optional_integer();
  std::optional<double> optional_number();
  std::optional<std::string> optional_text();
  std::optional<model::Time> optional_time();

 private:
  bool next_is_null();

  Connection* connection_;
  std::string sql_;
  std::unique_ptr<SQLite::Statement> statement_;
  int parameter_ = 0;
  int column_ = 0;
};

// One connection to the catalogue; of one thread at a time. Everything that goes wrong is an Error:
// local_disk for a disk that is full or fails, integrity for a damaged file, unclassified for a statement
// that is refused.
class Connection {
 public:
  enum class Access { read_write, read_only };

  // The file exists.
  Connection(const std::filesystem::path& file, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One statement; the values are bound in their order.
  template <typename... Values>
  Statement query(std::string_view sql, const Values&... values) {
    Statement statement(*this, sql);
    (statement.bind(values), ...);
    return statement;
  }

  // The same for one that gives no rows: how many rows it changed.
  template <typename... Values>
  std::int64_t execute(std::string_view sql, const Values&... values) {
    return query(sql, values...).run();
  }

  // Several statements without values, which are not kept.
  void execute_script(const std::string& sql);

  std::int64_t last_id() const;
  // Whether a transaction is open: SQLite ends it by itself when the disk fails.
  bool in_transaction() const;
  // Ends the open transaction, if there is one, without what was written in it.
  void roll_back() noexcept;

 private:
  friend class Statement;
  struct State;

  std::unique_ptr<State> state_;
};

}  // namespace det::master
