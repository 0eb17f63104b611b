use carillon_domain::media::{self, NewMedia};
use carillon_model::{
    error::{Error, Rule},
    id::MediaId,
    media::MediaType,
};
use carillon_store::{ContentHash, MediaOwner};

use testkit::{file::GIF, store::START};

use crate::materials::fixture::MaterialsFixture;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const BMP: &[u8] = b"BM:\0\0\0\0\0\0\x006\0\0\0(\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0";
const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41";
const OLD_OFFICE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and no directory";

/// A zip archive of empty files.
fn archive(names: [&str; 3]) -> Vec<u8> {
    let mut files = Vec::new();
    let mut directory = Vec::new();
    for name in names {
        let length = [u8::try_from(name.len()).unwrap(), 0];
        let offset = u32::try_from(files.len()).unwrap().to_le_bytes();
        files.extend([b"PK\x03\x04".as_slice(), &[0; 22], &length, &[0, 0], name.as_bytes()].concat());
        let header = [b"PK\x01\x02".as_slice(), &[0; 24], &length, &[0; 12], &offset, name.as_bytes()];
        directory.extend(header.concat());
    }
    let start = u32::try_from(files.len()).unwrap().to_le_bytes();
    [files.as_slice(), &directory, b"PK\x05\x06", &[0; 12], &start, &[0, 0]].concat()
}

fn extension(media_type: MediaType, file_name: &str, content: &[u8]) -> Result<&'static str, Error> {
    media::inspect(media_type, file_name, content).map(|format| format.extension)
}

#[test]
fn each_format_is_known_by_its_content() {
    let docx = archive(["[Content_Types].xml", "_rels/.rels", "word/document.xml"]);
    let xlsx = archive(["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"]);
    let pptx = archive(["[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"]);
    let zip = archive(["a.txt", "b.txt", "c.txt"]);
    let cases: [(MediaType, &[u8], &str); 16] = [
        (MediaType::Image, GIF, "gif"),
        (MediaType::Image, PNG, "png"),
        (MediaType::Image, b"\xFF\xD8\xFF\xE0\0\x10JFIF\0", "jpg"),
        (MediaType::Image, BMP, "bmp"),
        (MediaType::Voice, b"#!AMR\n\x3c", "amr"),
        (MediaType::Voice, b"ID3\x04\0\0\0\0\0\0", "mp3"),
        (MediaType::Voice, b"\xFF\xFB\x90\x64\0", "mp3"),
        (MediaType::Voice, b"RIFF\x24\0\0\0WAVEfmt ", "wav"),
        (MediaType::Video, MP4, "mp4"),
        (MediaType::File, &docx, "docx"),
        (MediaType::File, &xlsx, "xlsx"),
        (MediaType::File, &pptx, "pptx"),
        (MediaType::File, &zip, "zip"),
        (MediaType::File, b"PK\x05\x06\0\0", "zip"),
        (MediaType::File, b"%PDF-1.7\n", "pdf"),
        (MediaType::File, b"Rar!\x1A\x07\x01\0", "rar"),
    ];
    for (media_type, content, expected) in cases {
        assert_eq!(extension(media_type, "名.txt", content), Ok(expected), "{expected}");
        for other in MediaType::ALL.into_iter().filter(|other| *other != media_type) {
            let answer = extension(other, &format!("名.{expected}"), content);
            assert_eq!(answer, Err(format_rule(other).into()), "{expected} as {other:?}");
        }
    }
    for word in ["doc", "xls", "PPT"] {
        let answer = extension(MediaType::File, &format!("名.{word}"), OLD_OFFICE);
        assert_eq!(answer, Ok(word.to_ascii_lowercase()).as_deref().map_err(|error: &Error| error.clone()));
    }
}

/// Ordinary files have a different error code.
fn format_rule(media_type: MediaType) -> Rule {
    if media_type == MediaType::File { Rule::FileFormatInvalid } else { Rule::MediaFormatInvalid }
}

#[test]
fn a_name_makes_no_format() {
    let cases: [(MediaType, &str, &[u8]); 9] = [
        (MediaType::Image, "a.png", b"no picture at all"),
        (MediaType::Image, "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        (MediaType::Image, "a.gif", b"GIFT LIST: a book"),
        (MediaType::Image, "a.bmp", b"BMW is a maker of cars"),
        (MediaType::Image, "a.webp", b"RIFF\x24\0\0\0WEBPVP8 "),
        (MediaType::Voice, "a.mp3", b"\xFF\xF1\x50\x80 a stream of AAC"),
        (MediaType::Video, "a.mp4", b"\0\0\0\x14ftypqt  \0\0\0\0qt  "),
        (MediaType::File, "a.doc", b"plain words"),
        (MediaType::File, "a.msi", OLD_OFFICE),
    ];
    for (media_type, file_name, content) in cases {
        assert_eq!(
            extension(media_type, file_name, content),
            Err(format_rule(media_type).into()),
            "{file_name}"
        );
    }
}

#[test]
fn size_limits_hold_to_the_byte() {
    for (media_type, beginning) in [
        (MediaType::Image, PNG),
        (MediaType::Voice, b"#!AMR\n".as_slice()),
        (MediaType::Video, MP4),
        (MediaType::File, b"%PDF-1.7".as_slice()),
    ] {
        let mut content = beginning.to_vec();
        content.resize(media_type.max_bytes(), 0);
        extension(media_type, "a", &content).unwrap();
        content.push(0);
        assert_eq!(extension(media_type, "a", &content), Err(Rule::MediaTooLarge.into()), "{media_type:?}");
        assert_eq!(extension(media_type, "a", b""), Err(Rule::MediaEmpty.into()));
    }
}

#[test]
fn an_uploaded_file_is_found_by_its_id() {
    let mut fixture = MaterialsFixture::new();
    let id = fixture.add_media(MediaType::Image, "C:\\图\\a\u{7}.gif", GIF).unwrap();
    assert!(id.as_str().starts_with("@lA") && id.as_str().len() == 43, "{id}");
    fixture.reopen();
    let media = fixture.read(|tx, corp| tx.media(corp, &id)).unwrap().unwrap();
    assert_eq!((media.file_name.as_str(), media.mime.as_str()), ("a.gif", "image/gif"));
    assert_eq!((media.size, media.created_at), (i64::try_from(GIF.len()).unwrap(), START));
    assert_eq!(media.content, ContentHash::of(GIF));
    assert_eq!(fixture.read(|tx, _| tx.media_by_id(&id)).unwrap(), Some(media));

    fixture.corp = fixture.add_corp("ding0002");
    assert_eq!(fixture.read(|tx, corp| tx.media(corp, &id)).unwrap(), None, "it is the other organisation's");
    assert_eq!(fixture.read(|tx, _| tx.media_by_id(&MediaId::from("@lAnothing"))).unwrap(), None);
}

#[test]
fn a_file_without_a_usable_name_gets_one() {
    let fixture = MaterialsFixture::new();
    for (declared, expected) in
        [("", "file.gif"), ("../..", "file.gif"), ("a/", "file.gif"), (" 图 .gif ", "图 .gif")]
    {
        let new = NewMedia {
            media_type: MediaType::Image,
            format: media::inspect(MediaType::Image, declared, GIF).unwrap(),
            file_name: declared.to_owned(),
            size: GIF.len(),
            content: ContentHash::of(GIF),
        };
        let media =
            fixture.write(move |tx, env, corp| media::add(tx, env, corp, MediaOwner::Nobody, new)).unwrap();
        assert_eq!(media.file_name, expected);
    }
}
