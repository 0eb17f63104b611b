//! The fields of a member's departments.

use carillon_model::{
    contact::{Member, Membership},
    error::{Error, Result},
    id::DeptId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::profile_fields::MAX_EXTENSION;

/// A member's order in a department.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The department, one of the member's.
    dept_id: DeptId,
    /// The place among the members of the department: larger sorts first.
    order: i64,
}

/// A member's title in a department.
#[derive(Deserialize, JsonSchema)]
pub struct Title {
    /// The department, one of the member's.
    dept_id: DeptId,
    /// The member's title in this department.
    title: String,
}

/// A member's position in a department.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The department. Decided: a position without one, as in the documented example, is ignored.
    dept_id: Option<DeptId>,
    /// Whether it is the main position.
    is_main: Option<bool>,
    /// The member's title in this department; unchanged if absent from a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The member's place of work in this department; unchanged if absent from a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    work_place: Option<String>,
    /// Translated attributes of the position; up to 2000 characters as JSON text, as attributes have (decided).
    #[serde(skip_serializing_if = "Option::is_none")]
    extension_i18n: Option<Map<String, Value>>,
}

impl Order {
    pub fn of(membership: &Membership) -> Self {
        Self { dept_id: membership.dept_id, order: membership.order }
    }
}

impl Position {
    pub fn of(membership: &Membership) -> Self {
        let non_empty = |text: &String| (!text.is_empty()).then(|| text.clone());
        Self {
            dept_id: Some(membership.dept_id),
            is_main: Some(membership.main),
            title: non_empty(&membership.title),
            work_place: non_empty(&membership.work_place),
            extension_i18n: serde_json::from_str(&membership.extension_i18n).ok(),
        }
    }
}

/// The fields of a request about memberships.
pub struct MembershipFields {
    /// `dept_order_list`.
    pub orders: Vec<Order>,
    /// `dept_title_list`.
    pub titles: Vec<Title>,
    /// `dept_position_list`, which takes precedence over the titles.
    pub positions: Vec<Position>,
}

impl MembershipFields {
    /// Moves a member to `departments`, if any, and applies the fields. A membership that stays keeps the fields that are absent.
    pub fn write(self, member: &mut Member, departments: Option<Vec<DeptId>>) -> Result<()> {
        if let Some(departments) = departments {
            let old = std::mem::take(&mut member.departments);
            let membership = |dept_id: DeptId| {
                let previous = old.iter().find(|one| one.dept_id == dept_id).cloned();
                previous.unwrap_or_else(|| Membership::ordinary(dept_id))
            };
            member.departments = departments.into_iter().map(membership).collect();
        }
        self.apply(&mut member.departments)
    }

    /// Applies orders, titles and positions to the memberships that they name.
    pub fn apply(self, memberships: &mut [Membership]) -> Result<()> {
        for order in self.orders {
            find(memberships, order.dept_id, "dept_order_list")?.order = order.order;
        }
        for title in self.titles {
            find(memberships, title.dept_id, "dept_title_list")?.title = title.title;
        }
        for position in self.positions {
            let Some(dept_id) = position.dept_id else { continue };
            let membership = find(memberships, dept_id, "dept_position_list")?;
            membership.main = position.is_main.unwrap_or(membership.main);
            membership.title = position.title.unwrap_or_else(|| std::mem::take(&mut membership.title));
            if let Some(translated) = position.extension_i18n {
                let text = Value::Object(translated).to_string();
                if text.chars().count() > MAX_EXTENSION {
                    return Err(Error::invalid(
                        "dept_position_list",
                        "must have translations of at most 2000 characters",
                    ));
                }
                membership.extension_i18n = text;
            }
            membership.work_place =
                position.work_place.unwrap_or_else(|| std::mem::take(&mut membership.work_place));
        }
        Ok(())
    }
}

fn find<'a>(
    memberships: &'a mut [Membership],
    dept: DeptId,
    field: &'static str,
) -> Result<&'a mut Membership> {
    memberships
        .iter_mut()
        .find(|membership| membership.dept_id == dept)
        .ok_or_else(|| Error::invalid(field, format!("names department {dept}, which the member is not in")))
}
