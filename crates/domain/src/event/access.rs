//! The events that an app may receive, and their fields. Checked when an event is raised, when it is sent or listed, and when a
//! callback is registered.

use std::collections::BTreeSet;

use carillon_model::{
    app::{AppType, field_permission},
    env::Env,
    error::{Error, Result, Rule},
    event::{EventData, EventKind, MemberFacts, RaisedEvent},
};
use carillon_store::{App, Tx};

use crate::chat::app_url;

/// Returns true if an app may receive events of a type, on any channel. A disabled app receives none.
pub fn may_receive(app: &App, kind: EventKind) -> bool {
    !app.disabled && kind.access().allows(app.app_type, &app.grants)
}

/// Refuses names of events that the app may not receive. The reason lists the missing permissions, separated by commas. Names
/// that no event has are allowed for every app.
pub fn require_access(app: &App, names: &[String]) -> Result<()> {
    let kinds = names.iter().filter_map(|name| EventKind::parse(name));
    let refused = kinds.filter(|kind| !may_receive(app, *kind));
    let permissions: BTreeSet<&str> = refused.map(|kind| kind.access().permission()).collect();
    if permissions.is_empty() {
        return Ok(());
    }
    Err(Error::because(Rule::PermissionDenied, permissions.into_iter().collect::<Vec<_>>().join(",")))
}

/// Returns the event types that match an app's patterns but that it may not receive for lack of a permission.
pub fn kinds_withheld(app: &App, patterns: &[String]) -> Vec<EventKind> {
    let matching =
        EventKind::ALL.into_iter().filter(|kind| super::subscription::matches(patterns, kind.as_str()));
    matching.filter(|kind| !may_receive(app, *kind)).collect()
}

/// Returns the event as one app may see it: with URLs for that app, and without the fields of members that it may not read.
pub fn content_for(env: &Env, app: &App, mut event: RaisedEvent) -> Result<RaisedEvent> {
    match &mut event.data {
        EventData::AccountMessage(message) => app_url::complete_urls(env, app, message)?,
        EventData::MemberChanged { before, after, .. } => {
            let personal =
                app.app_type == AppType::Internal && app.grants.contains(field_permission::PERSONAL);
            if !personal {
                remove_personal_fields(before);
                remove_personal_fields(after);
            }
        }
        _ => {}
    }
    Ok(event)
}

fn remove_personal_fields(facts: &mut MemberFacts) {
    for field in [&mut facts.email, &mut facts.work_place, &mut facts.remark, &mut facts.extension] {
        field.clear();
    }
}

/// Gives up events of the types that an app may no longer receive: those pending, and those that failed and were not listed yet.
pub fn withdraw(tx: &mut Tx<'_>, env: &Env, before: &App, after: &App) -> Result<()> {
    let lost =
        EventKind::ALL.into_iter().filter(|kind| may_receive(before, *kind) && !may_receive(after, *kind));
    for kind in lost {
        tx.withdraw_events(&after.corp, &after.key, kind, env.now())?;
    }
    Ok(())
}
