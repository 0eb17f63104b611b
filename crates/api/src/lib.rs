//! The operations: one file each, at the path that it has on the wire.

mod call_back;
pub mod facts;
mod gettoken;
mod given;
mod media;
mod robot;
mod role;
mod service;
mod topapi;
mod v1_0;

use std::collections::BTreeSet;

use carillon_model::app::field_permission;
use carillon_wire::Operation;

/// All operations.
pub fn operations() -> Vec<Operation> {
    let mut operations = vec![
        gettoken::operation(),
        v1_0::oauth2::access_token::operation(),
        media::upload::operation(),
        service::get_auth_info::operation(),
        topapi::serviceaccount::add::operation(),
        topapi::serviceaccount::update::operation(),
        topapi::serviceaccount::list::operation(),
        topapi::serviceaccount::get::operation(),
        topapi::serviceaccount::menu::update::operation(),
        topapi::serviceaccount::menu::get::operation(),
        topapi::material::article::add::operation(),
        topapi::material::article::delete::operation(),
        topapi::material::article::update::operation(),
        topapi::material::article::list::operation(),
        topapi::material::article::get::operation(),
        topapi::material::article::publish::operation(),
        topapi::material::news::add::operation(),
        topapi::material::news::delete::operation(),
        topapi::material::news::get::operation(),
        topapi::material::news::update::operation(),
        topapi::material::news::list::operation(),
        topapi::message::mass::send::operation(),
        topapi::message::mass::recall::operation(),
        v1_0::exclusive::follow::message::send::operation(),
        v1_0::exclusive::follow::message::query_msg_send_records::operation(),
        v1_0::exclusive::follow::message::get_msg_record_detail::operation(),
        v1_0::exclusive::app_dings::send::operation(),
        v1_0::exclusive::phone_dings::send::operation(),
        v1_0::exclusive::publishers::comments::list::operation(),
        v1_0::exclusive::publishers::comments::delete::operation(),
        v1_0::carillon::publishers::comments::list::operation(),
        v1_0::carillon::publishers::comments::selected::operation(),
        v1_0::carillon::dings::settings::operation(),
        v1_0::carillon::message::mass::progress::operation(),
        v1_0::carillon::message::mass::schedule::operation(),
        v1_0::carillon::message::mass::cancel::operation(),
        v1_0::carillon::service_accounts::operators::operation(),
        v1_0::carillon::service_accounts::blocked_members::operation(),
        v1_0::carillon::service_accounts::scope::operation(),
        v1_0::carillon::audits::query::operation(),
        v1_0::carillon::organisation::get::operation(),
        v1_0::carillon::organisation::set::operation(),
        v1_0::carillon::facts::operation(),
        v1_0::exclusive::securities::org_group_infos::operation(),
        v1_0::exclusive::enterprise_securities::ban_or_open_group_words::operation(),
        topapi::kac::datav::annual_report::get::operation(),
        v1_0::exclusive::data::active_groups::operation(),
        v1_0::exclusive::data::calendar::org::operation(),
        v1_0::exclusive::data::report::dept::operation(),
        v1_0::exclusive::datas::reports::organizations::operation(),
        v1_0::exclusive::data::doc::dept::operation(),
        v1_0::exclusive::data::doc::org::operation(),
        v1_0::exclusive::data::general_form::dept::operation(),
        v1_0::exclusive::data::general_form::org::operation(),
        v1_0::exclusive::data::publisher::operation(),
        v1_0::exclusive::data::dau::org::operation(),
        v1_0::exclusive::inactives::users::query::operation(),
        v1_0::exclusive::data::app_version::org::operation(),
        v1_0::exclusive::data::conferences::base_info::operation(),
        v1_0::exclusive::data::conferences::detail::operation(),
        v1_0::carillon::groups::create::operation(),
        v1_0::carillon::groups::update::operation(),
        v1_0::carillon::groups::get::operation(),
        v1_0::carillon::groups::dissolve::operation(),
        v1_0::carillon::groups::members::add::operation(),
        v1_0::carillon::groups::members::remove::operation(),
        v1_0::carillon::groups::members::list::operation(),
        v1_0::carillon::groups::messages::send::operation(),
        v1_0::carillon::service_accounts::auto_replies::set::operation(),
        v1_0::carillon::service_accounts::auto_replies::get::operation(),
        robot::send_by_session::operation(),
        topapi::v2::user::create::operation(),
        topapi::v2::user::get::operation(),
        topapi::v2::user::update::operation(),
        topapi::v2::user::delete::operation(),
        topapi::v2::user::list::operation(),
        topapi::v2::user::getbymobile::operation(),
        topapi::user::count::operation(),
        topapi::user::getbyunionid::operation(),
        topapi::user::listadmin::operation(),
        topapi::inactive::user::v2::get::operation(),
        v1_0::contact::users::search::operation(),
        v1_0::contact::users::sort::operation(),
        topapi::user::listid::operation(),
        topapi::user::listsimple::operation(),
        topapi::v2::department::create::operation(),
        topapi::v2::department::get::operation(),
        topapi::v2::department::listsub::operation(),
        topapi::v2::department::listsubid::operation(),
        topapi::v2::department::listparentbydept::operation(),
        topapi::v2::department::listparentbyuser::operation(),
        topapi::v2::department::update::operation(),
        topapi::v2::department::delete::operation(),
        v1_0::contact::departments::search::operation(),
        role::add_role::operation(),
        role::add_role_group::operation(),
        role::update_role::operation(),
        topapi::role::getrole::operation(),
        topapi::role::list::operation(),
        topapi::role::getrolegroup::operation(),
        topapi::role::addrolesforemps::operation(),
        topapi::role::scope::update::operation(),
        topapi::role::simplelist::operation(),
        topapi::role::removerolesforemps::operation(),
        topapi::role::deleterole::operation(),
        call_back::register_call_back::operation(),
        call_back::update_call_back::operation(),
        call_back::get_call_back::operation(),
        call_back::delete_call_back::operation(),
        call_back::get_call_back_failed_result::operation(),
        v1_0::gateway::connections::open::operation(),
        v1_0::carillon::event::delivery::list::operation(),
        v1_0::carillon::event::delivery::retry::operation(),
    ];
    operations.extend(topapi::kac::operations());
    operations.extend(v1_0::datacenter::operations());
    operations
}

/// All permissions that an operation, or a field of one, asks for.
pub fn permissions() -> BTreeSet<String> {
    let fields = [field_permission::MOBILE, field_permission::PERSONAL];
    let operations = operations().into_iter().filter_map(|operation| operation.permission);
    operations.chain(fields).map(str::to_owned).collect()
}
