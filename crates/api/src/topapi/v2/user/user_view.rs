//! The fields of a member in `user.get` and `user.list`.

use carillon_model::{
    app::{AppType, field_permission},
    contact::{Member, mobile},
    id::{DeptId, UserId},
};
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Serialize;

/// A member. Fields without a value, and fields that the app may not see, are absent.
#[derive(Serialize, JsonSchema)]
pub struct UserView {
    /// The userid of the member.
    userid: UserId,
    /// The person's id across organisations, which `contacts.user_get_by_unionid` takes.
    unionid: String,
    /// The name of the member.
    name: String,
    /// Address of the picture; empty, since every member has the default one. Observed: present although empty, unlike on the page.
    avatar: &'static str,
    /// Country code of the mobile number; for apps with the field permission for mobile numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    state_code: Option<String>,
    /// Mobile number; for apps with the field permission for mobile numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile: Option<String>,
    /// Whether the mobile number is hidden on the profile, as it was set.
    hide_mobile: bool,
    /// Extension number; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    telephone: String,
    /// The member's job number; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    job_number: String,
    /// The member's job title; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    /// Mail address; for apps with the field permission for personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Company mail address; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    org_email: String,
    /// Place of work; for apps with the field permission for personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    work_place: Option<String>,
    /// Remark; for apps with the field permission for personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    /// The departments of the member, by id.
    dept_id_list: Vec<DeptId>,
    /// Custom attributes, the text of a JSON object; for apps with the field permission for personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<String>,
    /// Date of hire, in ms since 1970; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    hired_date: Option<i64>,
    /// Whether the person has signed in before.
    active: bool,
    /// Whether the person administers the organisation.
    admin: bool,
    /// Whether the person owns the organisation; always false, since Carillon does not know owners.
    boss: bool,
    /// Whether the organisation owns the account.
    exclusive_account: bool,
    /// How the member signs in to an account that the organisation owns; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    exclusive_account_type: String,
    /// Login name of an account that the organisation owns; absent without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    login_id: String,
}

impl UserView {
    /// Returns the fields that the calling app may see.
    pub fn for_caller(call: &Call, member: Member) -> Self {
        let profile = member.profile;
        let internal = call.app().is_ok_and(|app| app.app_type == AppType::Internal);
        let mobile = (internal && call.may(field_permission::MOBILE))
            .then(|| mobile::split(&profile.mobile))
            .filter(|(_, number)| !number.is_empty());
        let personal = internal && call.may(field_permission::PERSONAL);
        let personal = |text: String| (personal && !text.is_empty()).then_some(text);
        Self {
            userid: member.userid,
            unionid: member.unionid,
            state_code: mobile.map(|(state_code, _)| state_code.to_owned()),
            mobile: mobile.map(|(_, number)| number.to_owned()),
            name: profile.name,
            avatar: "",
            hide_mobile: profile.hide_mobile,
            telephone: profile.telephone,
            job_number: profile.job_number,
            title: profile.title,
            email: personal(profile.email),
            org_email: profile.org_email,
            work_place: personal(profile.work_place),
            remark: personal(profile.remark),
            dept_id_list: member.departments.iter().map(|membership| membership.dept_id).collect(),
            extension: personal(profile.extension),
            hired_date: profile.hired_date,
            active: member.active,
            admin: member.admin.is_some(),
            boss: false,
            exclusive_account: profile.exclusive_account,
            exclusive_account_type: profile.exclusive_account_type,
            login_id: profile.login_id,
        }
    }
}
