//! Organisations.

mod effect;
mod logo;

use std::sync::Arc;

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result},
    host_name,
    id::CorpId,
    name, short_name, time,
};
use carillon_store::{Corp, CorpState, State, Tx};

use crate::{
    account::revision,
    contact::{department, role},
};

pub use effect::{CorpEffect, effects, require_hosts_of_owner};
pub use logo::{MAX_LOGO_BYTES, StoredLogo, logo_media, logo_size, set_logo};

/// Default time zone.
pub const DEFAULT_TIME_ZONE: &str = "Asia/Shanghai";

/// Password of every member of a demonstration organisation. The sign-in page shows it.
pub const DEMO_PASSWORD: &str = "carillon";

/// Maximum length of an organisation's name, in characters. Decided.
pub const MAX_NAME: usize = 100;
/// Maximum number of host names of an organisation. Decided.
pub const MAX_HOSTS: usize = 8;
/// Maximum number of former short names that still lead to an organisation. Older ones are free again. Decided.
const FORMER_SHORT_NAMES: usize = 16;

/// An organisation to create.
#[derive(Clone, Debug)]
pub struct NewCorp {
    /// Its name.
    pub name: String,
    /// Its short name. Made from the name if absent.
    pub short_name: Option<String>,
    /// Name of its time zone.
    pub time_zone: String,
    /// True for a demonstration: the sign-in page offers members to pick.
    pub demo: bool,
}

/// Creates an organisation. Its short name is made from its name.
pub fn create(tx: &mut Tx<'_>, env: &Env, name: &str, time_zone: &str, demo: bool) -> Result<Corp> {
    let (name, time_zone) = (name.to_owned(), time_zone.to_owned());
    create_as(tx, env, NewCorp { name, short_name: None, time_zone, demo })
}

/// Creates an organisation with its root department and its default role group.
pub fn create_as(tx: &mut Tx<'_>, env: &Env, new: NewCorp) -> Result<Corp> {
    let id = CorpId::from(format!("ding{}", env.random_text(b"0123456789abcdef", 32)));
    let state = tx.state();
    let is_taken = |name: &str| state.corp_of_short_name(name).is_some();
    let short_name = new.short_name.unwrap_or_else(|| short_name::generate(&new.name, is_taken));
    let corp = Corp {
        short_name,
        time_zone: new.time_zone,
        demo: new.demo,
        ..Corp::new(id, new.name.trim(), env.now())
    };
    check_properties(state, &corp)?;
    tx.insert_corp(&corp)?;
    tx.changed(
        &corp.id,
        Change::created(Subject::Corp, &corp.id)
            .with("name", &corp.name)
            .with("short_name", &corp.short_name)
            .with("time_zone", &corp.time_zone),
    );
    department::create_root(tx, &corp.id, &corp.name)?;
    role::add_group(tx, env, &corp.id, role::DEFAULT_GROUP)?;
    Ok(corp)
}

/// Returns an organisation before and after a change by `edit`, which is not made. Its previous short name still leads to it.
///
/// # Errors
/// The field that is invalid.
pub fn edited(
    state: &State,
    id: &CorpId,
    edit: impl FnOnce(&mut Corp) -> Result<()>,
) -> Result<(Arc<Corp>, Corp)> {
    let before = Arc::clone(&state.corp(id)?.corp);
    let mut corp = Corp::clone(&before);
    edit(&mut corp)?;
    corp.name = corp.name.trim().to_owned();
    check_properties(state, &corp)?;
    if corp.short_name != before.short_name {
        corp.former_short_names.retain(|name| *name != corp.short_name);
        if !before.short_name.is_empty() {
            corp.former_short_names.insert(0, before.short_name.clone());
        }
        corp.former_short_names.truncate(FORMER_SHORT_NAMES);
    }
    Ok((before, corp))
}

/// Changes an organisation with `edit`. Its previous short name still leads to it.
pub fn update(
    tx: &mut Tx<'_>,
    env: &Env,
    id: &CorpId,
    edit: impl FnOnce(&mut Corp) -> Result<()>,
) -> Result<Arc<Corp>> {
    let (before, corp) = edited(tx.state(), id, edit)?;
    if corp == *before {
        return Ok(before);
    }
    tx.update_corp(&corp, env.now())?;
    tx.changed(id, difference(&before, &corp));
    if corp.name != before.name {
        department::rename_root(tx, env, id, &before.name, &corp.name)?;
    }
    Ok(Arc::clone(&tx.state().corp(id)?.corp))
}

/// The revision of the properties that a change by an operation replaces ([`revision`]).
pub fn revision(corp: &Corp) -> Result<String> {
    revision::hash(&(revision_of_form(corp)?, corp.logo.as_ref().map(|logo| &logo.media)))
}

/// The revision of the properties without the logo, which the form of the console leaves as it is ([`revision`]).
pub fn revision_of_form(corp: &Corp) -> Result<String> {
    let color = corp.accent_color.map(|color| color.to_string());
    revision::hash(&(&corp.name, &corp.short_name, &corp.hosts, color, &corp.time_zone))
}

fn check_properties(state: &State, corp: &Corp) -> Result<()> {
    if let Some(invalid_reason) = name::invalid_reason(&corp.name, MAX_NAME) {
        return Err(Error::invalid("name", invalid_reason));
    }
    if let Some(invalid_reason) = short_name::invalid_reason(&corp.short_name) {
        return Err(Error::invalid("short_name", invalid_reason));
    }
    let is_of_another = |found: Option<&Arc<CorpState>>| found.is_some_and(|found| found.corp.id != corp.id);
    if is_of_another(state.corp_of_short_name(&corp.short_name)) {
        return Err(Error::invalid("short_name", "is, or was, that of another organisation"));
    }
    if time::zone(&corp.time_zone).is_none() {
        return Err(Error::invalid("time_zone", "must be the name of a time zone, such as Asia/Shanghai"));
    }
    if corp.hosts.len() > MAX_HOSTS {
        return Err(Error::invalid("hosts", format!("must be at most {MAX_HOSTS}")));
    }
    for (index, host) in corp.hosts.iter().enumerate() {
        let because = |reason: &str| Err(Error::invalid(format!("hosts[{index}]"), reason.to_owned()));
        if let Some(invalid_reason) = host_name::invalid_reason(host) {
            return because(invalid_reason);
        }
        if corp.hosts[..index].contains(host) {
            return because("is there twice");
        }
        if is_of_another(state.corp_of_host(host)) {
            return because("is that of another organisation");
        }
    }
    Ok(())
}

fn difference(before: &Corp, after: &Corp) -> Change {
    let color = |corp: &Corp| corp.accent_color.map(|color| color.to_string()).unwrap_or_default();
    let logo = |corp: &Corp| corp.logo.as_ref().map(|logo| logo.media.to_string()).unwrap_or_default();
    Change::updated(Subject::Corp, &after.id)
        .between("name", &before.name, &after.name)
        .between("short_name", &before.short_name, &after.short_name)
        .between("time_zone", &before.time_zone, &after.time_zone)
        .between("hosts", before.hosts.join(" "), after.hosts.join(" "))
        .between("accent_color", color(before), color(after))
        .between("logo", logo(before), logo(after))
}
