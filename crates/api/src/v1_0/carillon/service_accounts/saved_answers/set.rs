//! `carillon.saved_answer_set`: replaces a saved answer, which keeps its place. An operation of Carillon.

use carillon_domain::chat::saved_answer::{self, AnswerText};
use carillon_model::{
    error::Result,
    id::{AccountId, SavedAnswerId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::declare_writing;
use crate::v1_0::{EmptyResponse, carillon::operator_of};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The saved answer, by the `answerId` that `carillon.saved_answer_list` returns.
    answer_id: SavedAnswerId,
    /// The title by which operators find the answer: one line.
    #[schemars(length(min = 1, max = 50))]
    title: String,
    /// The text of the reply, plain text.
    #[schemars(length(min = 1, max = 5000))]
    content: String,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/saved-answers/{answerId}";
    declare_writing("carillon.saved_answer_set", path)
        .put()
        .title("修改常用回复", "Change a saved answer")
        .purpose(
            "替换一条常用回复的标题和内容，在列表中的位置不变。已经发出的回复不受影响。",
            "Replaces the title and text of a saved answer, which keeps its place in the list. Replies \
             that were sent with it stay.",
        )
        .example(json!({
            "unionid": "svcUnionId0001",
            "answerId": 8001,
            "title": "Opening hours",
            "content": "We are here from 9 to 17.",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let new = AnswerText { title: request.title, content: request.content };
    let of = (&request.unionid, request.answer_id);
    saved_answer::set(tx, &call.env, call.corp(), of, operator_of(call), &new)?;
    Ok(EmptyResponse {})
}
