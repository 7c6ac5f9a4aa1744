#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "model/time.hpp"
#include "wire/place.hpp"

namespace det::wire {

// A list or an object, where a scalar was looked for.
struct Composite {};

// One JSON value as a parser hands it over; text is unescaped and belongs to the parser.
using Scalar =
    std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string_view, Composite>;

// The whole number that a value is or says; absent when it is none of 64 bits.
std::optional<std::int64_t> whole_number(const Scalar& value);

// What a field of the API means, in the forms in which a gateway may send it: 64-bit integers come as text,
// whole numbers may come as floating-point ones, NaN and infinities as words. Each throws Error{master},
// naming `place`, for every other kind of value.
std::string text(const Scalar& value, const Place& place);
bool flag(const Scalar& value, const Place& place);
std::int64_t integer(const Scalar& value, const Place& place);
// 0 or more, and below 2^63.
std::uint64_t size(const Scalar& value, const Place& place);
double number(const Scalar& value, const Place& place);
// A number that names a thing, as text; empty for 0, by which a gateway says that there is none.
std::string id(const Scalar& value, const Place& place);
model::Time time(const Scalar& value, const Place& place);

}  // namespace det::wire
