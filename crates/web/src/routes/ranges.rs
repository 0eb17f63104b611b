//! Conditional and range requests of RFC 9110.

use std::ops::Range;

use axum::http::{HeaderMap, HeaderName, Method, header};

/// The part of a file to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    /// The whole file.
    Whole,
    /// A range of bytes.
    Part(Range<u64>),
    /// Nothing: the range is outside the file.
    Unsatisfiable,
    /// Nothing: the client has the file already.
    NotModified,
}

/// Returns the part that a request selects of a file of `size` bytes with the strong entity tag `etag`.
///
/// A request for several ranges gets the whole file, as the RFC allows.
pub fn select(method: &Method, headers: &HeaderMap, etag: &str, size: u64) -> Selected {
    let value = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let known = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    let is_known = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag;
    if known.flat_map(|tags| tags.split(',')).any(|tag| is_known(tag.trim())) {
        return Selected::NotModified;
    }
    // A date or a weak tag never matches, because files have neither.
    let is_same = value(header::IF_RANGE).is_none_or(|tag| tag.trim() == etag);
    match value(header::RANGE).filter(|_| is_same && method == Method::GET) {
        None => Selected::Whole,
        Some(range) => part(range, size),
    }
}

fn part(range: &str, size: u64) -> Selected {
    // Other units and malformed ranges are ignored.
    let Ok(parsed) = http_range_header::parse_range_header(range) else { return Selected::Whole };
    if range.contains(',') {
        return Selected::Whole;
    }
    match parsed.validate(size).as_deref() {
        Ok([range]) => Selected::Part(*range.start()..*range.end() + 1),
        _ => Selected::Unsatisfiable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select_with(method: &Method, values: &[(HeaderName, &str)]) -> Selected {
        let headers = values.iter().map(|(name, value)| (name.clone(), value.parse().expect("a value")));
        select(method, &headers.collect(), "\"tag\"", 10)
    }

    #[test]
    fn one_range_is_selected() {
        let get = |range: &str| select_with(&Method::GET, &[(header::RANGE, range)]);
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-4", 2..5),
            ("bytes=9-", 9..10),
            ("bytes=-3", 7..10),
            ("bytes=5-99", 5..10),
        ] {
            assert_eq!(get(range), Selected::Part(part), "{range}");
        }
        for outside in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(get(outside), Selected::Unsatisfiable, "{outside}");
        }
        for whole in ["bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes", ""] {
            assert_eq!(get(whole), Selected::Whole, "{whole}");
        }
        assert_eq!(select_with(&Method::HEAD, &[(header::RANGE, "bytes=0-0")]), Selected::Whole);
    }

    #[test]
    fn entity_tags_are_compared() {
        let range = (header::RANGE, "bytes=0-1");
        let if_range = |tag| select_with(&Method::GET, &[range.clone(), (header::IF_RANGE, tag)]);
        assert_eq!(if_range("\"tag\""), Selected::Part(0..2));
        for other in ["\"other\"", "W/\"tag\"", "Sat, 29 Oct 1994 19:43:31 GMT"] {
            assert_eq!(if_range(other), Selected::Whole, "{other}");
        }
        let none_match = |tag| select_with(&Method::GET, &[range.clone(), (header::IF_NONE_MATCH, tag)]);
        for known in ["\"tag\"", "W/\"tag\"", "*", "\"a\", \"tag\""] {
            assert_eq!(none_match(known), Selected::NotModified, "{known}");
        }
        assert_eq!(none_match("\"other\""), Selected::Part(0..2));
    }
}
