//! Organisations.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result},
    id::CorpId,
    time,
};
use carillon_store::{Corp, Tx};

use crate::contact::{department, role};

/// The time zone of organisations that name none.
pub const DEFAULT_TIME_ZONE: &str = "Asia/Shanghai";

/// The password of every member of a demonstration organisation, told on its sign-in page.
pub const DEMO_PASSWORD: &str = "carillon";

/// Creates an organisation, with its root department and its default group of roles.
pub fn create(tx: &mut Tx<'_>, env: &Env, name: &str, time_zone: &str, demo: bool) -> Result<Corp> {
    if time::zone(time_zone).is_none() {
        return Err(Error::invalid("time_zone", "must be the name of a time zone, such as Asia/Shanghai"));
    }
    let corp = Corp {
        id: CorpId::from(format!("ding{}", env.text(b"0123456789abcdef", 32))),
        name: name.to_owned(),
        time_zone: time_zone.to_owned(),
        demo,
        created_at: env.now(),
    };
    tx.insert_corp(&corp)?;
    tx.changed(
        &corp.id,
        Change::created(Subject::Corp, &corp.id).with("name", name).with("time_zone", time_zone),
    );
    department::create_root(tx, &corp.id, name)?;
    role::add_group(tx, env, &corp.id, role::DEFAULT_GROUP)?;
    Ok(corp)
}
