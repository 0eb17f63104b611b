//! Lists of the console: filters in the address, pages by the last entry, and files of exactly what is shown.

use serde_json::json;
use testkit::{browser::Browser, program::ProgramFixture};

use crate::console::operator;

/// The address that a link with a relation leads to.
fn link(page: &str, relation: &str) -> Option<String> {
    let link = page.split(&format!("rel=\"{relation}\" href=\"")).nth(1)?;
    Some(link.split('"').next()?.replace("&#38;", "&"))
}

/// The address of the file of a page.
fn file(browser: &Browser, page: &str) -> String {
    let address =
        page.split("csv=1\" download").next().and_then(|rest| rest.rsplit('"').next()).expect("a file");
    browser.page(&format!("{}csv=1", address.replace("&#38;", "&")))
}

#[test]
fn operators_are_found_page_by_page_and_as_a_file() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    for number in 0..51 {
        let userid = format!("op{number:02}");
        fixture.member(&userid, 1);
        let role = if number == 7 { "auditor" } else { "agent" };
        let form = [("userid", userid.as_str()), ("role", role), ("account", "")];
        assert_eq!(owner.submit("/console/operators", &form).0, 303);
    }
    let first = owner.page("/console/operators");
    assert_eq!(first.matches("operators/link").count(), 50);
    let next = link(&first, "next").expect("a second page");
    // An operator who goes meanwhile moves nobody to another page.
    assert_eq!(owner.submit("/console/operators", &[("userid", "op49"), ("role", "")]).0, 303);
    let second = owner.page(&next);
    assert!(second.contains("<code>op50</code>") && second.contains("<code>owner</code>"), "{second}");
    assert!(!second.contains("<code>op48</code>") && link(&second, "next").is_none(), "{second}");
    assert_eq!(link(&second, "first").as_deref(), Some("/console/operators"));

    let found = owner.page("/console/operators?search=OP0&role=auditor");
    assert!(found.contains("<code>op07</code>") && !found.contains("<code>op08</code>"), "{found}");
    let csv = file(&owner, &found);
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains("op07,op07,审计,"), "{csv}");
    assert_eq!(owner.page("/console/operators?csv=1").lines().count(), 52);
    assert!(owner.page("/console/operators?search=nobody").contains("没有符合条件的结果"));
}

#[test]
fn accounts_and_apps_are_found_and_files_have_no_formulas() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let gone = fixture.account("=1+1");
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": gone, "status": "disabled" }));
    let page = owner.page("/console/accounts?status=disabled");
    assert!(page.contains(&gone) && !page.contains(&fixture.unionid), "{page}");
    let csv = file(&owner, &page);
    assert!(csv.lines().count() == 2 && csv.contains(&format!("'=1+1,{gone},")), "{csv}");
    let page = owner.page("/console/accounts?status=in_use");
    assert!(!page.contains(&gone) && page.contains(&fixture.unionid), "{page}");
    assert!(owner.page("/console/accounts?search=nothing").contains("没有符合条件的结果"));
    // An editor of one account finds and downloads no other.
    let editor = operator(&fixture, "editor", &format!("editor:{gone}"));
    let csv = editor.page("/console/accounts?csv=1");
    assert!(csv.contains(&gone) && !csv.contains(&fixture.unionid), "{csv}");

    let page = owner.page(&format!("/console/apps?search={}", fixture.key()));
    assert!(page.contains(fixture.key()), "{page}");
    let csv = file(&owner, &page);
    assert!(csv.lines().count() == 2 && csv.contains(fixture.key()), "{csv}");
    assert!(owner.page("/console/apps?search=nothing").contains("没有符合条件的结果"));
    for broken in ["after=x", "after=1.x", "after=-1.-1"] {
        assert_eq!(owner.open(&format!("/console/apps?{broken}")).0, 200, "{broken}");
    }
}

#[test]
fn members_of_a_department_are_listed_page_by_page_and_as_a_file() {
    let fixture = ProgramFixture::start();
    let new = json!({ "name": "大部", "parent_id": 1 });
    let department = fixture.ok("/topapi/v2/department/create", &new)["result"]["dept_id"].as_i64().unwrap();
    for number in 0..51 {
        fixture.member(&format!("m{number:02}"), department);
    }
    let clerk = operator(&fixture, "clerk", "members");
    let path = format!("/console/departments/{department}");
    let first = clerk.page(&path);
    assert_eq!(first.matches("name=\"user\"").count(), 50);
    let second = clerk.page(&link(&first, "next").expect("a second page"));
    assert!(second.contains("value=\"m50\"") && second.matches("name=\"user\"").count() == 1, "{second}");
    let csv = file(&clerk, &first);
    assert_eq!(csv.lines().count(), 52, "{csv}");
    assert!(csv.contains("大部") && !csv.contains("clerk"), "{csv}");
    assert_eq!(clerk.open("/console/departments/999999?csv=1").0, 404);
}
