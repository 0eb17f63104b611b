//! What a request says about a member's places in departments.

use carillon_model::{
    contact::{Member, Membership},
    error::{Error, Result},
    id::DeptId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::data::MAX_EXTENSION;

/// A member's order in a department.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The department.
    dept_id: DeptId,
    /// Larger sorts first.
    order: i64,
}

/// A member's title in a department.
#[derive(Deserialize, JsonSchema)]
pub struct Title {
    /// The department.
    dept_id: DeptId,
    /// The title.
    title: String,
}

/// A member's position in a department.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The department. Decided: a position in none, as in the documented example, says nothing.
    dept_id: Option<DeptId>,
    /// Whether it is the main position.
    is_main: Option<bool>,
    /// Title in this department.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Place of work in this department.
    #[serde(skip_serializing_if = "Option::is_none")]
    work_place: Option<String>,
    /// Translated attributes of the position; up to 2000 characters as JSON text, as attributes have (decided).
    #[serde(skip_serializing_if = "Option::is_none")]
    extension_i18n: Option<Map<String, Value>>,
}

impl Order {
    /// The order that a place has.
    pub fn of(place: &Membership) -> Self {
        Self { dept_id: place.dept_id, order: place.order }
    }
}

impl Position {
    /// The position that a place is.
    pub fn of(place: &Membership) -> Self {
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        Self {
            dept_id: Some(place.dept_id),
            is_main: Some(place.main),
            title: given(&place.title),
            work_place: given(&place.work_place),
            extension_i18n: serde_json::from_str(&place.extension_i18n).ok(),
        }
    }
}

/// All that a request says about places.
pub struct Places {
    /// `dept_order_list`.
    pub orders: Vec<Order>,
    /// `dept_title_list`.
    pub titles: Vec<Title>,
    /// `dept_position_list`; says more than the titles, and comes after them.
    pub positions: Vec<Position>,
}

impl Places {
    /// Gives a member the places in `departments`, or leaves the member's departments as they are. A place that stays keeps
    /// whatever is not said anew.
    pub fn write(self, member: &mut Member, departments: Option<Vec<DeptId>>) -> Result<()> {
        if let Some(departments) = departments {
            let old = std::mem::take(&mut member.departments);
            let place = |dept_id: DeptId| {
                let stays = old.iter().find(|place| place.dept_id == dept_id).cloned();
                stays.unwrap_or_else(|| Membership::ordinary(dept_id))
            };
            member.departments = departments.into_iter().map(place).collect();
        }
        self.describe(&mut member.departments)
    }

    /// Puts orders, titles and positions on the places that they name.
    pub fn describe(self, places: &mut [Membership]) -> Result<()> {
        for order in self.orders {
            find(places, order.dept_id, "dept_order_list")?.order = order.order;
        }
        for title in self.titles {
            find(places, title.dept_id, "dept_title_list")?.title = title.title;
        }
        for position in self.positions {
            let Some(dept_id) = position.dept_id else { continue };
            let place = find(places, dept_id, "dept_position_list")?;
            place.main = position.is_main.unwrap_or(place.main);
            place.title = position.title.unwrap_or_else(|| std::mem::take(&mut place.title));
            if let Some(translated) = position.extension_i18n {
                let text = Value::Object(translated).to_string();
                if text.chars().count() > MAX_EXTENSION {
                    return Err(Error::invalid(
                        "dept_position_list",
                        "must have translations of at most 2000 characters",
                    ));
                }
                place.extension_i18n = text;
            }
            place.work_place = position.work_place.unwrap_or_else(|| std::mem::take(&mut place.work_place));
        }
        Ok(())
    }
}

fn find<'a>(places: &'a mut [Membership], dept: DeptId, field: &'static str) -> Result<&'a mut Membership> {
    places
        .iter_mut()
        .find(|place| place.dept_id == dept)
        .ok_or_else(|| Error::invalid(field, format!("names department {dept}, which the member is not in")))
}
