//! `carillon.organisation_set`: replaces the organisation's name, addresses and looks. An operation of Carillon.

use carillon_domain::corp;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Context, Input, Operation};
use serde_json::json;

use super::{Change, Organisation, Properties};
use crate::v1_0::carillon::APPS_AND_LOCAL;

pub fn operation() -> Operation {
    Operation::v1("carillon.organisation_set", "/v1.0/carillon/organisation")
        .put()
        .title("设置组织信息", "Set the organisation's properties")
        .purpose(
            "整体设置企业信息：主题色和标志不传则清除，只有域名不传时保持不变。修改简称后，原简称的地址会跳转到新地址；修改会带来哪些影响，可先用“查询修改组织信息的影响”查看。传入 revision 时，若企业信息在读取之后被别人修改过则不做修改。应用不能修改域名。",
            "Replaces the properties of the organisation: an absent colour or logo is removed, and only host names stay when absent. Addresses with the previous short name redirect. `carillon.organisation_effects` shows beforehand what a change takes away. With a revision, nothing changes if somebody else changed the properties since. Apps cannot change host names.",
        )
        .permission("Carillon.Organisation.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Owner])
        .errors(&[Rule::SettingsChanged])
        .raises(&[EventKind::DepartmentsChanged])
        .example(json!({
            "name": "Example School",
            "short_name": "example",
            "accent_color": "#0f6b5c",
            "logo_media_id": "@lADPlogo0001",
            "time_zone": "Asia/Shanghai",
        }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Properties>) -> Result<Organisation> {
    let change = Change::read(&context, &call, input.fields).await?;
    let set = move |tx: &mut Tx<'_>, call: &Call| {
        change.require_revision(tx.state(), call)?;
        change.require_hosts(tx.state(), call)?;
        corp::update(tx, &call.env, call.corp(), |corp| change.apply(corp))
    };
    Organisation::of(&*context.write(call, set).await?)
}
