//! `contacts.user_list_admin`: the administrators of the organisation.

use carillon_model::{app::AppType, contact::AdminLevel, error::Result, id::UserId};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The administrators, the main one first.
    result: Vec<Admin>,
}

/// An administrator.
#[derive(Serialize, JsonSchema)]
struct Admin {
    /// The userid of the administrator.
    userid: UserId,
    /// 1 for the main administrator, 2 for another one.
    #[schemars(extend("enum" = [1, 2]))]
    sys_level: u8,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_list_admin", "/topapi/user/listadmin")
        .title("获取管理员列表", "List administrators")
        .purpose(
            "列出企业的管理员，包括一名主管理员和各子管理员。这是通讯录意义上的管理员，与控制台的运营人员角色无关；\
             管理员用命令行设置，没有相应的接口。",
            "Lists the administrators of the organisation: the main one and the others. They are those of the \
             contacts, not the operators of the console; the command line sets them, and no operation does.",
        )
        .permission("qyapi_get_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let admins = tx.admins(call.corp())?.into_iter();
    let row = |(userid, level)| Admin {
        userid,
        sys_level: match level {
            AdminLevel::Main => 1,
            AdminLevel::Sub => 2,
        },
    };
    Ok(Response { result: admins.map(row).collect() })
}
