//! Arbitrary bytes give fields or an error, and never a panic.

use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::decoder::sample::read;

const TYPES: [&str; 7] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=\"b",
    "multipart/form-data; boundary=",
    "multipart/form-data",
    "text/plain",
];

/// Fragments of bodies, in any order.
const PIECES: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    ":",
    ",",
    "null",
    "1e999",
    "-",
    "\\ud800",
    "text",
    "ids",
    "inner",
    "list[0][title]",
    "list[]",
    "ids[99999999999999999999]",
    "&",
    "=",
    "%",
    "%F",
    "%FF",
    "+",
    "--b",
    "--b--",
    "--",
    "\r\n",
    "\n",
    "\r\n\r\n",
    "Content-Disposition: form-data; name=\"text\"",
    "content-disposition:form-data;name=",
    "; filename=\"",
    "; filename*=",
    "UTF-8''%E4",
    "Content-Type: ",
    "Content-Transfer-Encoding: base64",
    ";",
    "\u{feff}",
    "中",
];

proptest! {
    #[test]
    fn random_bytes(body in vec(any::<u8>(), 0..200), query in any::<String>(), kind in option::of(select(&TYPES))) {
        let _ = read(&query, kind, &body);
    }

    #[test]
    fn random_pieces(pieces in vec(select(&PIECES), 0..40), kind in option::of(select(&TYPES))) {
        let body = pieces.concat();
        let _ = read(&body, kind, body.as_bytes());
    }

    #[test]
    fn a_body_with_some_bytes_changed(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), at in 0_usize..3) {
        let mut body = [
            &br#"{"text":"a","ids":"[1,2]","inner":{"title":"b","count":1.0},"list":[{"title":"\u4e2d"}]}"#[..],
            b"text=a&ids[]=1&ids[]=2&inner[title]=b&list=%5B%7B%22title%22%3A%22%E4%B8%AD%22%7D%5D",
            b"\r\n--b\r\nContent-Disposition:form-data;name=\"text\"\r\n\r\na\r\n--b\r\nContent-Disposition: form-data; \
              name=\"media\"; filename*=UTF-8''%E5%9B%BE.png\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--b--\r\n",
        ][at].to_vec();
        for (index, byte) in changes {
            let place = index.index(body.len());
            body[place] = byte;
        }
        let _ = read("", Some(TYPES[at]), &body);
    }
}
