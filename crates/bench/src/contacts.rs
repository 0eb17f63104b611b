//! Contacts of a large organisation: 100,000 members are imported from a CSV file into one department, which is
//! then listed, searched and moved.

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{self, Command},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use rusqlite::params;
use serde_json::{Value, json};

use crate::{
    baseline,
    measure::{median, median_of, ms, processor_time, processor_time_of, time, times},
    program::Program,
    rows, wrk,
};

const MEMBERS: u32 = 100_000;
const FEW: u32 = 100;
const CHANGES: usize = 101;
const ROUNDS: usize = 5;

pub fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let program = Program::start(&data, 300)?;
    import(folder.path(), &data, &program)?;
    let large = department(&program, "大部")?;
    let small = department(&program, "小部")?;
    list(folder.path(), &program, large)?;
    search(&program)?;
    create(folder.path(), &program)?;
    move_departments(&program, large, small)
}

/// The import command against bare inserts of the same values into a table with a primary key.
fn import(folder: &Path, data: &Path, program: &Program) -> Result<()> {
    let file = folder.join("members.csv");
    fs::write(&file, csv()?)?;
    let demo: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
    let corp = demo["corp_id"].as_str().context("demo.json")?;
    let command = |changes: &[&str]| {
        time(|| {
            let executable = std::env::current_exe()?.with_file_name("carillon");
            let output = Command::new(executable)
                .args(["contacts", "import", "--json", "--corp", corp])
                .args(changes)
                .arg(&file)
                .arg("--data")
                .arg(data)
                .output()?;
            ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Ok(())
        })
    };
    let rehearsed = command(&["--dry-run"])?;
    // The command sends the file to the server.
    let used = || -> Result<Duration> {
        Ok(processor_time(process::id())?[1] + processor_time(program.process())?[0])
    };
    let before = used()?;
    let carillon = command(&[])?;
    let processor = used()? - before;
    let again = command(&[])?;

    let mut database = rows::database(folder)?;
    database.execute_batch(
        "CREATE TABLE member (userid TEXT PRIMARY KEY, name TEXT, mobile TEXT, dept TEXT, job_number TEXT, title TEXT)",
    )?;
    let insert = || {
        let unit = database.transaction()?;
        {
            let mut insert = unit.prepare("INSERT INTO member VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
            for number in 0..MEMBERS {
                let [userid, name, mobile, dept, job_number, title] = member(number);
                insert.execute(params![userid, name, mobile, dept, job_number, title])?;
            }
        }
        Ok(unit.commit()?)
    };
    let (processor_baseline, baseline) = processor_time_of(process::id(), || time(insert))?;
    println!(
        "  import of {MEMBERS}: {:.1} s, a dry run {:.1} s, nothing new {:.1} s; bare inserts {:.2} s: {:.0} times as long (aim: 20); \
         processor time {:.2} s and {:.2} s: {:.1} times as long",
        carillon.as_secs_f64(),
        rehearsed.as_secs_f64(),
        again.as_secs_f64(),
        baseline.as_secs_f64(),
        times(carillon, baseline),
        processor.as_secs_f64(),
        processor_baseline.as_secs_f64(),
        times(processor, processor_baseline),
    );
    Ok(())
}

fn csv() -> Result<String> {
    let mut csv = "userid,name,mobile,departments,job_number,title\n".to_owned();
    for number in 0..MEMBERS + FEW {
        let cells = member(number).join(",");
        writeln!(csv, "{cells}")?;
    }
    Ok(csv)
}

/// The cells of a member. The last few members are in another department.
fn member(number: u32) -> [String; 6] {
    let dept = if number < MEMBERS { "大部" } else { "小部" };
    [
        format!("bench{number:06}"),
        format!("成员{number}"),
        format!("15{number:09}"),
        dept.to_owned(),
        format!("B{number}"),
        "工程师".to_owned(),
    ]
}

fn department(program: &Program, name: &str) -> Result<i64> {
    let listed = program.call("v2/department/listsub", &json!({}))?;
    let all = listed["result"].as_array().context("departments")?;
    let found = all.iter().find(|one| one["name"] == name);
    found.and_then(|one| one["dept_id"].as_i64()).context("no department")
}

/// Pages of 100 members under load, spread over the department, against a bare axum handler that returns one of
/// them.
fn list(folder: &Path, program: &Program, dept: i64) -> Result<()> {
    for path in ["user/listsimple", "v2/user/list"] {
        let answer = program.call(path, &json!({ "dept_id": dept, "cursor": 50_000, "size": 100 }))?;
        let bare = format!("http://{}/", baseline::serve(answer.to_string())?);
        let full = program.address(path);
        for (where_, cursors) in [("one page again and again", 1), ("pages all over it", MEMBERS / 100)] {
            let bodies: Vec<Value> = (0..cursors)
                .map(|index| json!({ "dept_id": dept, "cursor": (50_000 + index * 37_300) % MEMBERS, "size": 100 }))
                .collect();
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                let carillon = wrk::posts_a_second_in_turn(folder, &full, &bodies)?;
                let baseline = wrk::posts_a_second_in_turn(folder, &bare, &bodies)?;
                rounds.push((carillon / baseline, carillon, baseline));
            }
            rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (ratio, carillon, baseline) = median(&rounds);
            println!(
                "  {path}, 100 of {MEMBERS}, {where_}: {carillon:.0}/s, bare axum {baseline:.0}/s: {ratio:.2} of it (aim: 0.30)"
            );
        }
    }
    Ok(())
}

/// Searches all members for a part of a name. One caller at a time.
fn search(program: &Program) -> Result<()> {
    for word in ["成员99", "chengyuan5", "nobody"] {
        let body = json!({ "queryWord": word, "offset": 0, "size": 20 });
        let elapsed = median_of(CHANGES, || program.call_v1("contact/users/search", &body).map(drop))?;
        let found = program.call_v1("contact/users/search", &body)?["totalCount"].clone();
        println!("  a search for {word:?} among {MEMBERS}: {:.1} ms, {found} found", ms(elapsed));
    }
    Ok(())
}

/// Adds a department, against inserting a bare row, each with its fsync.
fn create(folder: &Path, program: &Program) -> Result<()> {
    let mut number = 0;
    let carillon = median_of(CHANGES, || {
        number += 1;
        let new = json!({ "name": format!("新部 {number}"), "parent_id": 1, "order": number });
        program.call("v2/department/create", &new).map(drop)
    })?;
    let database = rows::database(folder)?;
    database.execute_batch("CREATE TABLE department (id INTEGER PRIMARY KEY, name TEXT)")?;
    let mut insert = database.prepare("INSERT INTO department (name) VALUES (?1)")?;
    let baseline = median_of(CHANGES, || {
        insert.execute(params!["新部"])?;
        Ok(())
    })?;
    println!(
        "  a new department: {:.2} ms over HTTP, a bare row {:.2} ms: {:.1} times as long",
        ms(carillon),
        ms(baseline),
        times(carillon, baseline)
    );
    Ok(())
}

/// A department with 100,000 members moves as fast as one with 100.
fn move_departments(program: &Program, large: i64, small: i64) -> Result<()> {
    let other_parent = program.call("v2/department/create", &json!({ "name": "别处", "parent_id": 1 }))?;
    let other_parent = &other_parent["result"]["dept_id"];
    let back_and_forth = |dept: i64| -> Result<Duration> {
        let mut is_moved = false;
        median_of(CHANGES, || {
            is_moved = !is_moved;
            let parent = if is_moved { other_parent.clone() } else { json!(1) };
            program.call("v2/department/update", &json!({ "dept_id": dept, "parent_id": parent })).map(drop)
        })
    };
    let (few, many) = (back_and_forth(small)?, back_and_forth(large)?);
    println!(
        "  a move of {MEMBERS} members: {:.2} ms, of {FEW}: {:.2} ms: {:.1} times as long",
        ms(many),
        ms(few),
        times(many, few)
    );
    Ok(())
}
