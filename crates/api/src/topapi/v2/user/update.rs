//! `contacts.user_update`: changes a member.

use carillon_domain::{
    contact::{manage, user},
    sign_on,
};
use carillon_model::{
    contact::Member,
    error::{Error, Result, Rule},
    event::EventKind,
    id::{DeptId, UserId},
};
use carillon_store::{PasswordOrigin, Tx};
use carillon_wire::{Call, Code, Context, Input, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::profile_fields::{self, ProfileFields};
use crate::topapi::{EmptyResponse, Language};

/// The fields that `force_update_fields` may name.
const MANAGER: &str = "manager_userid";
const ORG_EMAIL: &str = "org_email";
/// The `ext_attrs_update_mode` that keeps absent attributes.
const APPEND: i64 = 1;

/// Absent fields stay as they are (decided: the page does not say). An `init_password` of an operator of the console is refused (decided:
/// it would give an app the rights of the operator).
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The member, by the `userid` that `contacts.user_list_id` returns.
    #[schemars(length(min = 1, max = 64))]
    userid: UserId,
    /// The new name of the member; unchanged if absent.
    #[schemars(length(min = 1, max = 80))]
    name: Option<String>,
    /// All departments of the member from now on. Those that stay keep order, title and leader.
    #[schemars(length(max = 300))]
    dept_id_list: Option<Vec<DeptId>>,
    /// The treatment of attributes that are not in `extension`: 0 or absent removes them, 1 keeps them.
    #[schemars(extend("enum" = [0, 1]))]
    ext_attrs_update_mode: Option<i64>,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
    /// Fields to empty if they are absent: `manager_userid` or `org_email`.
    #[schemars(length(max = 999))]
    force_update_fields: Option<Vec<String>>,
    /// Login name of an account that the organisation owns; it is stored, and members sign in with their userid.
    #[serde(rename = "loginId")]
    login_id: Option<String>,
    #[serde(flatten)]
    profile: ProfileFields,
}

pub fn operation() -> Operation {
    let operation = Operation::legacy("contacts.user_update", "/topapi/v2/user/update");
    super::declare_field_errors(operation)
        .title("更新用户信息", "Update a user")
        .purpose(
            "修改成员的资料、部门、职位或密码，并向订阅的应用推送事件。未传的字段不变；`dept_id_list` 整体替换部门，\
             `extension` 是否替换取决于 `ext_attrs_update_mode`。修改密码会结束该成员的所有登录会话。",
            "Changes fields, departments, positions or the password of a member, and sends an event to subscribed \
             apps. Absent fields stay as they are; `dept_id_list` replaces all departments, and \
             `ext_attrs_update_mode` decides whether `extension` replaces all attributes. A new password ends all \
             sessions of the member.",
        )
        .permission("qyapi_manage_addresslist")
        .error(Rule::UnknownUser, super::UNKNOWN_USER)
        .errors(&[Rule::MemberIsOperator])
        .missing("userid", Code::legacy(41009, "缺少UserID"))
        .raises(&[EventKind::MemberChanged])
        .example(json!({
            "userid": "user02",
            "name": "Li Si",
            "mobile": "13800000007",
            "hide_mobile": false,
            "telephone": "010-0007",
            "job_number": "1007",
            "manager_userid": "user01",
            "title": "Senior engineer",
            "email": "li@example.com",
            "org_email": "li@corp.example.com",
            "org_email_type": "base",
            "work_place": "Floor 3",
            "remark": "Joined in spring",
            "dept_id_list": [101, 102],
            "dept_order_list": [{ "dept_id": 101, "order": 1 }],
            "dept_position_list": [{
                "dept_id": 101,
                "is_main": true,
                "title": "Team lead",
                "work_place": "Floor 4",
                "extension_i18n": { "en_US": { "hobby": "chess" } },
            }],
            "dept_title_list": [{ "dept_id": 102, "title": "Senior engineer" }],
            "extension": "{\"hobby\":\"chess\"}",
            "ext_attrs_update_mode": 0,
            "senior_mode": false,
            "hired_date": 1_760_000_000_000_i64,
            "language": "zh_CN",
            "force_update_fields": ["manager_userid"],
        }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<EmptyResponse> {
    let mut request = input.fields;
    let cleared = request.force_update_fields.take().unwrap_or_default();
    for name in cleared {
        let field = match name.as_str() {
            MANAGER => &mut request.profile.manager_userid,
            ORG_EMAIL => &mut request.profile.org_email,
            _ => {
                let reason = "can name manager_userid and org_email alone";
                return Err(Error::invalid("force_update_fields", reason));
            }
        };
        field.get_or_insert_default();
    }
    let hash = super::hash_password(&call, request.profile.init_password.take()).await?;
    let work = move |tx: &mut Tx<'_>, call: &Call| {
        let userid = request.userid.clone();
        if hash.is_some() {
            manage::require_resettable_by_apps(tx, call.corp(), &userid)?;
        }
        let awaited = sign_on::awaited_identity(tx, call.corp(), &userid)?;
        let member = user::update(tx, &call.env, call.corp(), &userid, |member| edit(member, request))?;
        if awaited != sign_on::awaited_identity(tx, call.corp(), &userid)? {
            return Err(Rule::MemberIsOperator.into());
        }
        match hash {
            Some(hash) => user::set_password(tx, call.corp(), member.no, &hash, PasswordOrigin::Initial),
            None => Ok(()),
        }
    };
    context.write(call, work).await?;
    Ok(EmptyResponse {})
}

fn edit(member: &mut Member, mut request: Request) -> Result<()> {
    let profile = &mut member.profile;
    if let (Some(APPEND), Some(new)) = (request.ext_attrs_update_mode, &request.profile.extension) {
        request.profile.extension = Some(profile_fields::merge_extension(&profile.extension, new)?);
    }
    if let Some(name) = request.name {
        profile.name = name;
    }
    if let Some(login_id) = request.login_id {
        profile.login_id = login_id;
    }
    request.profile.write(profile)?.write(member, request.dept_id_list)
}
