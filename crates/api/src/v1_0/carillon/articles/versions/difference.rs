//! `carillon.article_difference`: what changed between two versions of an article. An operation of Carillon.

use carillon_domain::article::{
    self, BlockKind,
    difference::{self, BlockChange, BlockDifference, Piece},
};
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, ArticleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::unknown_version;
use crate::v1_0::carillon::articles::declare_on_one;

/// The most changed blocks in a response.
const MAX_BLOCKS: usize = 2_000;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article, by the `articleId` that `carillon.article_list` returns.
    article_id: ArticleId,
    /// The number of the version, as `carillon.article_versions` lists it.
    #[schemars(range(min = 1))]
    version: i64,
    /// The number of the version to compare with, normally an earlier one; it must still be stored.
    #[schemars(range(min = 1))]
    since: i64,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The pieces of the title in both versions; empty if it did not change.
    title: Vec<PieceRow>,
    /// The pieces of the summary in both versions; empty if it did not change.
    digest: Vec<PieceRow>,
    /// Whether the two versions have different covers.
    #[serde(rename = "coverChanged")]
    cover_changed: bool,
    /// The blocks of the content that changed, in their order; at most 2,000.
    blocks: Vec<BlockRow>,
    /// Whether more blocks changed than the response has.
    #[serde(rename = "hasMore")]
    has_more: bool,
    /// The number of characters of the text that were inserted.
    inserted: usize,
    /// The number of characters of the text that were removed.
    removed: usize,
}

/// A block that changed.
#[derive(Serialize, JsonSchema)]
struct BlockRow {
    /// What happened to the block; `formatted`: the text is the same in another format.
    #[schemars(extend("enum" = ["inserted", "removed", "changed", "formatted"]))]
    change: &'static str,
    /// What kind of block it is, such as a paragraph, a cell of a table or a picture.
    #[schemars(extend("enum" = ["paragraph", "heading", "item", "quote", "cell", "code", "picture", "rule"]))]
    kind: &'static str,
    /// The text of the block in pieces; of a picture its address.
    pieces: Vec<PieceRow>,
}

/// A piece of a text.
#[derive(Serialize, JsonSchema)]
struct PieceRow {
    /// What happened to the piece of text.
    #[schemars(extend("enum" = ["same", "inserted", "removed"]))]
    change: &'static str,
    /// The text of the piece, plain text.
    text: String,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/articles/{articleId}/versions/{version}/difference";
    declare_on_one("carillon.article_difference", path)
        .get()
        .title("比较文章的两个版本", "Compare two versions of an article")
        .purpose(
            "比较文章的两个版本：标题和摘要按词比较，正文按段落块比较，只返回有变化的块。\
             两个版本都须仍有保存。",
            "Compares two versions of an article: title and summary by words, the content by blocks, of \
             which only those that changed are returned. Both versions must still be stored.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "articleId": 5002, "version": 2, "since": 1 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let (corp, account, id) = (call.corp(), &request.unionid, request.article_id);
    let later = article::version(tx, corp, account, id, request.version)?.ok_or_else(unknown_version)?;
    let earlier = article::version(tx, corp, account, id, request.since)?;
    let unknown = || Error::invalid("since", "is not that of a version which is still stored");
    let (old, new) = (earlier.ok_or_else(unknown)?.text, later.text);
    let found = difference::between(&old.content, &new.content);
    let changed = found.blocks.into_iter().filter_map(block);
    let mut blocks: Vec<BlockRow> = changed.take(MAX_BLOCKS + 1).collect();
    let has_more = blocks.len() > MAX_BLOCKS;
    blocks.truncate(MAX_BLOCKS);
    Ok(Response {
        title: line(&old.title, &new.title),
        digest: line(&old.digest.unwrap_or_default(), &new.digest.unwrap_or_default()),
        cover_changed: old.thumb_media_id != new.thumb_media_id,
        blocks,
        has_more,
        inserted: found.inserted,
        removed: found.removed,
    })
}

fn line(earlier: &str, later: &str) -> Vec<PieceRow> {
    if earlier == later {
        return Vec::new();
    }
    difference::words_between(earlier, later).into_iter().map(piece).collect()
}

fn block(block: BlockDifference) -> Option<BlockRow> {
    let change = match block.change {
        BlockChange::Same => return None,
        BlockChange::Inserted => "inserted",
        BlockChange::Removed => "removed",
        BlockChange::Changed => "changed",
        BlockChange::Formatted => "formatted",
    };
    let kind = match block.kind {
        BlockKind::Paragraph => "paragraph",
        BlockKind::Heading => "heading",
        BlockKind::Item => "item",
        BlockKind::Quote => "quote",
        BlockKind::Cell => "cell",
        BlockKind::Code => "code",
        BlockKind::Picture => "picture",
        BlockKind::Rule => "rule",
    };
    Some(BlockRow { change, kind, pieces: block.pieces.into_iter().map(piece).collect() })
}

fn piece(piece: Piece) -> PieceRow {
    match piece {
        Piece::Same(text) => PieceRow { change: "same", text },
        Piece::Removed(text) => PieceRow { change: "removed", text },
        Piece::Inserted(text) => PieceRow { change: "inserted", text },
    }
}
