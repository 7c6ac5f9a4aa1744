#include "wire/user.hpp"

#include "wire/object.hpp"

namespace det::wire {

model::User decode_user(const model::Json& answer) {
  const Object fields(Object(answer, Place{"answer"}).field("user"), Place{"user"});
  model::User user;
  user.id = fields.id("id");
  user.username = fields.text("username");
  user.display_name = fields.text_or_empty("displayName");
  user.admin = fields.optional_flag("admin").value_or(false);
  user.active = fields.optional_flag("active").value_or(true);
  return user;
}

}  // namespace det::wire
