//! The formats of lists: CSV in several encodings, and workbooks.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;

#[test]
fn a_file_of_another_format_is_refused_as_a_whole() {
    let (data, corp) = organisation();
    let data = data.path();
    let refused_with = |code: i32, content: &[u8], corp: &str, expected_text: &str| {
        let file = data.join("members.csv");
        fs::write(&file, content).unwrap();
        let output = carillon(data, &["contacts", "import", "--corp", corp, file.to_str().unwrap()]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(stderr.contains(expected_text), "{stderr}");
    };
    let refused =
        |content: &[u8], corp: &str, expected_text: &str| refused_with(1, content, corp, expected_text);
    refused(b"userid,nickname\nu1,x\n", &corp, "\"nickname\", which is not a column");
    refused(b"name,mobile\nx,1\n", &corp, "does not name userid");
    refused(b"userid,name,name\nx,1,2\n", &corp, "names name twice");
    refused(b"", &corp, "does not name userid");
    refused(b"userid,nmae\nu1,x\n", &corp, "did you mean \"name\"?");
    refused_with(2, "userid,name\nu1,x\n".as_bytes(), "dingnone", "--corp is not an organisation");
    let missing = carillon(data, &["contacts", "import", "--corp", &corp, "nowhere.csv"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no file nowhere.csv"));
    // A line with invalid UTF-8 is reported, and the following ones are imported.
    let mixed = b"userid,name,mobile,departments\nu1,\xe5\xbc\xa0\xe5\xbc,13800000001,/\nu2,\xe5\xbc\xa0,13800000002,/\n";
    let file = data.join("mixed.csv");
    fs::write(&file, mixed).unwrap();
    let rejected = json!([bad(2, "", "is not UTF-8: save the file as CSV in UTF-8")]);
    assert_eq!(run(data, &corp, &file, &[]), (1, report(1, 0, 0, &[], rejected)));
    let help = carillon(data, &["contacts", "import", "--help"]);
    let help = String::from_utf8(help.stdout).unwrap();
    for column in ["userid", "manager_userid", "init_password", "leads"] {
        assert!(help.contains(&format!("  {column} ")), "{column} in {help}");
    }
}

/// A list of two members.
const TWO_MEMBERS: &str =
    "userid,name,mobile,departments\nu1,张三,+86-13800000001,研发部\nu2,李四,13800000002,研发部/平台组\n";

fn in_gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

#[test]
fn the_encoding_of_a_list_is_detected() {
    let big5 = "userid,name\nu1,張三\n";
    let utf_16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(TWO_MEMBERS.replace(',', "\t").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (content, extra_arguments, read_as) in [
        (TWO_MEMBERS.as_bytes().to_vec(), &[][..], "CSV, UTF-8"),
        (format!("\u{feff}{TWO_MEMBERS}").into_bytes(), &[], "CSV, UTF-8"),
        (in_gbk(TWO_MEMBERS), &[], "CSV, GBK"),
        (in_gbk(&TWO_MEMBERS.replace(',', "\t").replace('\n', "\r\n")), &[], "CSV, GBK"),
        (in_gbk(&TWO_MEMBERS.replace(',', ";")), &["--encoding", "gbk"], "CSV, GBK"),
        (utf_16, &[], "CSV, UTF-16LE"),
    ] {
        let (data, corp) = organisation();
        let data = data.path();
        let file = data.join("members.csv");
        fs::write(&file, content).unwrap();
        let mut expected = report(2, 0, 0, &["研发部", "研发部/平台组"], json!([]));
        expected["read_as"] = json!(read_as);
        let dry_run = run(data, &corp, &file, &[extra_arguments, &["--dry-run"]].concat());
        assert_eq!(
            (dry_run.0, &dry_run.1["created"], &dry_run.1["read_as"]),
            (0, &json!(2), &json!(read_as))
        );
        assert_eq!(run(data, &corp, &file, extra_arguments), (0, expected));
        let server = Program::start(data);
        let api = Api::of(&server, data, &corp);
        assert_eq!((&api.member("u1")["name"], &api.member("u2")["name"]), (&json!("张三"), &json!("李四")));
        if read_as == "CSV, GBK" {
            // Given by a flag.
            fs::write(&file, encoding_rs::BIG5.encode(big5).0).unwrap();
            let (code, result) = run(data, &corp, &file, &["--encoding", "big5"]);
            assert_eq!(
                (code, &result["read_as"], &result["updated"]),
                (0, &json!("CSV, Big5"), &json!(1)),
                "{result}"
            );
            assert_eq!(api.member("u1")["name"], "張三");
        }
    }
}

#[test]
fn bad_lines_in_gbk_are_reported_by_number() {
    let (data, corp) = organisation();
    let data = data.path();
    let file = data.join("members.csv");
    let lines = "userid,name,mobile,email\nu1,张三,+86-12345,\nu2,李四,13800000002,a b@x\nu3,王五,13800000003,\nu4,赵六,8613800000003,\n";
    fs::write(&file, in_gbk(lines)).unwrap();
    let (code, result) = run(data, &corp, &file, &[]);
    let expected = json!([
        bad(2, "u1", "the mobile number is missing or invalid"),
        bad(3, "u2", "email is not a mail address"),
        bad(4, "u3", "departments must name one for a new member"),
        bad(5, "u4", "mobile is already on line 4"),
    ]);
    assert_eq!((code, &result["bad_lines"]), (1, &expected));
    // An unknown encoding is not guessed.
    let neither = [in_gbk("userid,name\nu1,张三\n"), b"u2,\xff\xff\n".to_vec()].concat();
    fs::write(&file, neither).unwrap();
    let (code, result) = run(data, &corp, &file, &[]);
    assert_eq!(
        (code, &result["read_as"], result["bad_lines"].as_array().unwrap().len()),
        (1, &json!("CSV, UTF-8"), 2)
    );
    let forced =
        carillon(data, &["contacts", "import", "--corp", &corp, "--encoding", "gbk", file.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&forced.stderr).contains("bytes in it that are not GBK"));
    let unknown = carillon(data, &["contacts", "import", "--corp", &corp, "--encoding", "latin-99", "x"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("latin-99 is not an encoding"));
}

#[test]
fn a_workbook_is_read_like_a_list() {
    let (data, corp) = organisation();
    let data = data.path();
    let file = data.join("members.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("成员").unwrap();
    for (column, name) in (0..).zip([
        "userid",
        "name",
        "mobile",
        "departments",
        "job_number",
        "hired_date",
        "hide_mobile",
        "email",
    ]) {
        // The header row is not the first row.
        sheet.write(1, column, name).unwrap();
    }
    let day = Format::new().set_num_format("yyyy/m/d");
    sheet.write(2, 0, " u1 ").unwrap();
    sheet.write(2, 1, "张三").unwrap();
    sheet.write(2, 2, 13_800_000_001_f64).unwrap();
    sheet.write(2, 3, "研发部").unwrap();
    sheet.write(2, 4, 7).unwrap();
    sheet.write_with_format(2, 5, ExcelDateTime::from_ymd(2020, 2, 29).unwrap(), &day).unwrap();
    sheet.write(2, 6, true).unwrap();
    sheet.write(2, 7, "a@example.com").unwrap();
    // Empty rows are skipped.
    sheet.write(4, 0, "u2").unwrap();
    sheet.write(4, 1, "李四").unwrap();
    sheet.write(4, 2, "+852-61234567").unwrap();
    sheet.write(4, 3, "研发部").unwrap();
    sheet.write(5, 0, "u3").unwrap();
    sheet.write(5, 1, "王五").unwrap();
    sheet.write(5, 2, 12_345).unwrap();
    sheet.write(6, 0, "u4").unwrap();
    sheet.write(6, 9, "more").unwrap();
    sheet.write_formula(7, 0, Formula::new("=NA()").set_result("#N/A")).unwrap();
    workbook.add_worksheet().write(0, 0, "not read").unwrap();
    workbook.save(&file).unwrap();

    let rejected = json!([
        bad(6, "u3", "the mobile number is missing or invalid"),
        bad(7, "u4", "has 10 cells for 8 columns"),
        bad(8, "", "has a cell that says #N/A"),
    ]);
    let mut expected = report(2, 0, 0, &["研发部"], rejected);
    expected["read_as"] = json!("XLSX, sheet 成员");
    let mut dry_run = expected.clone();
    dry_run["dry_run"] = json!(true);
    assert_eq!(run(data, &corp, &file, &["--dry-run"]), (1, dry_run));
    let server = Program::start(data);
    assert_eq!(run(data, &corp, &file, &[]), (1, expected));
    let api = Api::of(&server, data, &corp);
    let member = api.member("u1");
    for (field, value) in [
        ("name", json!("张三")),
        ("job_number", json!("7")),
        ("hired_date", json!(1_582_905_600_000_i64)),
        ("hide_mobile", json!(true)),
    ] {
        assert_eq!(member[field], value, "{field}");
    }
    assert_eq!(api.count(), 2);
    let (code, result) = run(data, &corp, &file, &[]);
    assert_eq!((code, &result["unchanged"]), (1, &json!(2)));
}

/// Returns a zip file with these parts.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn invalid_and_too_large_workbooks_are_refused() {
    let (data, corp) = organisation();
    let data = data.path();
    let file = data.join("members.xlsx");
    let refused = |content: &[u8], expected_text: &[&str]| {
        fs::write(&file, content).unwrap();
        let output = carillon(data, &["contacts", "import", "--corp", &corp, file.to_str().unwrap()]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        for expected_text in expected_text {
            assert!(stderr.contains(expected_text), "{expected_text}: {stderr}");
        }
    };
    let save = "save the list as an .xlsx workbook, or as CSV in UTF-8";
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1and so on", &["an old format, or has a password", save]);
    refused(b"PK\x03\x04and so on", &["cannot be read as a workbook", save]);
    refused(
        &zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]),
        &["cannot be read as a workbook", save],
    );

    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "userid").unwrap();
    let good = workbook.save_to_buffer().unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(good)).unwrap();
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut content).unwrap();
        parts.push((part.name().unwrap().to_string(), content));
    }
    // The workbook with a replaced part.
    let with = |replaced: &str, content: &[u8]| {
        let parts: Vec<(&str, &[u8])> = parts
            .iter()
            .map(|(name, old)| (name.as_str(), if name == replaced { content } else { old.as_slice() }))
            .collect();
        zipped(&parts)
    };
    let (strings, sheet) = ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml");
    assert!(parts.iter().any(|(name, _)| name == strings) && parts.iter().any(|(name, _)| name == sheet));
    refused(
        &with(strings, b"<sst uniqueCount=\"99999999999\"><si><t>userid</t></si></sst>"),
        &["more texts than it can have"],
    );
    let spaces = format!("<sst uniqueCount{}=\"99999999999\"/>", " ".repeat(1_000));
    refused(&with(strings, spaces.as_bytes()), &["more texts than it can have"]);
    refused(&with(strings, &vec![b'a'; 2 << 20]), &["a cell of it is too long"]);
    refused(&with(strings, "<si/>".repeat(14 << 20).as_bytes()), &["a part of it is too large"]);
    let last_row = b"<worksheet><sheetData><row r=\"4294967295\"><c r=\"A4294967295\"><v>1</v></c></row></sheetData></worksheet>";
    refused(&with(sheet, last_row), &["sheet"]);
    refused(&with(sheet, b"<worksheet><sheetData><row"), &["sheet"]);
}
