//! Lists as CSV: what a page shows with its filters, on all pages.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, Response, header},
};
use carillon_model::error::{Error, Result};
use carillon_store::Tx;
use futures::StreamExt;

use super::access::Operator;
use crate::routes::{Pages, Viewer};

/// The most lines of a file. A list with more ends there.
pub const MAX_LINES: usize = 100_000;

/// Returns a file with a line of headings. Spreadsheets know UTF-8 by the mark at its beginning.
pub fn response(
    name: &'static str,
    headings: &[&str],
    lines: impl IntoIterator<Item = Vec<String>>,
) -> Result<Response<Body>> {
    let mut bytes = head(headings)?;
    bytes.extend(encode(lines)?);
    file(name, Body::from(bytes))
}

/// Returns a long file. `more` reads the lines from a position on, and the position of the next ones; `None` at the end. The file
/// breaks off if that fails.
pub fn streamed<P, F>(
    name: &'static str,
    headings: &[&str],
    first: P,
    more: impl Fn(P) -> F + Send + 'static,
) -> Result<Response<Body>>
where
    P: Send + 'static,
    F: Future<Output = Result<(Vec<Vec<String>>, Option<P>)>> + Send + 'static,
{
    let head = futures::stream::once(std::future::ready(Ok::<_, Error>(head(headings)?)));
    let rest = futures::stream::try_unfold((Some(first), more, 0), |(position, more, sent)| async move {
        let Some(position) = position.filter(|_| sent < MAX_LINES) else { return Ok(None) };
        let (mut lines, next) = more(position).await?;
        lines.truncate(MAX_LINES - sent);
        let sent = sent + lines.len();
        Ok(Some((encode(lines)?, (next, more, sent))))
    });
    file(name, Body::from_stream(head.chain(rest)))
}

/// Lines of a file, and the position of the next ones; `None` at the end.
pub type Lines<P> = (Vec<Vec<String>>, Option<P>);

/// Returns a list of the store as a file. Each call of `more` is a read of its own.
pub fn of_list<P, F>(
    pages: &Pages,
    operator: &Operator,
    name: &'static str,
    headings: &[&str],
    first: P,
    more: F,
) -> Result<Response<Body>>
where
    P: Send + Sync + 'static,
    F: Fn(&mut Tx<'_>, &Viewer, &P) -> Result<Lines<P>> + Send + Sync + 'static,
{
    let (store, corp, viewer) = (Arc::clone(&pages.store), operator.corp().clone(), operator.viewer(pages));
    let more = Arc::new(more);
    streamed(name, headings, first, move |position| {
        let (store, corp) = (Arc::clone(&store), corp.clone());
        let (viewer, more) = (viewer.clone(), Arc::clone(&more));
        async move { store.read(&corp, move |tx| more(tx, &viewer, &position)).await }
    })
}

/// The mark of UTF-8 and the headings.
fn head(headings: &[&str]) -> Result<Vec<u8>> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(encode([headings.iter().map(|&heading| heading.to_owned()).collect()])?);
    Ok(bytes)
}

fn encode(lines: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    for line in lines {
        writer.write_record(line.iter().map(|cell| harmless(cell))).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

fn file(name: &'static str, body: Body) -> Result<Response<Body>> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    headers
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Error::internal)?);
    Ok(response)
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn cells_are_quoted_and_never_formulas() {
        let lines = [["=1+1", "a,\"b\"\nc"], ["-1", "+x"], ["@y", "plain"], ["\tz", "\rq"]];
        let lines = lines.map(|line| line.map(str::to_owned).to_vec());
        let response = response("list", &["名称", "x"], lines).expect("a file");
        let headers = response.headers();
        assert_eq!(headers["content-disposition"], "attachment; filename=\"list.csv\"");
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.expect("bytes");
        let text = std::str::from_utf8(&body).expect("UTF-8");
        assert_eq!(
            text,
            "\u{feff}名称,x\r\n'=1+1,\"a,\"\"b\"\"\nc\"\r\n'-1,'+x\r\n'@y,plain\r\n'\tz,\"'\rq\"\r\n"
        );
    }
}
