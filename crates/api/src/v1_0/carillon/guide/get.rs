//! `carillon.guide_get`: what an owner of an empty organisation does next. An operation of Carillon.

use carillon_domain::guide;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{GuideView, ROLES};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

pub fn operation() -> Operation {
    Operation::v1("carillon.guide_get", "/v1.0/carillon/guide")
        .get()
        .title("查询入门步骤", "Get the first steps")
        .purpose(
            "查询新企业的入门步骤及完成情况：添加成员、启用服务号、写图文、群发、创建应用。是否完成由企业现有的数据判断，不能手动标记。",
            "Returns the first steps of a new organisation: members, a service account, an article, a send, an app. What is stored decides whether a step is done; nobody marks it.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<GuideView> {
    Ok(guide::get(tx, call.corp())?.into())
}
