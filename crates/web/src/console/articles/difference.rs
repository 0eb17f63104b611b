//! What changed between two versions of an article.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};
use carillon_domain::article::{
    self, BlockKind,
    difference::{self, BlockChange, BlockDifference, Piece},
};
use carillon_model::{
    article::ArticleVersion,
    error::{Error, Result},
    id::{AccountId, ArticleId},
};

use super::{ROLES, article_path, edit::ArticleAt, history, refused};
use crate::{
    clean::Picture,
    console::{
        access::Operator,
        page::{self, ArticleDifference, DifferenceRow, PieceView},
        text::articles::{ArticleTexts, texts},
    },
    paths,
    routes::{Pages, html, notice},
    security::PageKind,
    view::NoticeKind,
};

/// Blocks beside a change that are shown as well.
const CONTEXT: usize = 1;
/// The most blocks on the page.
const MAX_ROWS: usize = 2_000;

/// Two versions beside each other, by `?from=…&to=…`.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): ArticleAt,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let number = |name: &str| query.get(name).and_then(|number| number.parse::<i64>().ok());
    let numbers = number("from").zip(number("to"));
    match load(&pages, &operator, AccountId::from(unionid), ArticleId(id), numbers).await {
        Ok(Some(view)) => html(200, PageKind::App, page::article_difference(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => refused(&operator, &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    id: ArticleId,
    numbers: Option<(i64, i64)>,
) -> Result<Option<ArticleDifference>> {
    let Some((from, to)) = numbers else { return Ok(None) };
    if operator.account(&account, ROLES).is_none() {
        return Ok(None);
    }
    let viewer = operator.viewer(pages);
    let (lang, zone) = (viewer.lang, viewer.zone());
    let path = article_path(&account, id);
    let of = path.clone();
    let read = pages.store.read(operator.corp(), move |tx| {
        let heads = article::versions(tx, &viewer.corp, &account, id)?;
        let newest = heads.first().map(|head| head.version);
        let mut lines = Vec::with_capacity(heads.len());
        for head in heads {
            let is_current = newest == Some(head.version);
            lines.push(history::line(tx, &viewer, &of, head, is_current)?);
        }
        let earlier = article::version(tx, &viewer.corp, &account, id, from)?;
        let later = article::version(tx, &viewer.corp, &account, id, to)?;
        Ok((lines, earlier.zip(later)))
    });
    let (versions, Some((earlier, later))) = read.await? else { return Ok(None) };
    // Two long texts take some time, in which nobody should wait for a thread of the server.
    let compared = tokio::task::spawn_blocking(move || compare(texts(lang), &earlier, &later));
    let compared = compared.await.map_err(Error::internal)?;
    let line = |number: i64| versions.iter().find(|line| line.number == number).cloned();
    let Some((earlier, later)) = line(from).zip(line(to)) else { return Ok(None) };
    Ok(Some(ArticleDifference {
        console: operator.console(),
        path: format!("{path}/history"),
        earlier,
        later,
        versions,
        title: compared.title,
        digest: compared.digest,
        cover: compared.cover,
        rows: compared.rows,
        is_cut: compared.is_cut,
        inserted: compared.inserted,
        removed: compared.removed,
        zone,
    }))
}

/// What the page shows of two versions.
struct Compared {
    title: Vec<PieceView>,
    digest: Vec<PieceView>,
    cover: Option<(Option<Picture>, Option<Picture>)>,
    rows: Vec<DifferenceRow>,
    is_cut: bool,
    inserted: usize,
    removed: usize,
}

fn compare(t: &'static ArticleTexts, earlier: &ArticleVersion, later: &ArticleVersion) -> Compared {
    let (old, new) = (&earlier.text, &later.text);
    let found = difference::between(&old.content, &new.content);
    let line = |one: &str, other: &str| {
        let pieces = if one == other { Vec::new() } else { difference::words_between(one, other) };
        pieces.into_iter().map(piece).collect()
    };
    let picture = |text: &carillon_model::article::ArticleText| {
        text.thumb_media_id.as_ref().and_then(|id| Picture::media(id.as_str()))
    };
    let plain = |digest: &Option<String>| digest.clone().unwrap_or_default();
    let mut rows = rows(t, found.blocks);
    let is_cut = rows.len() > MAX_ROWS;
    rows.truncate(MAX_ROWS);
    Compared {
        title: line(&old.title, &new.title),
        digest: line(&plain(&old.digest), &plain(&new.digest)),
        cover: (old.thumb_media_id != new.thumb_media_id).then(|| (picture(old), picture(new))),
        rows,
        is_cut,
        inserted: found.inserted,
        removed: found.removed,
    }
}

/// The changed blocks, with those beside them. Others are a number.
fn rows(t: &'static ArticleTexts, blocks: Vec<BlockDifference>) -> Vec<DifferenceRow> {
    let is_changed = |block: &BlockDifference| block.change != BlockChange::Same;
    let changes: Vec<usize> =
        blocks.iter().enumerate().filter(|(_, block)| is_changed(block)).map(|(at, _)| at).collect();
    let mut rows = Vec::new();
    let mut left_out = 0;
    let mut next = changes.iter().copied().peekable();
    let mut last: Option<usize> = None;
    for (at, block) in blocks.into_iter().enumerate() {
        if next.peek() == Some(&at) {
            last = next.next();
        }
        let is_near = last.is_some_and(|last| at - last <= CONTEXT)
            || next.peek().is_some_and(|next| next - at <= CONTEXT);
        if !is_near {
            left_out += 1;
            continue;
        }
        if left_out > 0 {
            rows.push(DifferenceRow::unchanged(t.unchanged(left_out)));
            left_out = 0;
        }
        rows.push(row(t, block));
    }
    if left_out > 0 && !rows.is_empty() {
        rows.push(DifferenceRow::unchanged(t.unchanged(left_out)));
    }
    rows
}

fn row(t: &'static ArticleTexts, block: BlockDifference) -> DifferenceRow {
    let (class, change) = match block.change {
        BlockChange::Same => ("same", ""),
        BlockChange::Inserted => ("inserted", t.block_inserted),
        BlockChange::Removed => ("removed", t.block_removed),
        BlockChange::Changed => ("changed", t.block_changed),
        BlockChange::Formatted => ("formatted", t.block_formatted),
    };
    let kind = match block.kind {
        BlockKind::Paragraph => "",
        BlockKind::Heading => t.block_heading,
        BlockKind::Item => t.block_item,
        BlockKind::Quote => t.block_quote,
        BlockKind::Cell => t.block_cell,
        BlockKind::Code => t.block_code,
        BlockKind::Picture => t.block_picture,
        BlockKind::Rule => t.block_rule,
    };
    let mut picture = None;
    let mut pieces: Vec<PieceView> = block.pieces.into_iter().map(piece).collect();
    if !block.kind.is_text() {
        if block.kind == BlockKind::Picture {
            let source = pieces.first().map(|piece| piece.text.clone()).unwrap_or_default();
            picture = Picture::from_source(&source, paths::MEDIA_BASE);
        }
        // An address says nothing to an author.
        pieces.iter_mut().for_each(|piece| piece.text = kind.to_owned());
    }
    DifferenceRow { class, change, kind, picture, pieces, note: String::new() }
}

fn piece(piece: Piece) -> PieceView {
    match piece {
        Piece::Same(text) => PieceView { class: "same", text },
        Piece::Removed(text) => PieceView { class: "removed", text },
        Piece::Inserted(text) => PieceView { class: "inserted", text },
    }
}

/// The path of the comparison of two versions.
pub fn path(history: &str, from: i64, to: i64) -> String {
    format!("{history}/compare?from={from}&to={to}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn blocks_far_from_changes_are_a_number() {
        let text = |changed: &str| {
            let lines = (0..20).map(|number| format!("<p>第{number}段</p>"));
            lines.collect::<String>().replace("<p>第9段</p>", changed)
        };
        let found = difference::between(&text("<p>第9段</p>"), &text("<p>第九段</p>"));
        let rows = rows(texts(Lang::Zh), found.blocks);
        let classes: Vec<&str> = rows.iter().map(|row| row.class).collect();
        assert_eq!(classes, ["unchanged", "same", "changed", "same", "unchanged"]);
        assert!(rows[0].note.contains('8') && rows[4].note.contains('9'), "{rows:?}");
        assert!(super::rows(texts(Lang::Zh), difference::between("<p>a</p>", "<p>a</p>").blocks).is_empty());
    }
}
