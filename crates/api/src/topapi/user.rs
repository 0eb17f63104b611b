//! `/topapi/user`.

pub mod count;
pub mod getbyunionid;
pub mod listadmin;
pub mod listid;
pub mod listsimple;

use carillon_model::{error::Result, id::DeptId, id::MemberNo};
use carillon_store::{CorpState, MemberOrder, Tx};
use carillon_wire::{Call, MemberPage};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(count::operation),
    Entry::Operation(getbyunionid::operation),
    Entry::Operation(listadmin::operation),
    Entry::Operation(listid::operation),
    Entry::Operation(listsimple::operation),
];

/// The order of the members of a department.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderField {
    /// By the moment of entry, oldest first.
    EntryAsc,
    /// By the moment of entry, newest first.
    EntryDesc,
    /// By the moment of the last change, oldest first.
    ModifyAsc,
    /// By the moment of the last change, newest first.
    ModifyDesc,
    /// The department's own order: larger `dept_order` first.
    #[default]
    Custom,
}

impl From<OrderField> for MemberOrder {
    fn from(field: OrderField) -> Self {
        match field {
            OrderField::EntryAsc => Self::EntryAscending,
            OrderField::EntryDesc => Self::EntryDescending,
            OrderField::ModifyAsc => Self::ModifyAscending,
            OrderField::ModifyDesc => Self::ModifyDescending,
            OrderField::Custom => Self::Custom,
        }
    }
}

/// Returns the requested page if the snapshot has it. Only rows are sorted by last change.
pub fn page_from_snapshot(
    state: &CorpState,
    dept: DeptId,
    order: Option<OrderField>,
    cursor: i64,
    size: i64,
) -> Option<MemberPage> {
    let (offset, limit) = (usize::try_from(cursor).ok()?, usize::try_from(size).ok()?);
    let order = order.unwrap_or_default();
    let members = state.departments.get(&dept)?.members_in(order.into(), offset, limit + 1)?;
    Some(MemberPage { key: vec![dept.0, order as i64, cursor, size], members })
}

/// Loads a page of a department's direct members. Returns the cursor of the next page if there is one.
pub fn load_page(
    tx: &mut Tx<'_>,
    call: &Call,
    dept: DeptId,
    order: Option<OrderField>,
    cursor: i64,
    size: i64,
) -> Result<(Vec<MemberNo>, Option<i64>)> {
    tx.state().corp(call.corp())?.department(dept)?;
    let order = order.unwrap_or_default().into();
    // The schema bounds both.
    let (offset, limit) =
        (usize::try_from(cursor).unwrap_or_default(), usize::try_from(size).unwrap_or_default());
    // One more than requested shows whether there is a next page.
    let mut members = tx.members_of(call.corp(), dept, order, offset, limit + 1)?;
    let has_more = members.len() > limit;
    members.truncate(limit);
    Ok((members, has_more.then_some(cursor + size)))
}
