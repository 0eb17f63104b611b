//! `carillon.conversation_list`: the conversations of a service account. An operation of Carillon.

use carillon_domain::chat::operator::{self, ConversationFilter, ListedConversation};
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CorpId, MemberNo, SendSeq, UserId},
    time::Timestamp,
};
use carillon_store::{AssigneeFilter, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{MessageRow, declare};

/// Conversations on a page if the request names no size.
const DEFAULT_PAGE_SIZE: i64 = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Which conversations to list, and in which order; `waiting` if absent.
    show: Option<Show>,
    /// Only conversations that are assigned to this operator, by userid; those of all if absent.
    #[schemars(length(min = 1, max = 128))]
    operator_id: Option<UserId>,
    /// True for conversations that are assigned to nobody; cannot be combined with `operatorId`. All if absent.
    unassigned: Option<bool>,
    /// `nextToken` of the previous page; absent for the first page. It is valid only with the same `show`.
    #[schemars(length(max = 64))]
    next_token: Option<String>,
    /// The number of conversations on a page; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<i64>,
}

/// Which conversations a list has.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Show {
    /// Conversations whose members wait for a reply, the longest waiting first.
    Waiting,
    /// All conversations, the one with the newest message first.
    All,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The conversations of this page, in the order that `show` states.
    conversations: Vec<ConversationRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A conversation.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ConversationRow {
    /// Userid of the member; absent if the member has left the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// The name of the member; absent if it is not known any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// When the member wrote the first message without a reply, in ms since 1970; absent if the member does not wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_since: Option<Timestamp>,
    /// The newest message of the conversation; absent if it was removed because of its age.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message: Option<MessageRow>,
    /// Userid of the operator to whom the conversation is assigned; absent if it is assigned to nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_id: Option<UserId>,
}

pub fn operation() -> Operation {
    declare("carillon.conversation_list", "/v1.0/carillon/service-accounts/{unionid}/conversations")
        .get()
        .title("查询服务号会话列表", "List the conversations of a service account")
        .purpose(
            "分页查询服务号与成员的会话：默认只列出等待回复的，等待最久的在前；也可以查询全部，\
             或按负责人筛选。",
            "Lists the conversations of a service account in pages: by default those that wait for a \
             reply, the longest waiting first. They can be limited to an operator, or to those of nobody.",
        )
        .example(
            json!({ "unionid": "svcUnionId0001", "show": "waiting", "unassigned": true, "maxResults": 20 }),
        )
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    tx.state().corp(call.corp())?.account(&request.unionid)?;
    let show = request.show.unwrap_or(Show::Waiting);
    let filter = filter(show, request.next_token.as_deref())?;
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    // One more than requested shows whether there is a next page.
    let assignee = match (&request.operator_id, request.unassigned) {
        (Some(_), Some(true)) => {
            return Err(Error::invalid("unassigned", "cannot be combined with operatorId"));
        }
        (Some(userid), _) => {
            let member = tx.member_no(call.corp(), userid)?;
            AssigneeFilter::Operator(member.ok_or_else(|| Error::invalid("operatorId", "is no member"))?)
        }
        (None, Some(true)) => AssigneeFilter::Nobody,
        (None, _) => AssigneeFilter::Any,
    };
    let mut found = operator::conversations(tx, call.corp(), &request.unionid, assignee, filter, size + 1)?;
    let has_more = i64::try_from(found.len()).is_ok_and(|found| found > size);
    if has_more {
        found.pop();
    }
    let next_token = found.last().filter(|_| has_more).map(|last| match show {
        Show::Waiting => {
            format!("{}-{}", last.waiting_since.map_or(i64::MAX, |since| since.0), last.member.0)
        }
        Show::All => last.last_seq.0.to_string(),
    });
    let rows = found.into_iter().map(|listed| row(tx, call.corp(), listed));
    Ok(Response { conversations: rows.collect::<Result<_>>()?, next_token })
}

fn filter(show: Show, token: Option<&str>) -> Result<ConversationFilter> {
    let filter = match (show, token) {
        (Show::Waiting, None) => Some(ConversationFilter::Waiting(Timestamp(i64::MIN), MemberNo(0))),
        (Show::Waiting, Some(token)) => token.split_once('-').and_then(|(since, member)| {
            let (since, member) = (since.parse().ok()?, member.parse().ok()?);
            Some(ConversationFilter::Waiting(Timestamp(since), MemberNo(member)))
        }),
        (Show::All, None) => Some(ConversationFilter::All(SendSeq(i64::MAX))),
        (Show::All, Some(token)) => token.parse().ok().map(|seq| ConversationFilter::All(SendSeq(seq))),
    };
    filter.ok_or_else(|| Error::invalid("nextToken", "is not that of a previous page"))
}

fn row(tx: &mut Tx<'_>, corp: &CorpId, listed: ListedConversation) -> Result<ConversationRow> {
    let present = tx.member_name(corp, listed.member)?;
    Ok(ConversationRow {
        user_id: present.map(|(userid, _)| userid),
        name: listed.named.map(|named| named.name),
        waiting_since: listed.waiting_since,
        last_message: listed.last.map(MessageRow::of),
        operator_id: listed.assignee.map(|assignee| UserId::from(assignee.userid)),
    })
}
