//! Creates departments, members and roles.

use std::iter::once;

use anyhow::Result;
use carillon_domain::{
    contact::{department, role, user},
    corp, operator, password,
};
use carillon_model::{
    contact::{DepartmentProfile, Membership, Profile},
    id::{DeptId, RoleId, UserId},
    operator::{AccountScope, OperatorRole},
};
use indicatif::{ProgressBar, ProgressStyle};

use super::Demo;

/// Members that are created in one unit of work.
const BATCH_SIZE: u32 = 1_000;
/// Members that are listed in `demo.json`.
const LISTED_MEMBERS: u32 = 12;

/// The departments below the root, with their teams.
const TREE: [(&str, &[&str]); 4] = [
    ("总部 Headquarters", &["行政部 Administration", "财务部 Finance", "人力资源部 People"]),
    ("研发中心 Engineering", &["平台组 Platform", "移动组 Mobile", "质量组 Quality"]),
    ("营销中心 Sales", &["华东区 East", "华南区 South", "海外区 Overseas"]),
    ("门店运营 Stores", &["一店 First", "二店 Second", "三店 Third"]),
];
const ROLES: [&str; 3] = ["店长 Store manager", "值班主管 Duty manager", "信息员 Editor"];
const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "高", "罗",
];
const GIVEN_NAMES: [&str; 24] = [
    "明远", "思齐", "雨桐", "嘉怡", "子轩", "晓东", "丽华", "建国", "海燕", "文博", "静怡", "志强", "佳宁",
    "天宇", "秀英", "宏伟", "若曦", "一鸣", "婉清", "俊杰", "春梅", "立群", "安然", "承志",
];

/// The created departments, roles and members.
pub struct People {
    /// All departments, parents first.
    pub departments: Vec<(DeptId, String)>,
    /// The teams: every member is in one of them.
    pub teams: Vec<DeptId>,
    /// The roles with their names.
    pub roles: Vec<(RoleId, String)>,
    /// The first members, with their names.
    pub listed: Vec<(UserId, String)>,
    /// The number of all members.
    pub count: u32,
}

/// Creates them.
pub fn fill(demo: &Demo<'_>, members: u32) -> Result<People> {
    let mut people = People {
        departments: Vec::new(),
        teams: Vec::new(),
        roles: Vec::new(),
        listed: Vec::new(),
        count: members,
    };
    for (name, teams) in TREE {
        let top = add_department(demo, DeptId::ROOT, name)?;
        people.departments.push((top, name.to_owned()));
        for team in teams {
            let id = add_department(demo, top, team)?;
            people.departments.push((id, (*team).to_owned()));
            people.teams.push(id);
        }
    }
    // All members have the same password, so it is hashed once.
    let password_hash = password::hash(&demo.env, corp::DEMO_PASSWORD).map_err(crate::cmd::cli_error)?;
    let bar = ProgressBar::new(members.into())
        .with_style(ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}")?);
    bar.set_message("members");
    let mut next = 0;
    while next < members {
        let end = members.min(next.saturating_add(BATCH_SIZE));
        let (teams, hash) = (people.teams.clone(), password_hash.clone());
        demo.write(move |tx, env, corp| {
            for index in next..end {
                user::create(tx, env, corp, new_member(index, &teams, &hash))?;
            }
            Ok(())
        })?;
        bar.inc((end - next).into());
        next = end;
    }
    bar.finish_and_clear();
    people.listed = (0..members.min(LISTED_MEMBERS)).map(|index| (userid(index), name(index))).collect();
    let group = demo.write(|tx, env, corp| role::add_group(tx, env, corp, "岗位 Posts"))?;
    for (index, name) in (0_u32..).zip(ROLES) {
        let holders: Vec<_> = (0..members).skip(index as usize).step_by(9).take(30).map(userid).collect();
        let id = demo.write(move |tx, env, corp| {
            let id = role::add(tx, env, corp, group, name)?;
            role::give(tx, env, corp, &[id], &holders)?;
            Ok(id)
        })?;
        people.roles.push((id, name.to_owned()));
    }
    Ok(people)
}

/// Gives the first members a role in the console each.
pub fn add_operators(demo: &Demo<'_>, people: &People) -> Result<Vec<(OperatorRole, UserId)>> {
    let userids = people.listed.iter().map(|(userid, _)| userid.clone());
    let operators: Vec<_> = OperatorRole::ALL.into_iter().zip(userids).collect();
    for (role, userid) in operators.clone() {
        let rights = once((role, AccountScope::All)).collect();
        demo.write(move |tx, env, corp| operator::set(tx, env, corp, &userid, None, rights))?;
    }
    Ok(operators)
}

fn add_department(demo: &Demo<'_>, parent: DeptId, name: &str) -> Result<DeptId> {
    let profile = DepartmentProfile { name: name.to_owned(), ..DepartmentProfile::default() };
    demo.write(move |tx, env, corp| {
        department::create(tx, env, corp, parent, profile).map(|department| department.id)
    })
}

/// Members are assigned to teams in turn; the first one of each team leads it.
fn new_member(index: u32, teams: &[DeptId], password_hash: &str) -> user::NewMember {
    let team = teams[index as usize % teams.len()];
    let profile = Profile {
        name: name(index),
        mobile: format!("1{:010}", 3_000_000_000_u64 + u64::from(index)),
        job_number: format!("{:07}", index + 1),
        ..Profile::default()
    };
    let leader = (index as usize) < teams.len();
    user::NewMember {
        userid: Some(userid(index)),
        profile,
        departments: vec![Membership { leader, ..Membership::ordinary(team) }],
        password_hash: password_hash.to_owned(),
    }
}

fn userid(index: u32) -> UserId {
    UserId::from(format!("user{:04}", index + 1))
}

/// Consecutive members have different surnames and given names; names repeat after 480.
fn name(index: u32) -> String {
    let (surnames, given_names) = (SURNAMES.len(), GIVEN_NAMES.len());
    let index = index as usize;
    format!("{}{}", SURNAMES[index % surnames], GIVEN_NAMES[(index * 7 + index / surnames) % given_names])
}
