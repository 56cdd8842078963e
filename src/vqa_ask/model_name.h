// Whether a server has the model that was asked for, and whether that one answered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vqa_ask/chat_messages.h"
#include "vqa_ask/secret_key.h"

namespace mestr::internal {

// The names by which the model that a user calls `wanted` may answer. Of a model that is a file the
// file's name, with or without its ending, is a name, too. Throws Error{kModel} with the names that
// there are, without `key`, where none of `models` is it.
std::vector<std::string> AnsweringNames(const std::string& wanted,
                                        const std::vector<ModelNames>& models,
                                        const SecretKey& key);

// True for one of the names, and for a version of it: "name-2024-08-06", "name@main".
bool IsAnsweringName(std::string_view answered, const std::vector<std::string>& names);

}  // namespace mestr::internal
