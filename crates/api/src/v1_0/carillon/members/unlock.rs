//! `carillon.member_unlock`: forgets wrong passwords of a member. An operation of Carillon.

use carillon_domain::contact::user;
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    operator::OperatorRole,
};
use carillon_wire::{Call, Context, Input, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::v1_0::{
    EmptyResponse,
    carillon::{LOCAL, UNKNOWN_MEMBER},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member, who may sign in again at once after too many wrong passwords.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_unlock", "/v1.0/carillon/members/{userId}/unlock")
        .title("解除成员的登录限制", "Unlock the sign-in of a member")
        .purpose(
            "清除成员密码输错的次数，使其可以立即再次登录；密码和登录会话不变。",
            "Forgets the wrong passwords of a member, who may sign in again at once. The password and the sessions stay as they are.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04" }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<EmptyResponse> {
    let (userid, corp) = (input.fields.user_id, call.corp().clone());
    let of = userid.clone();
    let noted = context.write(call, move |tx, call| {
        tx.member_no(call.corp(), &of)?.ok_or(Rule::UnknownUser)?;
        user::note_unlocked(tx, call.corp(), &of);
        Ok(())
    });
    noted.await?;
    context.sign_in_lock.unlock(&corp, &userid);
    Ok(EmptyResponse {})
}
