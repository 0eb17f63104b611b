//! Import of members in the console: preview, progress, report, hostile files, and a crash in between.

use std::{fmt::Write as _, thread, time::Duration};

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use testkit::{
    browser::{Browser, Part},
    program::ProgramFixture,
};

use crate::console::operator;

const IMPORT: &str = "/console/members/import";

/// Uploads a list. Returns the status, and the path of the import or else the page.
fn upload(browser: &Browser, name: &str, content: &[u8]) -> (u16, String) {
    let (status, location, page) = browser.submit_parts(IMPORT, &[Part::file("file", name, content)], &[]);
    (status, if location.is_empty() { page } else { location })
}

/// Uploads a list, and returns the path of the import after it was checked.
fn uploaded(browser: &Browser, content: &[u8]) -> String {
    let (status, path) = upload(browser, "名单.csv", content);
    assert_eq!(status, 303, "{path}");
    ended(browser, &path);
    path
}

/// Waits until the server does not work on an import any more, and returns its page.
fn ended(browser: &Browser, path: &str) -> String {
    for _ in 0..1_200 {
        let page = browser.page(path);
        if !page.contains("data-refresh") {
            return page;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the import {path} does not end");
}

fn apply(browser: &Browser, path: &str) -> String {
    assert_eq!(browser.submit(&format!("{path}/apply"), &[]), (303, path.to_owned()));
    ended(browser, path)
}

/// The numbers above the lists: with problems, added, changed, unchanged.
fn counts(page: &str) -> Vec<i64> {
    page.split("<strong>")
        .skip(1)
        .take(4)
        .map(|rest| rest.split('<').next().unwrap().replace(',', "").parse().unwrap())
        .collect()
}

fn member(fixture: &ProgramFixture, userid: &str) -> Value {
    fixture.call("/topapi/v2/user/get", &json!({ "userid": userid }))["result"].clone()
}

fn in_utf_16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_list_is_checked_then_imported_and_its_bad_lines_come_back_with_reasons() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    let template = clerk.page(&format!("{IMPORT}/template"));
    assert!(template.starts_with("\u{feff}成员 ID,姓名,手机号,"), "{template}");
    fixture.member("ann", 1);
    let list = "成员 ID,姓名,手机号,所属部门,职位,直属主管 ID,初始密码\n\
                zhang,张三,13800000001,研发部/平台组,=工程师,ann,\n\
                ann,安,,,经理,,\n\
                li,李四,12,研发部,,,\n\
                li2,,13800000003,研发部,,,\n\
                wang,王五,13800000001,研发部,,,\n\
                zhao,赵六,13800000004,研发部,,nobody,\n\
                clerk,文员,,,,,\"s3cret pass,word\"\n\
                ann2,\n";
    let path = uploaded(&clerk, list.as_bytes());
    let page = clerk.page(&path);
    // A line whose manager alone is refused counts as added and as one with a problem.
    assert_eq!(counts(&page), [6, 2, 1, 0], "{page}");
    for reason in [
        "手机号为空或格式不正确",
        "不能为空",
        "与第 2 行重复",
        "没有这个成员，未设置直属主管",
        "只有所有者可以设置运营人员的密码",
        "有 2 个单元格，应为 7 个",
    ] {
        assert!(page.contains(reason), "{reason}: {page}");
    }
    assert!(page.contains("将新建的部门") && page.contains(">研发部/平台组<"), "{page}");
    assert!(clerk.page(&format!("{path}?show=changed")).contains("修改：姓名、职位<"), "what changes");
    let english = clerk.open_with(&path, &[("accept-language", "en")]).1;
    assert!(english.contains("the mobile number is missing or invalid"), "{english}");
    assert_eq!(member(&fixture, "zhang"), Value::Null, "nothing has changed yet");
    let problems = clerk.page(&format!("{path}/problems"));
    assert!(problems.starts_with("\u{feff}成员 ID,姓名,手机号,所属部门,职位,直属主管 ID,初始密码,原因\r\n"));
    assert!(problems.contains("li,李四,12,研发部,,,,手机号: 手机号为空或格式不正确\r\n"), "{problems}");
    assert!(problems.contains("clerk,文员,,,,,,初始密码: ") && !problems.contains("s3cret"), "{problems}");
    // Another list has to wait, and the first one is shown.
    let (status, refused) = upload(&clerk, "b.csv", b"userid\nx\n");
    assert!(status == 409 && refused.contains(&path), "{status}: {refused}");

    let page = apply(&clerk, &path);
    assert_eq!(counts(&page), [6, 2, 1, 0], "{page}");
    assert!(page.contains("已完成"), "{page}");
    let zhang = member(&fixture, "zhang");
    assert_eq!((&zhang["title"], &zhang["manager_userid"]), (&json!("=工程师"), &json!("ann")), "{zhang}");
    assert_eq!(member(&fixture, "ann")["title"], "经理");
    assert_eq!(member(&fixture, "zhao")["name"], "赵六");
    assert!(member(&fixture, "li").is_null() && member(&fixture, "wang").is_null());
    assert!(fixture.sign_in("clerk").is_some(), "the password of an operator is as it was");
    assert_eq!(clerk.submit(&format!("{path}/apply"), &[]).0, 409, "once");
    assert_eq!(clerk.submit(&format!("{path}/cancel"), &[]).0, 409, "it has ended");

    // The lines with problems are corrected and uploaded, with the column of reasons; an apostrophe is no part of a cell.
    let corrected = problems.replace("li,李四,12,", "li,李四,13800000002,").replace("ann2,", "ann2,'=x");
    let path = uploaded(&clerk, corrected.as_bytes());
    let page = apply(&clerk, &path);
    assert_eq!(counts(&page)[1], 1, "{page}");
    assert_eq!(member(&fixture, "li")["name"], "李四");
    // The same list again changes nobody.
    let again = "userid,name,title\nzhang,张三,'=工程师\nann,安,经理\n";
    let path = uploaded(&clerk, again.as_bytes());
    assert_eq!(counts(&clerk.page(&path)), [0, 0, 0, 2]);
    assert!(clerk.submit(&format!("{path}/apply"), &[]).0 == 303, "it does nothing");
    let auditor = operator(&fixture, "auditor", "auditor");
    let trail = auditor.page("/console/audit?actor=clerk");
    for part in ["console.member.import", "member_import.apply", "zhang"] {
        assert!(trail.contains(part), "{part}: {trail}");
    }
}

#[test]
fn an_owner_sets_passwords_of_operators_and_others_those_of_members() {
    let fixture = ProgramFixture::start();
    let (clerk, owner) = (operator(&fixture, "clerk", "members"), operator(&fixture, "owner", "owner"));
    fixture.member("ann", 1);
    let list = b"userid,init_password\nann,correct horse 1\nclerk,correct horse 2\n";
    let path = uploaded(&clerk, list);
    apply(&clerk, &path);
    assert!(fixture.program().signs_in("ann", "correct horse 1"));
    assert!(!fixture.program().signs_in("clerk", "correct horse 2"));
    let path = uploaded(&owner, list);
    assert_eq!(counts(&apply(&owner, &path)), [0, 0, 2, 0]);
    assert!(fixture.program().signs_in("clerk", "correct horse 2"));
}

#[test]
fn every_format_is_read() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let text =
        |number: u32| format!("成员 ID,姓名,手机号,所属部门\nu{number},张三,1380000000{number},研发部\n");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in
        (0..).zip([["成员 ID", "姓名", "手机号", "所属部门"], ["u4", "张三", "13800000004", "研发部"]])
    {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    for (number, content, format) in [
        (1, text(1).into_bytes(), "CSV, UTF-8"),
        (2, encoding_rs::GBK.encode(&text(2)).0.into_owned(), "CSV, GBK"),
        (3, in_utf_16(&text(3).replace(',', "\t")), "CSV, UTF-16LE"),
        (4, workbook.save_to_buffer().unwrap(), "XLSX, sheet Sheet1"),
    ] {
        let path = uploaded(&owner, &content);
        let page = apply(&owner, &path);
        assert!(page.contains(format), "{format}: {page}");
        assert_eq!(member(&fixture, &format!("u{number}"))["name"], "张三", "{format}");
    }
}

/// A zip file with these parts.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn lines(count: usize) -> Vec<u8> {
    let mut list = "userid,name\n".to_owned();
    (0..count).for_each(|number| writeln!(list, "u{number},").unwrap());
    list.into_bytes()
}

#[test]
fn hostile_and_useless_files_are_refused() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let bomb = zipped(&[("xl/sharedStrings.xml", &vec![b'<'; 33 << 20])]);
    assert!(bomb.len() < 1 << 20);
    let long_line = [b"userid\n".as_slice(), &vec![b','; 3 << 20]].concat();
    for (name, content, status, reason) in [
        ("none", b"".to_vec(), 422, "请选择文件"),
        ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1and so on".to_vec(), 422, "旧格式"),
        ("damaged", b"PK\x03\x04and so on".to_vec(), 422, "文件已损坏"),
        ("bomb", bomb, 422, "内容过大"),
        ("long", long_line, 422, "无法读取这个文件"),
        ("no header", b"\n\n".to_vec(), 422, "没有“成员 ID”列"),
        ("no lines", b"userid,name\n".to_vec(), 422, "除列名外没有内容"),
        ("unknown", b"userid,<script>\nu,x\n".to_vec(), 422, "“&#60;script&#62;”不是可用的列名"),
        ("twice", "userid,姓名,Name\nu,x,y\n".into(), 422, "“姓名”重复"),
        ("no userid", b"name\nu\n".to_vec(), 422, "没有“成员 ID”列"),
        ("too many", lines(100_001), 422, "不能超过 100,000 行"),
        ("too large", vec![b'x'; (20 << 20) + 1], 413, "不能超过 20 MB"),
        ("far too large", vec![b'x'; 21 << 20], 413, "不能超过 20 MB"),
    ] {
        let (found, page) = upload(&owner, name, &content);
        assert!(found == status && page.contains(reason), "{name}: {found} {page}");
    }
    let page = owner.page(IMPORT);
    assert!(page.contains("还没有导入过成员"), "nothing is left: {page}");
    // One of the largest lists that there may be. All of its lines lack a name.
    let (status, path) = upload(&owner, "most", &lines(100_000));
    assert_eq!(status, 303, "{path}");
    assert_eq!(owner.submit(&format!("{path}/cancel"), &[]).0, 303);
    assert!(ended(&owner, &path).contains("没有导入任何内容"));
}

#[test]
fn only_owners_and_members_roles_import() {
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    let path = uploaded(&clerk, b"userid,name,mobile,departments\nu1,x,13800000001,A\n");
    for role in ["editor", "auditor", "developer"] {
        let other = operator(&fixture, role, role);
        assert_eq!(upload(&other, "x", b"userid\nx\n").0, 403, "{role}");
        for page in [
            IMPORT.to_owned(),
            format!("{IMPORT}/template"),
            path.clone(),
            format!("{path}?csv=1"),
            format!("{path}/problems"),
        ] {
            assert_eq!(other.open(&page).0, 403, "{role} {page}");
        }
        for action in ["apply", "cancel"] {
            assert_eq!(other.submit(&format!("{path}/{action}"), &[]).0, 403, "{role} {action}");
        }
    }
    assert_eq!(clerk.open(&format!("{IMPORT}/99")).0, 404);
    // Whoever applied it loses the role before the work begins.
    let owner = operator(&fixture, "owner", "owner");
    assert_eq!(clerk.submit(&format!("{path}/cancel"), &[]).0, 303);
    assert!(member(&fixture, "u1").is_null());
    assert!(owner.page(IMPORT).contains("已取消"));
    // A member may have the name of a page.
    fixture.member("import", 1);
    assert!(
        clerk.page("/console/members?search=import").contains("href=\"/console/members/%69%6D%70%6F%72%74\"")
    );
    assert!(clerk.page("/console/members/%69%6D%70%6F%72%74").contains("<code>import</code>"));
}

#[test]
fn an_import_goes_on_after_a_crash_and_no_line_is_imported_twice() {
    const MEMBERS: usize = 2_000;
    let mut fixture = ProgramFixture::start();
    let mut owner = operator(&fixture, "owner", "owner");
    let mut list = "userid,name,mobile,departments,manager_userid\n".to_owned();
    for number in 0..MEMBERS {
        let (mobile, manager) = (13_900_000_000_usize + number, MEMBERS - 1 - number);
        writeln!(list, "m{number},成员{number},{mobile},部门{},m{manager}", number % 7).unwrap();
    }
    let (status, path) = upload(&owner, "all.csv", list.as_bytes());
    assert_eq!(status, 303);
    // Killed while it is checked, and twice while it is imported.
    fixture.crash();
    owner = owner.moved_to(fixture.url());
    let page = ended(&owner, &path);
    assert_eq!(counts(&page), [0, i64::try_from(MEMBERS).unwrap(), 0, 0], "{page}");
    assert_eq!(owner.submit(&format!("{path}/apply"), &[]).0, 303);
    for _ in 0..2 {
        fixture.crash();
        owner = owner.moved_to(fixture.url());
    }
    let page = ended(&owner, &path);
    assert_eq!(counts(&page), [0, i64::try_from(MEMBERS).unwrap(), 0, 0], "{page}");
    let count = fixture.ok("/topapi/user/count", &json!({ "only_active": false }));
    assert_eq!(count["result"]["count"], MEMBERS + 1, "with the owner");
    for number in [0, 1, MEMBERS / 2, MEMBERS - 1] {
        let found = member(&fixture, &format!("m{number}"));
        assert_eq!(found["manager_userid"], format!("m{}", MEMBERS - 1 - number), "{found}");
    }
}

#[test]
fn an_import_that_is_called_off_keeps_whole_chunks() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let mut list = "userid,name,mobile,departments\n".to_owned();
    for number in 0..1_000 {
        writeln!(list, "m{number},成员,{},部门", 13_900_000_000_usize + number).unwrap();
    }
    let path = uploaded(&owner, list.as_bytes());
    assert_eq!(owner.submit(&format!("{path}/apply"), &[]).0, 303);
    let status = owner.submit(&format!("{path}/cancel"), &[]).0;
    assert!(status == 303 || status == 409, "{status}: it may have ended before");
    let page = ended(&owner, &path);
    let count = fixture.ok("/topapi/user/count", &json!({ "only_active": false }));
    let added = count["result"]["count"].as_i64().unwrap() - 1;
    assert_eq!((counts(&page)[1], added % 250), (added, 0), "{page}");
    assert_eq!(page.contains("没有导入"), added < 1_000, "{page}");
}

#[test]
fn lines_are_listed_page_by_page_and_lists_are_files_of_what_they_show() {
    const MEMBERS: usize = 120;
    let fixture = ProgramFixture::start();
    let clerk = operator(&fixture, "clerk", "members");
    assert!(!clerk.page(IMPORT).contains("csv=1"), "an empty list has no file");
    let mut list = "userid,name,mobile,departments\n".to_owned();
    for number in 0..MEMBERS {
        writeln!(list, "m{number:03},=1+1,{},部门", 13_900_000_000_usize + number).unwrap();
    }
    list.push_str("bad,x,,部门\n");
    let path = uploaded(&clerk, list.as_bytes());
    let link = |page: &str, relation: &str| {
        let link = page.split(&format!("rel=\"{relation}\" href=\"")).nth(1)?;
        Some(link.split('"').next()?.replace("&#38;", "&"))
    };
    let first = clerk.page(&format!("{path}?show=added"));
    assert!(first.contains("<code>m000</code>") && !first.contains("<code>m050</code>"), "{first}");
    assert!(link(&first, "prev").is_none() && link(&first, "first").is_none(), "{first}");
    let second = clerk.page(&link(&first, "next").unwrap());
    assert!(second.contains("<code>m050</code>") && second.contains("<code>m099</code>"), "{second}");
    let third = clerk.page(&link(&second, "next").unwrap());
    assert!(third.contains("<code>m119</code>") && link(&third, "next").is_none(), "{third}");
    let back = clerk.page(&link(&third, "prev").unwrap());
    assert!(back.contains("<code>m050</code>") && !back.contains("<code>m100</code>"), "{back}");
    let start = clerk.page(&link(&back, "prev").unwrap());
    assert!(start.contains("<code>m000</code>") && link(&start, "prev").is_none(), "{start}");
    for damaged in ["after=x", "after=-1", "before=0", "after=9223372036854775808"] {
        let page = clerk.page(&format!("{path}?show=added&{damaged}"));
        assert!(page.contains("<code>m000</code>") && link(&page, "prev").is_none(), "{damaged}: {page}");
    }
    // The file of a list has the lines of all its pages, and those alone.
    let csv = clerk.page(&format!("{path}?show=added&csv=1"));
    assert_eq!(csv.lines().count(), MEMBERS + 1, "{csv}");
    assert!(csv.starts_with("\u{feff}行号,成员 ID,姓名\r\n2,m000,'=1+1\r\n"), "{csv}");
    let problems = clerk.page(&format!("{path}?csv=1"));
    assert_eq!(problems.lines().count(), 2, "{problems}");
    assert!(problems.contains("122,bad,x,手机号,手机号为空或格式不正确\r\n"), "{problems}");
    let imports = clerk.page(&format!("{IMPORT}?csv=1"));
    assert_eq!(imports.lines().count(), 2, "{imports}");
    assert!(imports.contains(",等待确认,121,120,0,1,clerk,"), "{imports}");
    assert_eq!(clerk.open(&format!("{IMPORT}/99?csv=1")).0, 404);
    assert_eq!(clerk.open(&format!("{IMPORT}/99/problems")).0, 404);
}
