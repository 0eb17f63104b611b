//! `carillon.picture_get`: a picture of the library, and what shows it. An operation of Carillon.

use carillon_domain::picture::{self, PictureUse};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId, SendDraftId, TaskId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{PictureRequest, PictureRow, UNKNOWN_PICTURE, declare_reading};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(flatten)]
    picture: PictureRow,
    /// What shows the picture, at most 20 of each kind. A picture with uses cannot be deleted.
    uses: Vec<UseRow>,
    /// Whether accounts that the caller does not manage show the picture; `uses` leaves those out.
    used_elsewhere: bool,
}

/// A place that shows a picture.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UseRow {
    /// `articleDraft` or `article` (its published copy), `account` (avatar or cover), `menu`, `autoReply`, `send`, `sendDraft`,
    /// `conversation`, or `logo` of the organisation.
    #[schemars(extend("enum" = [
        "articleDraft", "article", "account", "menu", "autoReply", "send", "sendDraft", "conversation", "logo",
    ]))]
    kind: &'static str,
    /// The service account that shows the picture; absent for the logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<AccountId>,
    /// The article that shows the picture, for `articleDraft` and `article`; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    article_id: Option<ArticleId>,
    /// The title of the article's draft; absent if no article shows the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// For `send`: the send that shows the picture, also one for later; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<TaskId>,
    /// For `sendDraft`: the draft of a send that shows the picture; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    draft_id: Option<SendDraftId>,
}

pub fn operation() -> Operation {
    declare_reading("carillon.picture_get", "/v1.0/carillon/pictures/{mediaId}")
        .get()
        .title("查询图片及使用位置", "Get a picture and what shows it")
        .purpose(
            "查询素材库中的一张图片及其使用位置，例如判断能否删除。不检查文章的历史版本。",
            "Returns a picture of the library and what shows it, so that the caller knows whether it can \
             be deleted. Earlier versions of articles are not looked at.",
        )
        .error(Rule::UnknownMedia, UNKNOWN_PICTURE)
        .example(json!({ "unionid": "svcUnionId0001", "mediaId": "@lApicture0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: PictureRequest) -> Result<Response> {
    let picture = picture::get(tx, call.corp(), &request.unionid, &request.media_id)?;
    let uses: Vec<UseRow> =
        picture::uses(tx, call.corp(), &request.media_id)?.into_iter().map(UseRow::of).collect();
    let accounts = call.accounts();
    let is_visible = |row: &UseRow| row.unionid.as_ref().is_none_or(|account| accounts.contains(account));
    let (uses, elsewhere): (Vec<_>, Vec<_>) = uses.into_iter().partition(is_visible);
    Ok(Response { picture: PictureRow::of(picture), uses, used_elsewhere: !elsewhere.is_empty() })
}

impl UseRow {
    fn of(of: PictureUse) -> Self {
        let row = |kind, account: Option<AccountId>| Self {
            kind,
            unionid: account,
            article_id: None,
            title: None,
            task_id: None,
            draft_id: None,
        };
        match of {
            PictureUse::Article { account, id, title, is_published } => Self {
                article_id: Some(id),
                title: Some(title),
                ..row(if is_published { "article" } else { "articleDraft" }, Some(account))
            },
            PictureUse::Account(account) => row("account", Some(account)),
            PictureUse::Menu(account) => row("menu", Some(account)),
            PictureUse::AutoReply(account) => row("autoReply", Some(account)),
            PictureUse::Send(account, task) => Self { task_id: Some(task), ..row("send", Some(account)) },
            PictureUse::SendDraft(account, draft) => {
                Self { draft_id: Some(draft), ..row("sendDraft", Some(account)) }
            }
            PictureUse::Conversation(account) => row("conversation", Some(account)),
            PictureUse::Logo => row("logo", None),
        }
    }
}
