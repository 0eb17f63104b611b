//! The annual report: what a year that is over comes to, of the organisation, a department or a member.

use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, UserId},
    statistic::YearTotals,
};
use carillon_store::Tx;

use super::{read, year};

/// Whose year it is.
#[derive(Clone, Debug)]
pub enum Whose {
    /// The organisation's.
    Organisation,
    /// A department's, with all below it as they were each day.
    Department(DeptId),
    /// A member's, whether or not still there.
    Member(UserId),
}

/// A year.
#[derive(Clone, Debug, Default)]
pub struct Annual {
    /// What it comes to.
    pub year: YearTotals,
    /// Different groups with a message, of the organisation.
    pub groups_with_messages: u64,
    /// Groups created, of the organisation. Members' are those that facts say they created.
    pub new_groups: u64,
}

/// The year of somebody.
///
/// Decided: any year that is over, not the last one alone. One of which nothing is known has zeros.
pub fn annual(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, year: &str, whose: &Whose) -> Result<Annual> {
    let first = (year.len() == 4).then(|| Day::parse(&format!("{year}0101"))).flatten();
    let first = first.ok_or_else(|| Error::invalid("year", "is no year of four digits"))?;
    let year = first.year();
    if year >= read::today(tx, env, corp)?.year() {
        return Err(Error::invalid("year", "is not over yet"));
    }
    match whose {
        Whose::Organisation => {
            let found = year::of_organisation(tx, corp, year)?;
            let (first, last) = (Day(year * 10_000 + 101), Day(year * 10_000 + 1_231));
            let new_groups = tx.state().corp(corp)?.groups_within(first, last, None).created;
            Ok(Annual {
                year: found.year,
                groups_with_messages: found.groups_with_messages,
                new_groups: new_groups.try_into().unwrap_or_default(),
            })
        }
        Whose::Department(id) => {
            require_department(tx, corp, year, *id)?;
            Ok(Annual { year: year::of_department(tx, corp, year, *id)?, ..Annual::default() })
        }
        Whose::Member(userid) => {
            let member = tx.present_or_former_member(corp, userid)?;
            let member = member.ok_or_else(|| Error::because(Rule::UnknownUser, userid.to_string()))?;
            Ok(Annual { year: year::of_member(tx, corp, year, member)?, ..Annual::default() })
        }
    }
}

/// A department that there is, or was at the end of the year.
fn require_department(tx: &mut Tx<'_>, corp: &CorpId, year: i32, id: DeptId) -> Result<()> {
    if tx.state().corp(corp)?.departments.contains_key(&id) {
        return Ok(());
    }
    let key = tx.organisation_key(corp, Day(year * 10_000 + 1_231))?;
    match tx.organisation(corp, &key)?.tree.node(id) {
        Some(_) => Ok(()),
        None => Err(Error::because(Rule::UnknownDepartment, id.to_string())),
    }
}
