//! The columns of a list of members.

use std::borrow::Cow;

use carillon_model::contact::{Member, Profile, mobile};
use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::problem::{Problem, ProblemKind};
use crate::password;

/// A column of a list of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Column {
    /// The userid, which identifies the member.
    UserId,
    /// Name.
    Name,
    /// Mobile number.
    Mobile,
    /// Hide the mobile number on the profile.
    HideMobile,
    /// Departments.
    Departments,
    /// The departments that the member leads.
    Leads,
    /// Roles.
    Roles,
    /// The direct manager.
    Manager,
    /// Job number.
    JobNumber,
    /// Job title.
    Title,
    /// Email address.
    Email,
    /// Email address in the organisation.
    OrgEmail,
    /// Extension number.
    Telephone,
    /// Workplace.
    WorkPlace,
    /// Remark.
    Remark,
    /// Date of hire.
    HiredDate,
    /// Executive mode.
    SeniorMode,
    /// Password.
    InitPassword,
}

impl Column {
    /// All columns, in the order of the help text.
    pub const ALL: [Column; 18] = [
        Self::UserId,
        Self::Name,
        Self::Mobile,
        Self::HideMobile,
        Self::Departments,
        Self::Leads,
        Self::Roles,
        Self::Manager,
        Self::JobNumber,
        Self::Title,
        Self::Email,
        Self::OrgEmail,
        Self::Telephone,
        Self::WorkPlace,
        Self::Remark,
        Self::HiredDate,
        Self::SeniorMode,
        Self::InitPassword,
    ];

    /// Columns whose values are unique to a member.
    pub const UNIQUE: [Column; 5] =
        [Self::UserId, Self::Mobile, Self::JobNumber, Self::Email, Self::Telephone];

    /// Returns the name of the column in the header line, and a description of its cells.
    pub fn description(self) -> (&'static str, &'static str) {
        match self {
            Self::UserId => ("userid", "userid, 1 to 64 characters; the only required column"),
            Self::Name => ("name", "name, up to 80 characters; required for new members"),
            Self::Mobile => {
                ("mobile", "mobile number, foreign ones as +xx-xxxx; unique, required for new members")
            }
            Self::HideMobile => ("hide_mobile", "whether the number is hidden: true or false"),
            Self::Departments => {
                ("departments", "paths or ids, separated by semicolons; missing departments are created")
            }
            Self::Leads => ("leads", "the departments that the member leads, in the same notation"),
            Self::Roles => ("roles", "names, separated by semicolons; 组/名 if several groups have the name"),
            Self::Manager => ("manager_userid", "userid of the direct manager, who may come in a later line"),
            Self::JobNumber => ("job_number", "job number, up to 50 characters; unique"),
            Self::Title => ("title", "job title, up to 200 characters"),
            Self::Email => ("email", "mail address, up to 50 characters; unique"),
            Self::OrgEmail => ("org_email", "company mail address, up to 100 characters"),
            Self::Telephone => ("telephone", "extension number, up to 50 characters; unique"),
            Self::WorkPlace => ("work_place", "place of work, up to 100 characters"),
            Self::Remark => ("remark", "remark, up to 2000 characters"),
            Self::HiredDate => ("hired_date", "date of hire, yyyy-mm-dd"),
            Self::SeniorMode => ("senior_mode", "executive mode: true or false"),
            Self::InitPassword => (
                "init_password",
                "password to sign in with, 8 to 128 characters, neither letters alone nor digits alone; empty \
                     keeps the current one",
            ),
        }
    }

    /// The name in the header line.
    pub fn name(self) -> &'static str {
        self.description().0
    }

    /// The headings in lists for people, in Chinese and English. A list may have them in place of the names.
    pub fn headings(self) -> (&'static str, &'static str) {
        match self {
            Self::UserId => ("成员 ID", "User ID"),
            Self::Name => ("姓名", "Name"),
            Self::Mobile => ("手机号", "Mobile number"),
            Self::HideMobile => ("隐藏手机号", "Hide the mobile number"),
            Self::Departments => ("所属部门", "Departments"),
            Self::Leads => ("主管的部门", "Leads departments"),
            Self::Roles => ("角色", "Roles"),
            Self::Manager => ("直属主管 ID", "Manager's user ID"),
            Self::JobNumber => ("工号", "Job number"),
            Self::Title => ("职位", "Job title"),
            Self::Email => ("邮箱", "E-mail"),
            Self::OrgEmail => ("企业邮箱", "Company e-mail"),
            Self::Telephone => ("分机号", "Extension"),
            Self::WorkPlace => ("办公地点", "Place of work"),
            Self::Remark => ("备注", "Remark"),
            Self::HiredDate => ("入职日期", "Date of hire"),
            Self::SeniorMode => ("高管模式", "Executive mode"),
            Self::InitPassword => ("初始密码", "First password"),
        }
    }

    /// Returns the column with a name or a heading, in any case.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| {
            let (chinese, english) = column.headings();
            [column.name(), chinese, english].iter().any(|known| known.eq_ignore_ascii_case(name))
        })
    }

    /// Returns the canonical form of a cell, by which duplicates of unique values are found.
    pub fn canonical(self, cell: &str) -> Cow<'_, str> {
        match self {
            Self::Mobile => mobile::canonical(cell).unwrap_or(Cow::Borrowed(cell)),
            Self::Email => Cow::Owned(cell.to_ascii_lowercase()),
            _ => Cow::Borrowed(cell),
        }
    }

    /// Writes a cell into a profile. Columns outside of the profile are ignored. A name or a mobile number can be changed but not
    /// removed.
    pub(super) fn write(self, cell: &str, zone: &TimeZone, profile: &mut Profile) -> Result<(), Problem> {
        match self {
            Self::UserId | Self::Departments | Self::Leads | Self::Roles | Self::Manager => {}
            // Valid passwords were hashed and taken out of the cell before.
            Self::InitPassword => {
                if let Some(invalid_reason) = password::invalid_reason(cell).filter(|_| !cell.is_empty()) {
                    return Err(self.problem(ProblemKind::Password(invalid_reason)));
                }
            }
            Self::Name | Self::Mobile if cell.is_empty() => {}
            Self::Name => profile.name = self.text(cell, 80)?,
            Self::Mobile => profile.mobile = cell.to_owned(),
            Self::HideMobile => profile.hide_mobile = self.flag(cell)?,
            Self::JobNumber => profile.job_number = self.text(cell, 50)?,
            Self::Title => profile.title = self.text(cell, 200)?,
            Self::Email => profile.email = self.text(cell, 50)?,
            Self::OrgEmail => profile.org_email = self.text(cell, 100)?,
            Self::Telephone => profile.telephone = self.text(cell, 50)?,
            Self::WorkPlace => profile.work_place = self.text(cell, 100)?,
            Self::Remark => profile.remark = self.text(cell, 2_000)?,
            Self::HiredDate => profile.hired_date = self.date(cell, zone)?,
            Self::SeniorMode => profile.senior_mode = self.flag(cell)?,
        }
        Ok(())
    }

    /// Returns the cell if it has at most `most` characters.
    pub(super) fn text(self, cell: &str, most: usize) -> Result<String, Problem> {
        if cell.chars().count() > most {
            return Err(self.problem(ProblemKind::TooLong(most)));
        }
        Ok(cell.to_owned())
    }

    /// A problem of a cell of this column.
    pub(super) fn problem(self, kind: ProblemKind) -> Problem {
        Problem::in_column(self, kind)
    }

    /// Returns true if the members differ in what the column says of them. Roles and passwords are not in a member.
    pub(super) fn differs(self, before: &Member, after: &Member) -> bool {
        let (was, is) = (&before.profile, &after.profile);
        let departments = |member: &Member| {
            member.departments.iter().map(|membership| membership.dept_id).collect::<Vec<_>>()
        };
        let leads = |member: &Member| {
            let led = member.departments.iter().filter(|membership| membership.leader);
            led.map(|membership| membership.dept_id).collect::<Vec<_>>()
        };
        match self {
            Self::UserId | Self::Roles | Self::InitPassword => false,
            Self::Departments => departments(before) != departments(after),
            Self::Leads => leads(before) != leads(after),
            Self::Manager => was.manager_userid != is.manager_userid,
            Self::Name => was.name != is.name,
            Self::Mobile => was.mobile != is.mobile,
            Self::HideMobile => was.hide_mobile != is.hide_mobile,
            Self::JobNumber => was.job_number != is.job_number,
            Self::Title => was.title != is.title,
            Self::Email => was.email != is.email,
            Self::OrgEmail => was.org_email != is.org_email,
            Self::Telephone => was.telephone != is.telephone,
            Self::WorkPlace => was.work_place != is.work_place,
            Self::Remark => was.remark != is.remark,
            Self::HiredDate => was.hired_date != is.hired_date,
            Self::SeniorMode => was.senior_mode != is.senior_mode,
        }
    }

    fn flag(self, cell: &str) -> Result<bool, Problem> {
        match cell.to_ascii_lowercase().as_str() {
            "true" | "1" | "是" => Ok(true),
            "false" | "0" | "否" | "" => Ok(false),
            _ => Err(self.problem(ProblemKind::NoFlag)),
        }
    }

    /// Start of a day, in ms since 1970.
    fn date(self, cell: &str, zone: &TimeZone) -> Result<Option<i64>, Problem> {
        if cell.is_empty() {
            return Ok(None);
        }
        let day = Date::strptime("%Y-%m-%d", cell).ok();
        let begins = day.and_then(|day| day.to_zoned_datetime(zone.clone()).ok());
        let begins = begins.ok_or_else(|| self.problem(ProblemKind::NoDay))?;
        Ok(Some(begins.timestamp().as_millisecond()))
    }
}
