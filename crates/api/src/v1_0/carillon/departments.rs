//! `/v1.0/carillon/departments`: the tree of departments, as operators see and change it.

pub mod create;
pub mod list;
pub mod move_members;
pub mod place;
pub mod remove;
pub mod set;

use carillon_model::{error::Rule, operator::OperatorRole};
use carillon_wire::{Code, operation::Builder};

use super::members::fields::UNKNOWN_DEPARTMENT;
use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(create::operation),
    Entry::Operation(list::operation),
    Entry::Operation(move_members::operation),
    Entry::Operation(place::operation),
    Entry::Operation(remove::operation),
    Entry::Operation(set::operation),
];

/// Operators who may call these operations.
const ROLES: &[OperatorRole] = &[OperatorRole::Members];
/// The permission of apps to read departments.
const READ: &str = "qyapi_get_department_list";
/// The permission of apps to change them.
const WRITE: &str = "qyapi_manage_addresslist";

/// Declares the errors of a department's name and place.
fn declare_errors(operation: Builder) -> Builder {
    operation
        .error(Rule::UnknownDepartment, UNKNOWN_DEPARTMENT)
        .error(Rule::UnknownParentDepartment, Code::both(60004, "父部门不存在", "parent.not.found", 404))
        .error(
            Rule::DepartmentNameTaken,
            Code::both(60021, "父部门下该部门名称已存在", "department.name.taken", 409),
        )
        .error(
            Rule::DepartmentNameInvalid,
            Code::both(60009, "部门名称含有非法字符", "department.name.invalid", 400),
        )
}
