// A checker for the part of JSON Schema that our own schema files use: type, const, enum, required,
// properties, additionalProperties, items, minimum, maximum, allOf, oneOf, and $ref into $defs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace inflight::testing {

class SchemaChecker {
 public:
  explicit SchemaChecker(nlohmann::json schema) : root_(std::move(schema)) {}

  // Empty if the value is valid, else the first violation with its path.
  std::string check(const nlohmann::json& value) const { return check(root_, value, "$"); }

 private:
  using Json = nlohmann::json;

  static bool has_type(const Json& value, const std::string& type) {
    if (type == "number") return value.is_number();
    if (type == "integer") return value.is_number_integer();
    if (type == "null") return value.is_null();
    return type == value.type_name();
  }

  std::string check(const Json& schema, const Json& value, const std::string& path) const {
    if (schema.contains("$ref")) {
      const std::string pointer = schema["$ref"].get<std::string>().substr(1);
      const std::string error = check(root_.at(Json::json_pointer(pointer)), value, path);
      if (!error.empty()) return error;
    }
    if (schema.contains("type")) {
      const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
      bool any = false;
      for (const Json& type : types) any = any || has_type(value, type.get<std::string>());
      if (!any) return path + ": type " + value.type_name() + " is not " + schema["type"].dump();
    }
    if (schema.contains("const") && schema["const"] != value) return path + ": wrong constant";
    if (schema.contains("enum")) {
      bool any = false;
      for (const Json& one : schema["enum"]) any = any || one == value;
      if (!any) return path + ": " + value.dump() + " is not one of the allowed values";
    }
    if (schema.contains("minimum") && value < schema["minimum"]) return path + ": too small";
    if (schema.contains("maximum") && value > schema["maximum"]) return path + ": too large";
    if (const std::string error = check_members(schema, value, path); !error.empty()) return error;
    return check_combined(schema, value, path);
  }

  std::string check_members(const Json& schema, const Json& value, const std::string& path) const {
    for (const Json& name : schema.value("required", Json::array())) {
      if (!value.contains(name)) return path + ": " + name.get<std::string>() + " is missing";
    }
    const Json properties = schema.value("properties", Json::object());
    const bool closed = schema.contains("additionalProperties");
    if (value.is_object()) {
      for (const auto& [name, member] : value.items()) {
        if (!properties.contains(name)) {
          if (closed) return path + ": " + name + " is not expected";
          continue;
        }
        const std::string error = check(properties[name], member, path + "." + name);
        if (!error.empty()) return error;
      }
    }
    if (!schema.contains("items") || !value.is_array()) return {};
    for (const Json& item : value) {
      const std::string error = check(schema["items"], item, path + "[]");
      if (!error.empty()) return error;
    }
    return {};
  }

  std::string check_combined(const Json& schema, const Json& value, const std::string& path) const {
    for (const Json& part : schema.value("allOf", Json::array())) {
      if (const std::string error = check(part, value, path); !error.empty()) return error;
    }
    if (!schema.contains("oneOf")) return {};
    int matches = 0;
    std::string errors;
    for (const Json& part : schema["oneOf"]) {
      const std::string error = check(part, value, path);
      matches += error.empty() ? 1 : 0;
      errors += error + "; ";
    }
    return matches == 1 ? std::string() : path + ": not exactly one alternative: " + errors;
  }

  Json root_;
};

}  // namespace inflight::testing
