//! Why a line of a list was refused, in both languages.

use std::fmt;

use carillon_model::error::{Error, Rule};
use serde::{Deserialize, Serialize};

use super::{super::department::MAX_NAME, Column};

/// Why a line was refused, or part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The column with the cell that is not accepted; `None` if it is the whole line.
    pub column: Option<Column>,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a line or a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The number of cells is not that of the columns.
    CellCount {
        /// Cells in the line.
        cells: usize,
        /// Columns of the list.
        columns: usize,
    },
    /// An earlier line has the value, which must be unique.
    OnLine(u64),
    /// The line is not UTF-8.
    NotUtf8,
    /// A cell has an error of the spreadsheet.
    ErrorCell(String),
    /// A cell is in a column beyond the last one, counted from 1.
    ColumnBeyond(usize),
    /// The cell is empty.
    Missing,
    /// The cell has more characters than this.
    TooLong(usize),
    /// The cell is neither true nor false.
    NoFlag,
    /// The cell is no day.
    NoDay,
    /// The cell cannot be a password; the English reason.
    Password(String),
    /// The item names no department.
    UnknownDepartment(String),
    /// The item cannot be the name of a department.
    DepartmentName(String),
    /// The department is named twice.
    DepartmentTwice(String),
    /// The member is not in the department.
    NotInDepartment(String),
    /// A new member needs a department.
    NoDepartment,
    /// The item names no role.
    UnknownRole(String),
    /// Several groups have a role of this name.
    AmbiguousRole(String),
    /// The mobile number is missing or invalid.
    MobileInvalid,
    /// The cell is no mail address.
    EmailInvalid,
    /// Another member has the value, which must be unique.
    Taken,
    /// The manager is not a member.
    UnknownManager,
    /// The member is an operator: only an owner may set the password, or what single sign-on finds the operator by.
    Protected,
    /// There is no such member any more.
    UnknownMember,
    /// Another rule, in English.
    Other(String),
}

/// The end of a line that was not imported: a problem of the line, or a fault of the server.
#[derive(Debug)]
pub(super) enum LineError {
    Problem(Problem),
    Fault(Error),
}

impl From<Problem> for LineError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Error> for LineError {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(_) => Self::Fault(error),
            error => Self::Problem(Problem::of(&error)),
        }
    }
}

impl Problem {
    /// A problem of a cell.
    pub fn in_column(column: Column, kind: ProblemKind) -> Self {
        Self { column: Some(column), kind }
    }

    /// A problem of the whole line.
    pub fn of_line(kind: ProblemKind) -> Self {
        Self { column: None, kind }
    }

    /// The problem that an error of a rule is.
    pub fn of(error: &Error) -> Self {
        let (rule, detail) = match error {
            Error::Rule(rule) => (*rule, ""),
            Error::RuleBecause(rule, detail) => (*rule, &**detail),
            error => return Self::of_line(ProblemKind::Other(error.to_string())),
        };
        let (column, kind) = match rule {
            Rule::MobileTaken => (Column::Mobile, ProblemKind::Taken),
            Rule::EmailTaken => (Column::Email, ProblemKind::Taken),
            Rule::TelephoneTaken => (Column::Telephone, ProblemKind::Taken),
            Rule::JobNumberTaken => (Column::JobNumber, ProblemKind::Taken),
            Rule::MobileInvalid => (Column::Mobile, ProblemKind::MobileInvalid),
            Rule::EmailInvalid if detail == Column::OrgEmail.name() => {
                (Column::OrgEmail, ProblemKind::EmailInvalid)
            }
            Rule::EmailInvalid => (Column::Email, ProblemKind::EmailInvalid),
            Rule::UnknownManager => (Column::Manager, ProblemKind::UnknownManager),
            Rule::UnknownUser => (Column::UserId, ProblemKind::UnknownMember),
            rule => return Self::of_line(ProblemKind::Other(format!("{rule:?} {detail}"))),
        };
        Self::in_column(column, kind)
    }

    /// The reason in Chinese, without the name of the column.
    pub fn chinese(&self) -> String {
        match &self.kind {
            ProblemKind::CellCount { cells, columns } => format!("有 {cells} 个单元格，应为 {columns} 个"),
            ProblemKind::OnLine(line) => format!("与第 {line} 行重复"),
            ProblemKind::NotUtf8 => "不是有效的 UTF-8 文本，请将文件另存为 UTF-8 编码的 CSV".to_owned(),
            ProblemKind::ErrorCell(error) => format!("有单元格的内容是错误值 {error}"),
            ProblemKind::ColumnBeyond(column) => format!("第 {column} 列有内容，超出了范围"),
            ProblemKind::Missing => "不能为空".to_owned(),
            ProblemKind::TooLong(most) => format!("不能超过 {most} 个字符"),
            ProblemKind::NoFlag => "只能填“是”或“否”".to_owned(),
            ProblemKind::NoDay => "须为日期，格式为 yyyy-mm-dd".to_owned(),
            ProblemKind::Password(_) => "密码须为 8 至 128 个字符，且不能只有字母或只有数字".to_owned(),
            ProblemKind::UnknownDepartment(item) => format!("没有部门 {item}"),
            ProblemKind::DepartmentName(name) => {
                format!("部门名称“{name}”不能超过 {MAX_NAME} 个字符，也不能有连字符或逗号")
            }
            ProblemKind::DepartmentTwice(item) => format!("部门 {item} 重复"),
            ProblemKind::NotInDepartment(item) => format!("成员不在部门 {item} 中"),
            ProblemKind::NoDepartment => "新成员至少要有一个部门".to_owned(),
            ProblemKind::UnknownRole(item) => format!("没有角色 {item}"),
            ProblemKind::AmbiguousRole(item) => {
                format!("多个角色组都有角色 {item}，请写成“组/角色”")
            }
            ProblemKind::MobileInvalid => "手机号为空或格式不正确".to_owned(),
            ProblemKind::EmailInvalid => "邮箱格式不正确".to_owned(),
            ProblemKind::Taken => "已被其他成员使用".to_owned(),
            ProblemKind::UnknownManager => "没有这个成员，未设置直属主管；这一行的其他内容已接受".to_owned(),
            ProblemKind::Protected => match self.column {
                Some(Column::InitPassword) => "只有所有者可以设置运营人员的密码".to_owned(),
                _ => "单点登录用它识别运营人员，只有所有者可以修改".to_owned(),
            },
            ProblemKind::UnknownMember => "没有这个成员".to_owned(),
            ProblemKind::Other(reason) => reason.clone(),
        }
    }

    /// The reason in English, without the name of the column.
    pub fn english(&self) -> String {
        let text = self.to_string();
        let name = self.column.map_or("", Column::name);
        text.strip_prefix(name).filter(|_| !name.is_empty()).map_or(text.as_str(), str::trim_start).to_owned()
    }

    /// The word of a value that another member has.
    fn unique_value(&self) -> &'static str {
        match self.column {
            Some(Column::Mobile) => "mobile number",
            Some(Column::Email) => "mail address",
            Some(Column::Telephone) => "extension number",
            _ => "job number",
        }
    }
}

/// In English, with the name of the column.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ProblemKind::CellCount { cells, columns } => {
                return write!(f, "has {cells} cells for {columns} columns");
            }
            ProblemKind::NotUtf8 => return f.write_str("is not UTF-8: save the file as CSV in UTF-8"),
            ProblemKind::ErrorCell(error) => return write!(f, "has a cell that says {error}"),
            ProblemKind::ColumnBeyond(column) => return write!(f, "has a cell in column {column}"),
            ProblemKind::MobileInvalid => return f.write_str("the mobile number is missing or invalid"),
            ProblemKind::Taken => return write!(f, "another member has the {}", self.unique_value()),
            ProblemKind::UnknownManager => {
                return f.write_str("the manager is not a member; the rest of the line was accepted");
            }
            ProblemKind::UnknownMember => return f.write_str("there is no such member"),
            ProblemKind::Protected => {
                return f.write_str(match self.column {
                    Some(Column::InitPassword) => "only an owner may set the password of an operator",
                    _ => "only an owner may change what single sign-on finds an operator by",
                });
            }
            _ => {}
        }
        if let Some(column) = self.column {
            write!(f, "{} ", column.name())?;
        }
        match &self.kind {
            ProblemKind::OnLine(line) => write!(f, "is already on line {line}"),
            ProblemKind::Missing => f.write_str("is missing"),
            ProblemKind::TooLong(most) => write!(f, "must have at most {most} characters"),
            ProblemKind::NoFlag => f.write_str("must be true or false"),
            ProblemKind::NoDay => f.write_str("must be a day, yyyy-mm-dd"),
            ProblemKind::UnknownDepartment(item) => write!(f, "names {item}, which is no department"),
            ProblemKind::DepartmentName(name) => write!(
                f,
                "names {name}: the name of a department has at most {MAX_NAME} characters, no hyphen and no comma"
            ),
            ProblemKind::DepartmentTwice(item) => write!(f, "names {item} twice"),
            ProblemKind::NotInDepartment(item) => write!(f, "names {item}, which the member is not in"),
            ProblemKind::NoDepartment => f.write_str("must name one for a new member"),
            ProblemKind::UnknownRole(item) => write!(f, "names {item}, which is no role"),
            ProblemKind::AmbiguousRole(item) => write!(f, "names {item}, which several groups have"),
            ProblemKind::EmailInvalid => f.write_str("is not a mail address"),
            ProblemKind::Password(reason) | ProblemKind::Other(reason) => f.write_str(reason),
            _ => Ok(()),
        }
    }
}
