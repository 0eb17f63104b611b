//! Lists as CSV: what a page shows with its filters, on all pages.

use axum::{
    body::Body,
    http::{HeaderValue, Response, header},
};
use carillon_model::error::{Error, Result};

/// The most lines of a file. A list with more ends there.
pub const MAX_LINES: usize = 100_000;

/// Returns a file with a line of headings. Spreadsheets know UTF-8 by the mark at its beginning.
pub fn response(
    name: &'static str,
    headings: &[&str],
    lines: impl IntoIterator<Item = Vec<String>>,
) -> Result<Response<Body>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(headings).map_err(Error::internal)?;
    for line in lines {
        writer.write_record(line.iter().map(|cell| harmless(cell))).map_err(Error::internal)?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::internal(error.to_string()))?;
    let mut response = Response::new(Body::from(bytes));
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
