//! `carillon.system_release`: lets what a restored organisation holds back leave. An operation of Carillon.

use carillon_domain::system;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ROLES;
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Whether something was held back until now.
    released: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.system_release", "/v1.0/carillon/system/release")
        .title("恢复发送", "Let sends and events leave after a restore")
        .purpose(
            "企业从备份恢复后，为避免重复，定时群发和事件会暂停；确认后用这个接口恢复发送。已到时间的群发和等待中的事件随即发出，无法撤销；不需要的群发请先取消。没有暂停的内容时不做任何事。",
            "An organisation that was restored from a backup holds back its scheduled sends and its events, so that nothing leaves twice. This lets them leave: sends whose time has come and waiting events go out, so cancel first what should not. It does nothing if nothing is held back.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({}))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    Ok(Response { released: system::release(tx, call.corp())? })
}
