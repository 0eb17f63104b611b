//! `carillon.organisation_effects`: what a change of the organisation would take away. An operation of Carillon.

use carillon_domain::corp::{self, CorpEffect};
use carillon_model::{
    error::{Result, Rule},
    operator::OperatorRole,
};
use carillon_wire::{Call, Context, Input, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{Change, Properties};
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The effects of the change; empty if nothing is taken away.
    effects: Vec<EffectRow>,
}

/// An effect.
#[derive(Serialize, JsonSchema)]
struct EffectRow {
    /// The kind of effect that the change has.
    kind: EffectKind,
    /// The former value; absent for a host name that is added.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// The new value; absent for what is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

/// What happens.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum EffectKind {
    /// Addresses with the former short name redirect to the new one.
    ShortNameRedirects,
    /// A former short name does not redirect any more, and others can take it.
    ShortNameFreed,
    /// The host name leads to the organisation alone.
    HostAdded,
    /// The host name does not lead to the organisation any more. Members sign in again elsewhere.
    HostRemoved,
    /// Days begin and end at other times.
    TimeZoneChanged,
}

impl From<CorpEffect> for EffectRow {
    fn from(effect: CorpEffect) -> Self {
        let (kind, before, after) = match effect {
            CorpEffect::ShortNameRedirects { from, to } => {
                (EffectKind::ShortNameRedirects, Some(from), Some(to))
            }
            CorpEffect::ShortNameFreed(name) => (EffectKind::ShortNameFreed, Some(name), None),
            CorpEffect::HostAdded(host) => (EffectKind::HostAdded, None, Some(host)),
            CorpEffect::HostRemoved(host) => (EffectKind::HostRemoved, Some(host), None),
            CorpEffect::TimeZoneChanged { from, to } => (EffectKind::TimeZoneChanged, Some(from), Some(to)),
        };
        Self { kind, before, after }
    }
}

pub fn operation() -> Operation {
    Operation::v1("carillon.organisation_effects", "/v1.0/carillon/organisation/effects")
        .title("查询修改组织信息的影响", "Show what a change of the organisation takes away")
        .purpose(
            "在修改企业信息之前，查看修改会带来哪些影响：简称的跳转、域名的归属、每一天的起止时间。参数与“设置组织信息”相同，只做检查，不修改任何内容；参数有误时返回与设置时相同的错误。",
            "Shows what a change of the organisation would do to short names, host names and the begin of days, before it is made. It takes the fields of `carillon.organisation_set`, checks them in the same way, and changes nothing.",
        )
        .permission("Carillon.Organisation.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Owner])
        .errors(&[Rule::SettingsChanged])
        .example(json!({
            "name": "Example School",
            "short_name": "example-2",
            "accent_color": "#0f6b5c",
            "logo_media_id": "@lADPlogo0001",
            "time_zone": "Europe/Paris",
        }))
        .reading_steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Properties>) -> Result<Response> {
    let change = Change::read(&context, &call, input.fields).await?;
    let state = context.store.state();
    change.require_revision(&state, &call)?;
    change.require_hosts(&state, &call)?;
    let (before, after) = corp::edited(&state, call.corp(), |corp| change.apply(corp))?;
    Ok(Response { effects: corp::effects(&before, &after).into_iter().map(EffectRow::from).collect() })
}
