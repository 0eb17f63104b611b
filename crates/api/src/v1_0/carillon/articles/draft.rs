//! `carillon.article_save`: replaces the draft of an article, unless somebody else changed it meanwhile. An operation of Carillon.

use carillon_domain::article::{self, DraftChange, Saved};
use carillon_model::{
    article::ArticleText,
    error::{Result, Rule},
    id::{AccountId, ArticleId, MediaId},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ViewScope, declare_on_one, require_title};
use crate::{
    topapi::material::non_blank,
    v1_0::{carillon::operator_of, exclusive::follow::message::UNKNOWN_ACCOUNT},
};

/// The whole draft: an absent summary or cover is removed.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article, by the `articleId` that `carillon.article_list` returns.
    article_id: ArticleId,
    /// The revision of the draft that the caller changed, as the last read or save returned it.
    #[schemars(range(min = 0))]
    revision: i64,
    /// The title of the article; must not be blank.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// The content in HTML. It is stored unchanged and sanitized for display.
    #[schemars(length(max = 500_000))]
    content: String,
    /// The summary, plain text; absent: none.
    #[schemars(length(max = 1024))]
    digest: Option<String>,
    /// The media id of the cover, an uploaded picture; absent: none.
    #[schemars(length(max = 128))]
    thumb_media_id: Option<MediaId>,
    /// Whether readers may forward it; if not, only receivers can open an article of scope `organisation`. Applies at once.
    allow_forward: bool,
    /// Who may read the article. A change applies at once, also to what is published.
    view_scope: ViewScope,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The revision of the draft, which the next save has to name.
    revision: i64,
    /// When the draft was saved, in ms since 1970.
    save_time: Timestamp,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.article_save", "/v1.0/carillon/articles/{articleId}/draft")
        .put()
        .title("保存文章草稿", "Save the draft of an article")
        .purpose(
            "整体替换文章草稿，不传的摘要和封面会被清除；修订号与当前不一致说明他人已修改，拒绝保存。\
             已发布的内容在下次发布前不变，但转发设置和可见范围立即生效。",
            "Replaces the draft of an article; an absent summary or cover is removed. It is refused if \
             somebody else saved meanwhile. What readers see stays until the next publication, but \
             `allowForward` and `viewScope` apply at once.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .errors(&[Rule::DraftChanged])
        .example(json!({
            "unionid": "svcUnionId0001",
            "articleId": 5002,
            "revision": 0,
            "title": "The new library",
            "content": "<p>The library <b>opens</b> on Monday.</p>",
            "digest": "A short summary",
            "thumbMediaId": "@lADOcover001",
            "allowForward": true,
            "viewScope": "organisation",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    require_title(&request.title)?;
    let text = ArticleText {
        title: request.title,
        content: request.content,
        digest: request.digest,
        thumb_media_id: non_blank(request.thumb_media_id),
    };
    let change = DraftChange {
        account: request.unionid,
        id: request.article_id,
        author: operator_of(call),
        based_on: request.revision,
        text,
        allow_forward: request.allow_forward,
        public: request.view_scope.is_public(),
    };
    match article::save_draft(tx, &call.env, call.corp(), change)? {
        Saved::Stored(state) => Ok(Response { revision: state.revision, save_time: state.saved_at }),
        Saved::Conflict(_) => Err(Rule::DraftChanged.into()),
    }
}
