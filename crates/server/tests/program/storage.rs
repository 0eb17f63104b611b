//! Limits of stored files.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde_json::json;
use testkit::{browser::Part, file::PNG, program::ProgramFixture};

const MEGABYTE: usize = 1 << 20;

/// Returns the paths of the stored files.
fn stored(data: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![data.join("objects")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

fn picture(size: usize, filler: u8) -> Vec<u8> {
    let mut picture = PNG.to_vec();
    picture.resize(size, filler);
    picture
}

#[test]
fn refused_pictures_are_not_stored() {
    let fixture = ProgramFixture::with_config("[chat]\nmessages_per_minute = 1\n");
    let member = fixture.browser("member", 1);
    let path = format!("/inbox/a/{}/messages", fixture.unionid);
    let write = |filler: u8| {
        let content = picture(2_000, filler);
        member.submit_parts(&path, &[Part::file("picture", "a.png", &content)], &[]).0
    };
    let before = stored(fixture.data.path()).len();
    assert_eq!(write(0), 303);
    assert_eq!(stored(fixture.data.path()).len(), before + 1);
    for filler in 1..10 {
        assert_eq!(write(filler), 429);
    }
    let menu = json!({ "enable_input": false, "status": 0, "button": [{ "name": "a", "type": "click", "key": "K" }] });
    fixture.ok("/topapi/serviceaccount/menu/update", &json!({ "unionid": fixture.unionid, "menu": menu }));
    let other = fixture.browser("other", 1);
    let content = picture(2_000, 99);
    assert_eq!(other.submit_parts(&path, &[Part::file("picture", "a.png", &content)], &[]).0, 403);
    assert_eq!(stored(fixture.data.path()).len(), before + 1);
}

#[test]
fn a_member_can_store_exactly_the_limit() {
    let fixture = ProgramFixture::with_variables(&[("CARILLON_FILES_MEMBER_MEGABYTES", "1")]);
    let member = fixture.browser("member", 1);
    let path = format!("/inbox/a/{}/messages", fixture.unionid);
    let write = |content: &[u8]| {
        member.submit_parts(&path, &[Part::file("picture", "a.png", content)], &[("accept-language", "en")])
    };
    assert_eq!(write(&picture(MEGABYTE - PNG.len(), 0)).0, 303);
    let before = stored(fixture.data.path()).len();
    let (status, _, page) = write(&picture(PNG.len() + 1, 1));
    assert_eq!(status, 507);
    assert!(page.contains("the storage is full"), "{page}");
    assert_eq!(stored(fixture.data.path()).len(), before);
    assert_eq!(write(&picture(PNG.len(), 1)).0, 303, "the limit is reached exactly");
    assert_eq!(write(PNG).0, 507);
    let other = fixture.browser("other", 1);
    assert_eq!(
        other.submit_parts(&path, &[Part::file("picture", "a.png", PNG)], &[]).0,
        303,
        "another one has room"
    );
}

#[test]
fn apps_and_organisations_have_limits() {
    for (limit, megabytes) in [("APP", "1"), ("ORGANISATION", "1")] {
        let name = format!("CARILLON_FILES_{limit}_MEGABYTES");
        let fixture = ProgramFixture::with_variables(&[(&name, megabytes)]);
        // The fixture's account has a picture already.
        let upload = |size: usize, filler: u8| {
            let content = picture(size, filler);
            fixture.program().upload(&fixture.token, "image", "a.png", &content)["errcode"].clone()
        };
        assert_eq!(upload(MEGABYTE - PNG.len() + 1, 1), 45_001, "{limit}");
        assert_eq!(upload(MEGABYTE - PNG.len(), 1), 0, "{limit}");
        let before = stored(fixture.data.path()).len();
        assert_eq!(upload(PNG.len() + 1, 2), 45_001, "{limit}");
        assert_eq!(stored(fixture.data.path()).len(), before, "{limit}");
    }
}

#[test]
fn pictures_with_too_many_pixels_are_refused_by_their_header() {
    let fixture = ProgramFixture::start();
    let upload = |width: u32, height: u32| {
        let mut content = PNG.to_vec();
        content[16..20].copy_from_slice(&width.to_be_bytes());
        content[20..24].copy_from_slice(&height.to_be_bytes());
        fixture.program().upload(&fixture.token, "image", "a.png", &content)["errcode"].clone()
    };
    assert_eq!(upload(60_000, 60_000), 40_006);
    assert_eq!(upload(10_000, 10_001), 40_006);
    assert_eq!(upload(10_000, 10_000), 0);
    assert_eq!(upload(1, 40_000), 40_006);
}

#[test]
fn unreferenced_files_are_swept_after_a_start() {
    let mut fixture = ProgramFixture::start();
    fixture.kill();
    let folder = fixture.data.path().join("objects/ab/cd");
    fs::create_dir_all(&folder).expect("a folder");
    #[expect(clippy::disallowed_methods, reason = "files on disk have the time of the machine")]
    let now = SystemTime::now();
    let old = fs::FileTimes::new().set_modified(now - Duration::from_secs(2 * 60 * 60));
    let file = |name: &str, is_old: bool| {
        let path = folder.join(name);
        let file = fs::File::create(&path).expect("a file");
        if is_old {
            file.set_times(old).expect("its time");
        }
        path
    };
    let unnamed = file(&format!("abcd{}", "0".repeat(60)), true);
    let half_written = file(&format!("abcd{}#1", "1".repeat(60)), true);
    let under_way = file(&format!("abcd{}#2", "1".repeat(60)), false);
    let new = file(&format!("abcd{}", "2".repeat(60)), false);
    let named: Vec<_> =
        stored(fixture.data.path()).into_iter().filter(|path| !path.starts_with(&folder)).collect();
    for path in &named {
        fs::File::options().append(true).open(path).and_then(|file| file.set_times(old)).expect("its time");
    }
    fixture.restart();
    while unnamed.exists() || half_written.exists() {
        std::thread::yield_now();
    }
    fixture.terminate();
    assert!(under_way.exists() && new.exists(), "they may belong to an upload");
    assert!(!named.is_empty() && named.iter().all(|path| path.exists()));
}
