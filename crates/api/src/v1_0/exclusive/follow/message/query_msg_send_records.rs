//! `mass.query_records`: the sends of an account, newest first.

use carillon_domain::{
    page::Page,
    send::{self, TitledRecord},
};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId, UserId},
    message::{MessageKind, SendSource, SendStatus},
    time::Timestamp,
};
use carillon_store::{RecordFilter, Tx};
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{INVALID_ACCOUNT, Success, UNKNOWN_ACCOUNT};
use crate::mass_message::MessageType;

/// The page distinguishes a malformed unionid from an unknown account. Decided: all unionids end in `iE`.
const NO_SUCH_ACCOUNT: Code = Code::both(800003, "推送号不存在", "publisher.not.exist", 400);

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The number of the page, from 1.
    #[schemars(range(min = 1))]
    page_number: i64,
    /// The most sends on a page. Decided: at most 100.
    #[schemars(range(min = 1, max = 100))]
    page_size: i64,
    /// Only sends sent, or to be sent, from this moment on, in ms since 1970.
    start_time: Option<Timestamp>,
    /// Only sends sent, or to be sent, up to this moment, in ms since 1970.
    end_time: Option<Timestamp>,
    /// 0 to be sent, 1 about to be sent, 2 sent, 3 failed, 4 recalled or cancelled; 2 when absent.
    #[schemars(extend("enum" = [0, 1, 2, 3, 4]))]
    status: Option<i64>,
    /// Only these kinds of message; all when absent.
    #[serde(rename = "msgTypeList")]
    #[schemars(length(max = 100))]
    msg_type_list: Option<Vec<MessageType>>,
    /// 0 all, 1 from the console, 2 from an operation; 2 if absent.
    #[schemars(extend("enum" = [0, 1, 2]))]
    msg_source: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    #[serde(flatten)]
    success: Success,
    /// The page of the record.
    result: Records,
}

/// A page.
#[derive(Serialize, JsonSchema)]
struct Records {
    /// The number of sends on all pages.
    total_count: i64,
    /// The number of sends on this page.
    item_count: usize,
    /// The sends of this page, newest first.
    items: Vec<Record>,
}

/// A send.
#[derive(Serialize, JsonSchema)]
struct Record {
    /// The id of the send, by which it is recalled and its record found.
    task_id: TaskId,
    /// When the message was or will be sent, in ms since 1970.
    send_time: Timestamp,
    /// When the send was requested, in ms since 1970.
    create_time: Timestamp,
    /// The kind of message that was sent.
    #[schemars(extend("enum" = ["text", "news_card", "image", "markdown", "action_card", "single_news_card", "link"]))]
    msg_type: &'static str,
    /// The title: the first line of a text, the first article of a card; absent for a picture and a card without articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The userid of the member who created it; absent if the send named none.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_user_id: Option<UserId>,
    /// Where the send was made: 1 in the console, 2 by an operation.
    #[schemars(extend("enum" = [1, 2]))]
    msg_source: i64,
}

pub fn operation() -> Operation {
    Operation::v1("mass.query_records", "/v1.0/exclusive/follow/message/queryMsgSendRecords")
        .title("查询消息发送记录", "Query the record of sends")
        .purpose(
            "分页查询服务号的群发记录，从新到旧。默认只返回由接口发送且已发送的记录；其他状态和来源需通过 `status` 和 `msg_source` 指定。DING 不在记录中；已停用的服务号返回错误。",
            "Lists the sends of a service account, newest first. Without `status` and `msg_source` these are the ones that operations made and that were sent. DINGs are not in the record; a disabled account is refused.",
        )
        .permission("qyapi_service_account_message")
        .error(Rule::AccountIdMalformed, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownAccount, NO_SUCH_ACCOUNT)
        .error(Rule::AccountDisabled, INVALID_ACCOUNT)
        .missing("unionid", UNKNOWN_ACCOUNT)
        .own_fault(codes::SYSTEM_ERROR)
        .example(json!({
            "unionid": "svcUnionId0001",
            "page_number": 1,
            "page_size": 20,
            "start_time": 1_760_000_000_000_i64,
            "end_time": 1_760_086_400_000_i64,
            "status": 0,
            "msgTypeList": ["text", "image"],
            "msg_source": 0,
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    if !request.unionid.as_str().ends_with("iE") {
        return Err(Rule::AccountIdMalformed.into());
    }
    let kinds = request.msg_type_list.unwrap_or_default().into_iter();
    let filter = RecordFilter {
        status: request.status.and_then(SendStatus::from_number).unwrap_or(SendStatus::Sent),
        from: request.start_time,
        to: request.end_time,
        kinds: kinds.map(|kind| MessageKind::from(kind).as_str()).collect(),
        source: SendSource::from_number(request.msg_source.unwrap_or(2)),
        held_are_waiting: true,
        now: call.env.now(),
    };
    let page = Page { start: request.page_number, size: request.page_size };
    let page = send::records(tx, call.corp(), &request.unionid, &filter, page)?;
    let items: Vec<Record> = page.items.into_iter().map(record).collect();
    let result = Records { total_count: page.total, item_count: items.len(), items };
    Ok(Response { success: Success::OK, result })
}

fn record(full: TitledRecord) -> Record {
    let TitledRecord { record, title } = full;
    Record {
        task_id: record.task,
        send_time: record.send_time,
        create_time: record.requested_at,
        msg_type: record.message.kind().as_str(),
        title,
        operator_user_id: record.operator,
        msg_source: record.source.number(),
    }
}
