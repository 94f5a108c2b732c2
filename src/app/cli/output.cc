#include "app/cli/output.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace plaza::app {
namespace {

std::string TextOf(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::to_string(std::get<uint64_t>(value));
}

nlohmann::ordered_json JsonOf(const Row& row) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& field : row)
    std::visit([&](const auto& value) { json[field.first] = value; }, field.second);
  return json;
}

void PrintText(const Row& row) {
  size_t width = 0;
  for (const auto& [name, value] : row) width = std::max(width, name.size());
  for (const auto& [name, value] : row)
    std::printf("%-*s  %s\n", static_cast<int>(width), name.c_str(), TextOf(value).c_str());
}

}  // namespace

int Fail(const base::Error& error) {
  const bool named = error.field.empty() || error.message.starts_with(error.field + " ");
  const std::string field = named ? "" : error.field + ": ";
  std::fprintf(stderr, "plaza: %s%s\n", field.c_str(), error.message.c_str());
  return 1;
}

void PrintRow(const Row& row, bool json) {
  if (json) {
    std::printf("%s\n", JsonOf(row).dump().c_str());
  } else {
    PrintText(row);
  }
}

void PrintRows(const std::vector<Row>& rows, bool json) {
  if (json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Row& row : rows) list.push_back(JsonOf(row));
    std::printf("%s\n", list.dump().c_str());
    return;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) std::printf("\n");
    PrintText(rows[i]);
  }
}

}  // namespace plaza::app
