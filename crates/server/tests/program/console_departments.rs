//! Departments in the console.

use serde_json::{Value, json};
use testkit::{browser::Browser, program::ProgramFixture};

use crate::console::operator;

const TREE: &str = "/console/departments";

fn refused(browser: &Browser, path: &str, form: &[(&str, &str)], reason: &str) {
    let (status, page) = browser.submit(path, form);
    assert!(status == 422 && page.contains(reason), "{path} {status}: {page}");
}

/// Adds a department in the console, and returns its path.
fn add(browser: &Browser, parent: &str, name: &str) -> String {
    let (status, leads) = browser.submit(&format!("{parent}/add"), &[("name", name)]);
    assert_eq!(status, 303, "{leads}");
    leads.strip_suffix("?done=added").expect("its page").to_owned()
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// The names of departments directly below one, in their order.
fn children(browser: &Browser, parent: &str) -> Vec<String> {
    let page = browser.page(parent);
    let below = format!("data-parent=\"{}\"", id(parent));
    let rows = page.split("data-id=").skip(1).filter(|row| row.contains(&below));
    let name = |row: &str| {
        let name = row.split("<span class=\"numbers\">").next().unwrap().rsplit("</span>").nth(1).unwrap();
        name.rsplit(['>', ' ']).next().unwrap().to_owned()
    };
    rows.map(name).collect()
}

#[test]
fn a_tree_is_built_ordered_and_taken_down() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    let root = format!("{TREE}/1");
    let research = add(&clerk, &root, "研发部");
    let (a, b, c) =
        (add(&clerk, &research, "甲"), add(&clerk, &research, "乙"), add(&clerk, &research, "丙"));
    assert_eq!(children(&clerk, &research), ["甲", "乙", "丙"], "new ones come last");
    let page = clerk.page(&b);
    for name in ["研发部", "甲", "乙", "丙"] {
        assert!(page.contains(name), "{name}: {page}");
    }
    let place = |path: &str, target: &str, before: &str| {
        let form = [("target", target), ("before", before)];
        assert_eq!(clerk.submit(&format!("{path}/place"), &form), (303, format!("{path}?done=moved")));
    };
    place(&c, id(&research), id(&a));
    assert_eq!(children(&clerk, &research), ["丙", "甲", "乙"]);
    place(&a, id(&research), "");
    assert_eq!(children(&clerk, &research), ["丙", "乙", "甲"]);
    place(&a, "研发部/乙", "");
    assert_eq!(children(&clerk, &b), ["甲"], "by its path");
    for (path, form, reason) in [
        (format!("{root}/place"), vec![("target", "1")], "顶层部门不能修改"),
        (format!("{b}/place"), vec![("target", id(&a))], "不能移到自己的下级部门"),
        (format!("{b}/place"), vec![("target", "没有/这里")], "没有这个目标部门"),
        (format!("{b}/place"), vec![("target", "99")], "没有这个目标部门"),
        (format!("{c}/place"), vec![("target", id(&b)), ("before", id(&research))], "这个位置已经不存在"),
        (format!("{research}/add"), vec![("name", "乙")], "同级已有同名部门"),
        (format!("{research}/add"), vec![("name", "a-b")], "不能有连字符"),
        (format!("{research}/add"), vec![("name", " ")], "名称为 1 至 64"),
        (format!("{c}/rename"), vec![("name", "乙")], "同级已有同名部门"),
        (format!("{root}/rename"), vec![("name", "x")], "顶层部门不能修改"),
        (format!("{b}/delete"), vec![], "还有下级部门"),
        (format!("{root}/delete"), vec![], "顶层部门不能修改或删除"),
    ] {
        refused(&clerk, &path, &form, reason);
    }
    let longest = "长".repeat(64);
    refused(&clerk, &format!("{c}/rename"), &[("name", &format!("{longest}长"))], "名称为 1 至 64");
    assert_eq!(clerk.submit(&format!("{c}/rename"), &[("name", &longest)]), (303, format!("{c}?done=saved")));
    assert_eq!(clerk.submit(&format!("{a}/delete"), &[]), (303, format!("{b}?done=removed")));
    assert_eq!(clerk.open(&a).0, 404);
    for action in ["add", "rename", "place", "members", "delete"] {
        let (status, _) = clerk.submit(&format!("{TREE}/999/{action}"), &[("name", "x"), ("target", "1")]);
        assert_eq!(status, 404, "{action}");
    }
    let agent = operator(&fixture, "agent", "agent");
    for action in ["add", "rename", "place", "members", "delete"] {
        let (status, _) = agent.submit(&format!("{b}/{action}"), &[("name", "x"), ("target", "1")]);
        assert_eq!(status, 403, "{action}");
    }
    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=clerk");
    for action in ["console.department.add", "console.department.place", "console.department.delete"] {
        assert!(trail.contains(action), "{action}: {trail}");
    }
}

#[test]
fn members_are_moved_and_keep_their_other_departments() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    let root = format!("{TREE}/1");
    let (from, to) = (add(&clerk, &root, "旧"), add(&clerk, &root, "新"));
    let from_id: i64 = id(&from).parse().unwrap();
    for member in ["ann", "bob", "eve"] {
        fixture.member(member, from_id);
    }
    let departments = json!({ "userid": "bob", "dept_id_list": format!("1,{from_id}") });
    fixture.ok("/topapi/v2/user/update", &departments);
    assert!(clerk.page(&from).contains("value=\"bob\""));
    refused(&clerk, &format!("{from}/delete"), &[], "还有成员");
    let form = [("user", "ann"), ("user", "bob"), ("user", "clerk"), ("target", id(&to))];
    assert_eq!(clerk.submit(&format!("{from}/members"), &form), (303, format!("{from}?done=members")));
    let of = |userid: &str| -> Value {
        fixture.ok("/topapi/v2/user/get", &json!({ "userid": userid }))["result"]["dept_id_list"].clone()
    };
    let to_id: i64 = id(&to).parse().unwrap();
    assert_eq!((of("ann"), of("bob"), of("eve")), (json!([to_id]), json!([1, to_id]), json!([from_id])));
    assert_eq!(of("clerk"), json!([1]), "who is not in the department is left out");
    refused(&clerk, &format!("{from}/members"), &[("user", "nobody"), ("target", id(&to))], "已不存在");
    refused(&clerk, &format!("{from}/members"), &[("user", "eve"), ("target", "")], "没有这个目标部门");
}

#[test]
fn a_wide_tree_is_listed_in_parts() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    let list: String = (0..1_205)
        .map(|number| format!("m{number},n,{},宽/部{number}\n", 13_700_000_000_i64 + number))
        .collect();
    let list = format!("userid,name,mobile,departments\n{list}");
    let file = testkit::folder::empty();
    let file = file.path().join("wide.csv");
    std::fs::write(&file, list).unwrap();
    fixture.command_json(&["contacts", "import", "--corp", &fixture.corp, file.to_str().unwrap()]);
    let page = clerk.page(TREE);
    let wide =
        page.split("href=\"/console/departments/").find(|part| part.contains("宽")).expect("the department");
    let wide = format!("{TREE}/{}", wide.split('"').next().unwrap());
    let page = clerk.page(&wide);
    assert_eq!(page.matches("data-id=").count(), 102, "100 with those above");
    assert!(page.contains("还有 1105 个") && page.contains("目标部门（ID，或从顶层开始的路径"), "{page}");
    let rest = clerk.page(&format!("{wide}?from=1200"));
    assert_eq!(rest.matches("data-id=").count(), 7);
    assert!(rest.contains("前面的部门"), "{rest}");
    let last = rest.split("data-id=\"").last().unwrap().split('"').next().unwrap();
    let page = clerk.page(&format!("{TREE}/{last}"));
    assert!(page.contains("部1204") && page.contains("aria-current"), "the chosen one is always listed");
}
