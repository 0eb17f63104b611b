//! The page of the organisation: an owner changes its name, addresses and look.

use testkit::{
    browser::{Browser, Part},
    file::png,
    program::{ProgramFixture, carillon_json},
};

use crate::console::operator;

const PATH: &str = "/console/organisation";

/// The form with some other values.
fn form<'a>(values: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("name", "测试组织"),
        ("short_name", "ceshizuzhi"),
        ("hosts", ""),
        ("accent_color", "#0f6b5c"),
        ("time_zone", "Asia/Shanghai"),
    ];
    for (name, value) in values {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    form
}

/// The value that confirms what a page shows.
fn confirmation(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"confirmed\" value=\"").unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn an_owner_changes_the_organisation_and_learns_before_what_it_takes_away() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let visitor = Browser::signed_out(fixture.url());
    let page = owner.page(PATH);
    assert!(page.contains("/o/ceshizuzhi/") && page.contains("value=\"Asia/Shanghai\""), "{page}");
    assert!(!page.contains("confirmed"), "{page}");

    // Nothing is taken away by another name and a colour.
    let looks = form(&[("name", " 新的名字 "), ("own_color", "1"), ("accent_color", "#b3261e")]);
    assert_eq!(owner.submit(PATH, &looks), (303, format!("{PATH}?done=saved")));
    let page = owner.page(&format!("{PATH}?done=saved"));
    assert!(page.contains("已保存。") && page.contains("value=\"新的名字\""), "{page}");
    let sign_in = visitor.page("/sign-in");
    assert!(sign_in.contains("新的名字") && sign_in.contains("accent.b3261e"), "{sign_in}");

    // Other addresses and days have to be confirmed, as they were shown.
    let change = [
        ("short_name", "new-name"),
        ("hosts", "Inbox.Example.org\r\nb.example"),
        ("time_zone", "Europe/Paris"),
    ];
    let (status, page) = owner.submit(PATH, &form(&change));
    assert_eq!(status, 200);
    for part in
        ["/o/ceshizuzhi/ 会跳转", "inbox.example.org 将只打开本组织", "Asia/Shanghai 改为 Europe/Paris"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(visitor.follow("/o/new-name/").0, 404, "nothing has changed yet");
    let confirmed = confirmation(&page);
    let (status, page) =
        owner.submit(PATH, &form(&[("short_name", "other-name"), ("confirmed", &confirmed)]));
    assert!(status == 200 && page.contains("/o/other-name/"), "another change is asked about again: {page}");
    let mut form_of_change = form(&change);
    form_of_change.push(("confirmed", &confirmed));
    assert_eq!(owner.submit(PATH, &form_of_change).0, 303);
    assert_eq!(visitor.follow("/o/ceshizuzhi/"), (308, "/o/new-name/".to_owned()));
    let page = owner.page(PATH);
    assert!(
        page.contains("<code>/o/ceshizuzhi/</code>") && page.contains("inbox.example.org\nb.example"),
        "{page}"
    );
    assert!(owner.page("/console/sign-on").contains("https://inbox.example.org/sign-in/provider/callback"));

    // Removing a host name is asked about too.
    let kept = [("short_name", "new-name"), ("hosts", "b.example"), ("time_zone", "Europe/Paris")];
    let (status, page) = owner.submit(PATH, &form(&kept));
    assert!(status == 200 && page.contains("inbox.example.org 不再是本组织的地址"), "{page}");

    for (field, value, reason) in [
        ("name", "", "名称"),
        ("short_name", "a", "短名"),
        ("short_name", "api", "保留字"),
        ("hosts", "https://a.example", "专属域名"),
        ("hosts", "192.0.2.1", "专属域名"),
        ("time_zone", "Nowhere", "没有这个时区"),
    ] {
        let (status, page) = owner.submit(PATH, &form(&[(field, value)]));
        assert!(
            status == 422 && page.contains("role=\"alert\"") && page.contains(reason),
            "{field} {value}: {page}"
        );
    }
    let (status, page) = owner.submit(PATH, &form(&[("own_color", "1"), ("accent_color", "red")]));
    assert!(status == 422 && page.contains("主题色应类似"), "{page}");

    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=owner");
    assert!(trail.contains("console.organisation.set") && trail.contains("new-name"), "{trail}");
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    page.split(&field).nth(1).unwrap_or_else(|| panic!("{page}")).split('"').next().unwrap().to_owned()
}

#[test]
fn two_owners_see_that_they_changed_the_same_organisation() {
    let fixture = ProgramFixture::start();
    let (one, two) = (operator(&fixture, "one", "owner"), operator(&fixture, "two", "owner"));
    let seen = hidden(&one.page(PATH), "revision");
    let first = form(&[("revision", &seen), ("name", "第一个名字"), ("hosts", "a.example")]);
    let (status, page) = one.submit(PATH, &first);
    assert_eq!((status, hidden(&page, "revision")), (200, seen.clone()), "asked about the host name");
    let confirmed = confirmation(&page);
    let mut form_of_first = first.clone();
    form_of_first.push(("confirmed", &confirmed));
    assert_eq!(one.submit(PATH, &form_of_first).0, 303);

    let change = form(&[("revision", &seen), ("name", "第二个名字")]);
    let (status, page) = two.submit(PATH, &change);
    assert_eq!(status, 409);
    let rows =
        page.split("<tbody>").nth(1).unwrap_or_else(|| panic!("{page}")).split("</tbody>").next().unwrap();
    assert_eq!(rows.matches("<tr>").count(), 2, "{rows}");
    for part in ["第一个名字", "第二个名字", "a.example", "（空）"] {
        assert!(rows.contains(part), "{part}: {rows}");
    }
    assert!(page.contains("value=\"第二个名字\""), "what was typed is in the form: {page}");
    assert!(two.page(PATH).contains("value=\"第一个名字\""), "nothing was saved");
    let (_, english) = two.open_with(PATH, &[("accept-language", "en")]);
    assert!(!english.contains("Somebody changed"), "{english}");
    // The form now stands for what its author saw.
    let seen = hidden(&page, "revision");
    let (status, page) = two.submit(PATH, &form(&[("revision", &seen), ("name", "第二个名字")]));
    assert!(status == 200 && page.contains("a.example"), "the host name goes, which is asked about: {page}");
    let confirmed = confirmation(&page);
    let change = [("revision", seen.as_str()), ("name", "第二个名字"), ("confirmed", &confirmed)];
    assert_eq!(two.submit(PATH, &form(&change)).0, 303);
    // A refusal for another reason does not hide what somebody else changed.
    let (status, page) =
        two.submit(PATH, &form(&[("revision", &seen), ("own_color", "1"), ("accent_color", "red")]));
    assert_eq!((status, hidden(&page, "revision")), (422, seen.clone()));

    // A logo replaces or removes the one that its author saw.
    let upload = |browser: &Browser, replaces: &str| {
        let picture = png(90, 30);
        let parts = [Part::text("replaces", replaces), Part::file("logo", "logo.png", &picture)];
        browser.submit_parts(&format!("{PATH}/logo"), &parts, &[]).0
    };
    assert_eq!(upload(&one, ""), 303);
    assert_eq!(upload(&two, ""), 409, "there was none");
    let logo = hidden(&two.page(PATH), "replaces");
    assert_eq!(upload(&two, &logo), 303);
    let remove = format!("{PATH}/logo/remove");
    let (status, page) = one.submit(&remove, &[("replaces", &logo)]);
    assert!(status == 409 && page.contains("标志没有变化"), "{page}");
    let logo = hidden(&page, "replaces");
    assert_eq!(one.submit(&remove, &[("replaces", &logo)]).0, 303);
}

#[test]
fn host_names_are_added_by_owners_of_the_only_organisation_alone() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    carillon_json(fixture.data.path(), &["corp", "set", "ceshizuzhi", "--host", "a.example"]);
    carillon_json(fixture.data.path(), &["corp", "create", "--name", "第二", "--short-name", "second"]);
    assert!(owner.page(PATH).contains("carillon corp set --host"));
    let (status, page) = owner.submit(PATH, &form(&[("hosts", "a.example\nb.example")]));
    assert!(status == 422 && page.contains("carillon corp set --host"), "{page}");
    let (status, page) = owner.submit(PATH, &form(&[("hosts", "")]));
    assert_eq!(status, 200);
    let confirmed = confirmation(&page);
    assert_eq!(owner.submit(PATH, &form(&[("hosts", ""), ("confirmed", &confirmed)])).0, 303);
    let (status, page) = owner.submit(PATH, &form(&[("short_name", "second")]));
    assert!(status == 422 && page.contains("已被其他组织使用"), "{page}");
}

#[test]
fn a_logo_is_uploaded_and_removed() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let visitor = Browser::signed_out(fixture.url());
    let upload = |content: &[u8]| {
        owner.submit_parts(&format!("{PATH}/logo"), &[Part::file("logo", "标志.png", content)], &[])
    };
    assert!(owner.page(PATH).contains("还没有标志"));
    let (status, leads, _) = upload(&png(90, 30));
    assert_eq!((status, leads), (303, format!("{PATH}?done=logo")));
    assert!(visitor.page("/sign-in").contains("class=\"logo\""));
    let preview = owner.page(&format!("{PATH}/preview?scheme=dark&name=%3Cb%3E&color=%23b3261e"));
    for part in ["class=\"logo\"", "&#60;b&#62;", "accent.b3261e.1.css?scheme=dark"] {
        assert!(preview.contains(part), "{part}: {preview}");
    }
    for content in [png(8, 8), b"GIF89a".to_vec(), Vec::new(), vec![0; 600 << 10]] {
        let (status, _, page) = upload(&content);
        assert!(status == 422 && page.contains("role=\"alert\""), "{page}");
    }
    assert!(visitor.page("/sign-in").contains("class=\"logo\""), "it stays");
    assert_eq!(owner.submit(&format!("{PATH}/logo/remove"), &[]).0, 303);
    assert!(!visitor.page("/sign-in").contains("class=\"logo\""));
    // The preview is for owners, and frames of this server alone.
    let editor = operator(&fixture, "editor", "editor");
    assert_eq!(editor.open(&format!("{PATH}/preview")).0, 403);
    assert_eq!(editor.submit(&format!("{PATH}/logo/remove"), &[]).0, 403);
}
