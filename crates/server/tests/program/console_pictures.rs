//! The picture library in the console: uploads, search, names, uses, deletion, and whose pictures they are.

use serde_json::{Value, json};
use testkit::{
    browser::{Browser, Part},
    file::{GIF, png},
    program::ProgramFixture,
};

use crate::console::operator;

/// The paths of the pictures on a page.
fn pictures(page: &str) -> Vec<String> {
    let found = page.split("<a href=\"/console/pictures/").skip(1);
    found.map(|rest| format!("/console/pictures/{}", rest.split('"').next().unwrap())).collect()
}

fn upload(browser: &Browser, unionid: &str, parts: &[Part<'_>]) -> (u16, String, String) {
    browser.submit_parts(&format!("/console/pictures/{unionid}"), parts, &[])
}

#[test]
fn several_pictures_are_uploaded_at_once_and_found() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = operator(&fixture, "ann", "sender");
    let list = format!("/console/pictures?account={unionid}");
    assert!(ann.page(&list).contains("还没有图片"));
    let wide = png(90, 30);
    let parts = [Part::file("picture", "春天.png", &wide), Part::file("picture", "summer.gif", GIF)];
    let (status, leads, _) = upload(&ann, &unionid, &parts);
    assert_eq!((status, leads), (303, format!("{list}&done=2")));
    let page = ann.page(&format!("{list}&done=2"));
    for part in ["已上传 2 张图片。", "共 2 张", "春天.png", "90 × 30", "summer.gif", "ann"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, english) = ann.open_with(&list, &[("accept-language", "en")]);
    assert!(english.contains("2 pictures") && english.contains("Uploading"), "{english}");
    let found = ann.page(&format!("{list}&q=%E6%98%A5"));
    assert!(found.contains("春天.png") && !found.contains("summer.gif"), "{found}");
    assert!(ann.page(&format!("{list}&q=zzz")).contains("没有找到图片"));

    // Each is stored or refused for itself.
    let parts = [Part::file("picture", "a.txt", b"no"), Part::file("picture", "c.gif", GIF)];
    let (status, _, page) = upload(&ann, &unionid, &parts);
    assert_eq!(status, 422);
    assert!(
        page.contains("a.txt：只能") && page.contains("已上传 1 张图片。") && page.contains("共 3 张"),
        "{page}"
    );
    let (status, _, page) = upload(&ann, &unionid, &[Part::file("picture", "", b"")]);
    assert!(status == 422 && page.contains("请选择图片。"), "{page}");
    let many: Vec<_> = (0..21).map(|_| Part::file("picture", "m.gif", GIF)).collect();
    let (status, _, page) = upload(&ann, &unionid, &many);
    assert!(status == 422 && page.contains("已上传 20 张") && page.contains("一次最多"), "{status} {page}");

    // As the script sends them.
    let path = format!("/console/pictures/{unionid}?fragment");
    let (status, _, body) = ann.submit_parts(&path, &[Part::file("picture", "d.gif", GIF)], &[]);
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert!(status == 200 && answer["media_id"].as_str().unwrap().starts_with("@lA"), "{body}");
    let (status, _, body) = ann.submit_parts(&path, &[Part::file("picture", "d.gif", b"<svg>")], &[]);
    assert!(status == 422 && body.contains("message"), "{body}");

    // 24 of them on each page.
    let first = ann.page(&list);
    assert!(pictures(&first).len() == 24 && first.contains("共 24 张") && !first.contains("rel=\"next\""));
    assert_eq!(upload(&ann, &unionid, &[Part::file("picture", "last.gif", GIF)]).0, 303);
    let first = ann.page(&list);
    let next = first.split("rel=\"next\" href=\"").nth(1).expect("a next page").split('"').next().unwrap();
    let second = ann.page(&next.replace("&#38;", "&").replace("&amp;", "&"));
    let all: std::collections::BTreeSet<_> = pictures(&first).into_iter().chain(pictures(&second)).collect();
    assert!(all.len() == 25 && second.contains("rel=\"first\""), "{second}");
}

#[test]
fn a_used_picture_stays_and_others_are_renamed_and_deleted() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = operator(&fixture, "ann", "editor");
    let parts = [Part::file("picture", "a.gif", GIF), Part::file("picture", "b.gif", GIF)];
    assert_eq!(upload(&ann, &unionid, &parts).0, 303);
    let list = format!("/console/pictures?account={unionid}");
    let [used, unused] = pictures(&ann.page(&list)).try_into().expect("two pictures");
    let id = used.rsplit('/').next().unwrap().replace("%40", "@");
    let article = json!({ "title": "题", "content": format!("<img src=\"{id}\">"), "uuid": "1" });
    fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
    let page = ann.page(&used);
    assert!(page.contains("文章（草稿）：题") && !page.contains("确认删除"), "{page}");
    assert!(ann.page(&list).contains("使用中"));
    let delete = |path: &str| ann.submit(&format!("{path}/delete"), &[]);
    let (status, page) = delete(&used);
    assert!(status == 422 && page.contains("图片仍在使用"), "{status} {page}");
    let media = format!("/media/{}", unused.rsplit('/').next().unwrap());
    assert_eq!(ann.bytes(&media).0, 200);
    let name = |path: &str, name: &str| ann.submit(&format!("{path}/name"), &[("name", name)]);
    assert_eq!(name(&unused, "新名称"), (303, format!("{unused}?done=name")));
    assert_eq!(name(&unused, "a\nb").0, 422);
    let page = ann.page(&format!("{unused}?done=name"));
    assert!(page.contains("新名称") && page.contains("已保存名称。") && page.contains("确认删除"), "{page}");
    assert_eq!(ann.submit(&format!("{unused}/delete"), &[]), (303, format!("{list}&deleted=1")));
    assert!(ann.page(&format!("{list}&deleted=1")).contains("已删除图片。"));
    assert_eq!((ann.open(&unused).0, ann.open(&media).0), (404, 404));
    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=ann");
    for action in ["upload", "rename", "delete"] {
        assert!(trail.contains(&format!("console.picture.{action}")), "{action}");
    }
}

#[test]
fn pictures_of_other_accounts_are_unknown() {
    let fixture = ProgramFixture::start();
    let other = fixture.account("另一个");
    let ann = operator(&fixture, "ann", "editor");
    assert_eq!(upload(&ann, &other, &[Part::file("picture", "a.gif", GIF)]).0, 303);
    let path = pictures(&ann.page(&format!("/console/pictures?account={other}"))).remove(0);
    let bob = operator(&fixture, "bob", &format!("editor:{}", fixture.unionid));
    assert_eq!(bob.open(&format!("/console/pictures?account={other}")).0, 404);
    assert_eq!(bob.open(&path).0, 404);
    assert_eq!(bob.open(&path.replace(&other, &fixture.unionid)).0, 404);
    assert_eq!(bob.open(&format!("/console/pictures/{other}/choices")).0, 404);
    assert_eq!(upload(&bob, &other, &[Part::file("picture", "a.gif", GIF)]).0, 404);
    assert_eq!(bob.submit(&format!("{path}/delete"), &[]).0, 404);
    // Senders choose and upload, and change nothing.
    let sam = operator(&fixture, "sam", "sender");
    let page = sam.page(&path);
    assert!(!page.contains("保存名称") && !page.contains("确认删除"), "{page}");
    assert_eq!(sam.submit(&format!("{path}/name"), &[("name", "x")]).0, 403);
    assert_eq!(sam.submit(&format!("{path}/delete"), &[]).0, 403);
    assert!(sam.page(&format!("/console/pictures/{other}/choices?q=a")).contains("data-picture"));
    assert_eq!(fixture.browser("reader", 1).open(&path).0, 403);
}

#[test]
fn settings_take_a_picture_of_the_library() {
    let fixture = ProgramFixture::start();
    let unionid = fixture.unionid.clone();
    let ann = operator(&fixture, "ann", "editor");
    assert_eq!(upload(&ann, &unionid, &[Part::file("picture", "a.gif", GIF)]).0, 303);
    let path = pictures(&ann.page(&format!("/console/pictures?account={unionid}"))).remove(0);
    let id = path.rsplit('/').next().unwrap().replace("%40", "@");
    let save = |id: &str| {
        let parts = [
            Part::text("name", "新闻"),
            Part::text("brief", ""),
            Part::text("desc", "长"),
            Part::file("avatar", "", b""),
            Part::file("cover", "", b""),
            Part::text("avatar_id", id),
            Part::text("cover_id", ""),
        ];
        ann.submit_parts(&format!("/console/accounts/{unionid}/settings"), &parts, &[]).0
    };
    assert_eq!(save(&id), 303);
    let stored = fixture.ok("/topapi/serviceaccount/get", &json!({ "unionid": unionid }));
    assert!(stored.to_string().contains(&id), "{stored}");
    assert!(ann.page(&path).contains("服务号的头像或封面"));
    assert_eq!(save("@lAnone"), 422);
}
