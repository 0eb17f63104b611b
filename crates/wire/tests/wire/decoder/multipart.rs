//! Multipart bodies as real clients write them.

use carillon_wire::body::{BodyError, FilePart, Limits, Params};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use crate::decoder::sample::parse;

const TYPE: &str = "multipart/form-data; boundary=b";

fn read(body: &[u8]) -> Result<Params, BodyError> {
    parse("", Some(TYPE), body)
}

fn fields(body: &[u8]) -> Value {
    Value::Object(read(body).unwrap().fields)
}

/// The file of a body that has one, with this header.
fn file(header: &str) -> FilePart {
    let body = format!("--b\r\n{header}\r\n\r\n\u{1}data\r\n--b--\r\n");
    let mut params = read(body.as_bytes()).unwrap();
    assert_eq!((params.files.len(), params.fields.len()), (1, 0), "{header}");
    params.files.remove(0)
}

fn file_name(disposition: &str) -> Option<String> {
    file(&format!("Content-Disposition: form-data; name=\"media\"; {disposition}")).file_name
}

const FIELD: &str = "Content-Disposition: form-data; name=\"a\"";

#[test]
fn line_ends() {
    let expected = json!({ "a": "1" });
    for end in ["\r\n", "\n"] {
        let body = format!("--b{end}{FIELD}{end}{end}1{end}--b--");
        assert_eq!(fields(body.as_bytes()), expected, "without the last line end");
        assert_eq!(fields(format!("{body}{end}").as_bytes()), expected);
        assert_eq!(
            fields(format!("{end}{body}{end}").as_bytes()),
            expected,
            "the Java client's empty line first"
        );
        assert_eq!(fields(format!("Preamble{end}--bb{end}{body}{end}Epilogue").as_bytes()), expected);
        assert_eq!(fields(format!("\u{feff}{body}").as_bytes()), expected, "a byte-order mark");
        let padded = format!("--b \t{end}{FIELD}{end}{end}1{end}--b--");
        assert_eq!(fields(padded.as_bytes()), expected, "blanks behind the boundary");
    }
}

#[test]
fn boundaries() {
    let body = format!("--b'()+_,-./:=? c\r\n{FIELD}\r\n\r\n1\r\n--b'()+_,-./:=? c--\r\n");
    for content_type in [
        "multipart/form-data; boundary=\"b'()+_,-./:=? c\"",
        "Multipart/Form-Data;charset=UTF-8;BOUNDARY=\"b'()+_,-./:=? c\"; x=y",
        "multipart/form-data; charset=utf-8; boundary = b'()+_,-./:=? c",
        // A wrong or missing boundary: the decoder takes the one of the body.
        "multipart/form-data; boundary=another",
        "multipart/form-data",
        "application/json",
        "application/x-www-form-urlencoded",
    ] {
        let params = parse("", Some(content_type), body.as_bytes()).unwrap();
        assert_eq!(params.fields["a"], "1", "{content_type}");
    }
    assert_eq!(parse("", None, body.as_bytes()).unwrap().fields["a"], "1");
    let error = parse("", Some("multipart/form-data; boundary=x"), b"nothing of the kind").unwrap_err();
    assert_eq!(error, BodyError::BadMultipart { reason: "its boundary is not in it" });
}

#[test]
fn a_line_that_starts_like_the_boundary_is_data() {
    let body = format!("--b\r\n{FIELD}\r\n\r\n--bc\r\n --b\r\n--b c\r\nx--b\r\n--b--\r\n");
    assert_eq!(fields(body.as_bytes())["a"], "--bc\r\n --b\r\n--b c\r\nx--b");
}

#[test]
fn names() {
    for (disposition, name) in [
        ("form-data; name=\"a\"", "a"),
        ("form-data; name=a", "a"),
        ("form-data;name=\"a\"", "a"),
        ("form-data ; NAME = \"a\" ; x=y", "a"),
        ("form-data; name=\"a;b=\\\"c\\\"\"", "a;b=\"c\""),
        ("form-data; name=\"名称\"", "名称"),
        ("form-data; name=\"a", "a"),
    ] {
        let body = format!("--b\r\ncontent-DISPOSITION:{disposition}\r\n\r\n1\r\n--b--\r\n");
        assert_eq!(fields(body.as_bytes()), json!({ name: "1" }), "{disposition}");
    }
    for disposition in
        ["form-data", "form-data; name=", "form-data; name=\"\"", "form-data; filename=\"a.png\""]
    {
        let body = format!("--b\r\nContent-Disposition: {disposition}\r\n\r\n1\r\n--b--\r\n");
        assert_eq!(read(body.as_bytes()), Err(BodyError::BadMultipart { reason: "a part has no name" }));
    }
    let bare = read(b"--b\r\n\r\n1\r\n--b--\r\n");
    assert_eq!(bare, Err(BodyError::BadMultipart { reason: "a part has no name" }));
}

#[test]
fn file_names() {
    let some = |name: &str| Some(name.to_owned());
    assert_eq!(file_name("filename=\"图.png\""), some("图.png"));
    assert_eq!(file_name("filename=图.png"), some("图.png"));
    assert_eq!(file_name("filename=\"C:\\图\\a.png\""), some("C:\\图\\a.png"));
    assert_eq!(file_name("filename=\"a\\\"b.png\""), some("a\"b.png"));
    assert_eq!(file_name("filename*=UTF-8''%E5%9B%BE%20a.png"), some("图 a.png"));
    assert_eq!(file_name("filename*=utf-8'zh'%E5%9B%BE.png; filename=\"x.png\""), some("图.png"));
    assert_eq!(file_name("filename=\"x.png\"; filename*=UTF-8''%E5%9B%BE.png"), some("图.png"));
    assert_eq!(file_name("filename=\"x.png\"; filename*=UTF-8''%FF.png"), some("x.png"), "not what it says");
    assert_eq!(file_name("filename=\"x.png\"; filename*=GBK''%CD%BC.png"), some("x.png"), "not read here");
    // Still a file, with as much of its name as can be read.
    assert_eq!(file_name("filename*=iso-8859-1''%E9.png"), some("\u{fffd}.png"));
    assert_eq!(file_name("filename*=图.png"), some("图.png"));
    assert_eq!(file_name("filename*=\"图.png\""), some("图.png"));
}

#[test]
fn parts_that_are_files() {
    let typed = file(&format!("{FIELD}\r\nContent-Type: application/octet-stream"));
    assert_eq!(
        (typed.name.as_str(), typed.file_name, typed.content_type.as_deref()),
        ("a", None, Some("application/octet-stream"))
    );
    assert_eq!(file(&format!("{FIELD}; filename=\"\"")).file_name.as_deref(), Some(""));
    for content_type in ["text/plain", "text/plain; charset=UTF-8", "application/json"] {
        let body =
            format!("--b\r\nContent-Type: {content_type}\r\n{FIELD}\r\n\r\n{{\"x\":{{}}}}\r\n--b--\r\n");
        assert_eq!(fields(body.as_bytes())["a"], "{\"x\":{}}");
    }
    // Browsers send this for an empty file input.
    let unset = format!(
        "--b\r\n{FIELD}; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n"
    );
    assert_eq!(read(unset.as_bytes()), Ok(Params::default()));
    let empty = format!("--b\r\n{FIELD}; filename=\"a.png\"\r\n\r\n\r\n--b--\r\n");
    assert!(read(empty.as_bytes()).unwrap().files[0].data.is_empty());
    assert_eq!(read(b"--b--\r\n"), Ok(Params::default()), "no parts");
}

#[test]
fn errors_name_the_reason() {
    let broken = |reason| Err(BodyError::BadMultipart { reason });
    let with_header =
        |header: &str| read(format!("--b\r\n{FIELD}\r\n{header}\r\n\r\n1\r\n--b--\r\n").as_bytes());
    assert_eq!(with_header("no colon"), broken("a header of a part has no colon"));
    assert_eq!(
        with_header("Content-Transfer-Encoding: BASE64"),
        broken("a part is encoded as base64 or quoted-printable")
    );
    assert!(with_header("Content-Transfer-Encoding: 8bit\r\nX-Unknown: y").is_ok());
    assert_eq!(
        read(format!("--b\r\n{FIELD}").as_bytes()),
        broken("the headers of a part are too long or do not end")
    );
    let field = [format!("--b\r\n{FIELD}\r\n\r\n").as_bytes(), b"\xB2\xE2\r\n--b--\r\n"].concat();
    assert!(matches!(read(&field), Err(BodyError::FieldNotUtf8 { .. })));
}

#[test]
fn parts_and_headers_have_limits() {
    let limits = Limits::default();
    let parts = |count: usize| {
        let parts: String = (0..count)
            .map(|number| format!("--b\r\nContent-Disposition: form-data; name=\"a{number}\"\r\n\r\n1\r\n"))
            .collect();
        read(format!("{parts}--b--\r\n").as_bytes())
    };
    assert_eq!(parts(limits.max_parts).unwrap().fields.len(), limits.max_parts);
    assert_eq!(parts(limits.max_parts + 1), Err(BodyError::TooManyParts { max: limits.max_parts }));
    // The headers with the empty line after them.
    let headers = |bytes: usize| {
        let filling = "x".repeat(bytes - FIELD.len() - "\r\nX: \r\n\r\n".len());
        read(format!("--b\r\n{FIELD}\r\nX: {filling}\r\n\r\n1\r\n--b--\r\n").as_bytes())
    };
    assert!(headers(limits.max_part_header_bytes).is_ok());
    let too_long = BodyError::BadMultipart { reason: "the headers of a part are too long or do not end" };
    assert_eq!(headers(limits.max_part_header_bytes + 1), Err(too_long));
}

const PIECES: [&[u8]; 9] = [b"\r\n", b"\n", b"--", b"--limi", b"-", b"\0", b"a", b"\xFF", b"\r\n--limit-"];

fn contents() -> impl Strategy<Value = Vec<u8>> {
    let pieces = select(&PIECES);
    prop_oneof![vec(any::<u8>(), 0..64), vec(pieces, 0..12).prop_map(|pieces| pieces.concat())]
}

proptest! {
    #[test]
    fn files_come_back_byte_by_byte(files in vec(contents(), 1..4), is_crlf in any::<bool>(), preamble in "[a-z \n]{0,8}") {
        let end = if is_crlf { "\r\n" } else { "\n" };
        // In a body with LF line ends, a CR before one cannot be told from the data.
        let files: Vec<Vec<u8>> = files.into_iter().map(|mut file| { if file.ends_with(b"\r") { file.push(b'.') } file }).collect();
        let mut body = if preamble.is_empty() { Vec::new() } else { format!("{preamble}{end}").into_bytes() };
        for (number, file) in files.iter().enumerate() {
            body.extend(format!("--limit-7d9f{end}Content-Disposition: form-data; name=\"f{number}\"; filename=\"{number}\"{end}{end}").bytes());
            body.extend(file);
            body.extend(end.bytes());
        }
        let closing = body.len();
        body.extend(b"--limit-7d9f--");
        let content_type = Some("multipart/form-data; boundary=limit-7d9f");
        let params = parse("", content_type, &body).unwrap();
        let read_back: Vec<Vec<u8>> = params.files.iter().map(|file| file.data.to_vec()).collect();
        prop_assert_eq!(read_back, files);
        // A body that is cut off before its end is an error, never half a file.
        for cut in (1..body.len()).filter(|cut| *cut > closing || cut % 7 == 0) {
            if !body[..cut].trim_ascii().is_empty() {
                prop_assert!(parse("", content_type, &body[..cut]).is_err(), "cut at {}", cut);
            }
        }
    }
}
