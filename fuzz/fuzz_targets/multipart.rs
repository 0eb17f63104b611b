//! The files of a multipart body are parts of it, and a body that is encoded again reads the same.
#![no_main]

use bytes::Bytes;
use carillon_wire::body::{self, FilePart, Limits, Params, RawRequest};
use libfuzzer_sys::fuzz_target;

fn read(body: Vec<u8>) -> Option<Params> {
    let content_type = Some("multipart/form-data; boundary=boundary-7d9f");
    body::parse(&RawRequest { query: None, content_type, body: body.into() }, &Limits::default()).ok()
}

fuzz_target!(|data: &[u8]| {
    let mut body = b"--boundary-7d9f\r\n".to_vec();
    body.extend_from_slice(data);
    body.extend_from_slice(b"\r\n--boundary-7d9f--\r\n");
    let length = body.len();
    let Some(Params { files, .. }) = read(body) else { return };
    assert!(files.iter().map(|file| file.data.len()).sum::<usize>() <= length);
    // Names with quotes or line breaks have other encodings.
    let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    for FilePart { name, file_name, data, .. } in files {
        let Some(file_name) = file_name.filter(|file_name| is_plain(file_name) && is_plain(&name)) else {
            continue;
        };
        let head = format!(
            "--boundary-7d9f\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\r\n"
        );
        let again = read([head.as_bytes(), &data, b"\r\n--boundary-7d9f--\r\n"].concat());
        let again = again.unwrap_or_else(|| panic!("unreadable"));
        assert_eq!(again.files.len(), 1);
        assert_eq!(again.files[0].data, Bytes::copy_from_slice(&data));
        assert_eq!(again.files[0].file_name.as_deref(), Some(file_name.as_str()));
    }
});
