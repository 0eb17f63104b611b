//! `contacts.user_list_admin`: the administrators of the organisation.

use carillon_model::{app::AppType, contact::AdminLevel, error::Result, id::UserId};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The request: nothing.
#[derive(Deserialize, JsonSchema)]
struct Request {}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The administrators, the main one first.
    result: Vec<Admin>,
}

/// An administrator.
#[derive(Serialize, JsonSchema)]
struct Admin {
    /// The member.
    userid: UserId,
    /// 1 for the main administrator, 2 for another one.
    #[schemars(extend("enum" = [1, 2]))]
    sys_level: u8,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("contacts.user_list_admin", "/topapi/user/listadmin")
        .title("获取管理员列表", "List administrators")
        .permission("qyapi_get_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let admins = tx.admins(call.corp())?.into_iter();
    let shown = |(userid, level)| Admin {
        userid,
        sys_level: match level {
            AdminLevel::Main => 1,
            AdminLevel::Sub => 2,
        },
    };
    Ok(Response { result: admins.map(shown).collect() })
}
