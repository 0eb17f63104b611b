//! `carillon.mass_schedule`: schedules a mass send. An operation of Carillon; the record of sends shows scheduled ones.

use carillon_domain::{account, send};
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CorpId, TaskId, UserId},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::exclusive::follow::message::{SendFields, declare_send};

/// The request of the v1.0 send, and the time.
#[derive(Deserialize, JsonSchema)]
struct Request {
    #[serde(flatten)]
    send: SendFields,
    /// When to send it, in ms since 1970: in the future, at most 366 days ahead.
    send_time: Timestamp,
    /// Userid of an operator of the account who schedules it, for the record; absent: none.
    #[schemars(length(max = 128))]
    operator_user_id: Option<UserId>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the send; it stays the same when it is sent.
    task_id: TaskId,
}

pub fn operation() -> Operation {
    let operation = Operation::v1("carillon.mass_schedule", "/v1.0/carillon/message/mass/schedule")
        .title("定时群发消息", "Send a message to many later")
        .purpose(
            "安排一次定时群发，字段与“服务窗群发消息”相同，另需发送时间。调用时检查内容和接收人；\
             接收人范围和额度在发送时才确定，届时被拒绝则变为发送失败并记录原因。",
            "Schedules a mass send with the fields of `mass.send` and a time. Content and names are \
             checked now; the audience and the quotas are determined when it is due. If it is refused \
             then, it fails, and its record has the reason.",
        );
    declare_send(operation)
        .example(json!({
            "unionid": "svcUnionId0001",
            "msg_type": "markdown",
            "uuid": "7d9f2c1e-0003",
            "is_to_all": false,
            "userid_list": ["user01"],
            "dep_id_list": [101],
            "roleIds": [2001],
            "msg_body": {
                "markdown": { "title": "Fire drill", "text": "**At ten** everybody leaves the building." },
            },
            "is_preview": false,
            "allow_comment": true,
            "comment_type": 0,
            "show_homepage": 1,
            "send_time": 1_760_086_400_000_i64,
            "operator_user_id": "user01",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let operator = request.operator_user_id;
    let new = request.send.into_send(call, operator.clone())?;
    if let Some(operator) = &operator {
        require_operator(tx, call.corp(), &new.account, operator)?;
    }
    let task_id = send::schedule(tx, &call.env, call.corp(), new, request.send_time)?;
    Ok(Response { task_id })
}

fn require_operator(tx: &Tx<'_>, corp: &CorpId, id: &AccountId, operator: &UserId) -> Result<()> {
    account::enabled(tx, corp, id)?;
    if tx.state().corp(corp)?.account_audience(id).operators.userids().any(|userid| userid == operator) {
        return Ok(());
    }
    Err(Error::invalid("operator_user_id", "is no operator of the account"))
}
