#include "model/error.hpp"

#include <catch2/catch.hpp>

TEST_CASE("an error keeps its cause when a layer adds what was being done") {
  const auto error =
      det::Error(det::Failure::not_found, "trial '7' not found").within("failed to describe trial");
  CHECK(error.message == "failed to describe trial: trial '7' not found");
  CHECK(error.cause == "trial '7' not found");
  CHECK(error.failure == det::Failure::not_found);
}
