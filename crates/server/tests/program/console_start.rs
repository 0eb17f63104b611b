//! The first-run guide of an empty organisation.

use serde_json::json;
use tempfile::TempDir;
use testkit::{
    browser::Browser,
    program::{PASSWORD, Program, ProgramFixture, carillon_json},
};

const PATH: &str = "/console/start";

/// Whether each step is ticked.
fn ticked(page: &str) -> Vec<bool> {
    let steps = page.split("<ol class=\"first-steps\">").nth(1).unwrap_or_else(|| panic!("{page}"));
    steps.split("<li class=").skip(1).map(|step| step.starts_with("\"is-done\"")).collect()
}

#[test]
fn an_owner_of_an_empty_folder_sees_what_to_do_next() {
    let data = TempDir::new().unwrap();
    let program = Program::start(data.path());
    let corp = carillon_json(data.path(), &["corp", "create", "--name", "空组织"])["corp_id"].clone();
    let corp = corp.as_str().unwrap();
    let added = carillon_json(
        data.path(),
        &["operator", "add", "boss", "--corp", corp, "--role", "owner", "--name", "老板"],
    );
    let form = [("new", PASSWORD), ("again", PASSWORD)];
    let link = added["link"].as_str().unwrap();
    let (owner, status, leads) = Browser::signed_out(&program.url).submit_with_cookies(link, &form);
    assert_eq!((status, leads.as_str()), (303, "/console"));
    assert_eq!(owner.follow("/console"), (303, PATH.to_owned()));
    let page = owner.page(PATH);
    assert_eq!(ticked(&page), [false; 5]);
    assert!(page.contains("已完成 0 / 5") && page.contains("href=\"/console/members/import\""), "{page}");

    // Each step is ticked by what is stored.
    carillon_json(data.path(), &["app", "create", "--corp", corp, "--name", "main", "--grant", "qyapi_base"]);
    assert_eq!(ticked(&owner.page(PATH)), [false, false, false, false, true]);
    let member = [("userid", "ann"), ("name", "安"), ("mobile", "13800000001"), ("department", "1")];
    assert_eq!(owner.submit("/console/members", &member).0, 303);
    let page = owner.page(PATH);
    assert_eq!(ticked(&page), [true, false, false, false, true]);
    assert!(page.contains("<li><a href=\"/console/start\"") && page.contains("已完成 2 / 5"), "{page}");

    // It is put away, and comes back.
    assert_eq!(owner.submit(PATH, &[("dismissed", "1")]), (303, "/console".to_owned()));
    let home = owner.page("/console");
    assert!(!home.contains("href=\"/console/start\""), "{home}");
    assert!(owner.page(PATH).contains("在导航中显示"));
    assert_eq!(owner.submit(PATH, &[]), (303, PATH.to_owned()));
    assert_eq!(owner.follow("/console"), (303, PATH.to_owned()));
    let trail = owner.page("/console/audit?actor=boss");
    assert!(trail.contains("console.guide.set") && trail.contains("guide_dismissed"), "{trail}");
}

#[test]
fn an_organisation_at_work_has_done_its_steps() {
    let fixture = ProgramFixture::start();
    let owner = crate::console::operator(&fixture, "owner", "owner");
    fixture.member("ann", 1);
    assert_eq!(owner.open("/console").0, 200, "no redirect");
    assert_eq!(ticked(&owner.page(PATH)), [true, true, false, false, true]);
    fixture.send(&fixture.text("你好", &json!({ "is_to_all": true })));
    assert_eq!(ticked(&owner.page(PATH)), [true, true, false, true, true]);
    let editor = crate::console::operator(&fixture, "editor", "editor");
    assert_eq!(editor.submit(PATH, &[("dismissed", "1")]).0, 403);
}
