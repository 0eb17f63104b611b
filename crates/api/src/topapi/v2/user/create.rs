//! `contacts.user_create`: adds a member.

use carillon_domain::contact::user::{self, NewMember};
use carillon_model::{
    contact::{Membership, Profile},
    error::{Error, Result, Rule},
    event::EventKind,
    id::{DeptId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Context, Input, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::profile_fields::ProfileFields;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The userid of the new member, which cannot change later and is the name to sign in with; generated if absent.
    #[schemars(length(min = 1, max = 64))]
    userid: Option<UserId>,
    /// The name of the member.
    #[schemars(length(min = 1, max = 80))]
    name: String,
    /// The departments of the member by id, at least one, each once.
    #[schemars(length(max = 100))]
    dept_id_list: Vec<DeptId>,
    /// Login mail, only for mail accounts; it is stored, and members sign in with their userid.
    #[schemars(length(max = 64))]
    login_email: Option<String>,
    /// Whether the organisation owns the account, which then needs no mobile number; false if absent.
    exclusive_account: Option<bool>,
    /// How the member signs in to an account that the organisation owns; stored and returned.
    #[schemars(extend("enum" = ["sso", "dingtalk"]))]
    exclusive_account_type: Option<String>,
    /// Login name of an account that the organisation owns; it is stored, and members sign in with their userid.
    login_id: Option<String>,
    /// Another organisation that owns the account, by its corpId; it is stored and not returned.
    outer_exclusive_corpid: Option<String>,
    /// The member's userid in that organisation; it is stored and not returned.
    outer_exclusive_userid: Option<String>,
    #[serde(flatten)]
    profile: ProfileFields,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The new member.
    result: Created,
}

/// The new member.
#[derive(Serialize, JsonSchema)]
struct Created {
    /// The userid of the new member, by which other operations name it.
    userid: UserId,
    /// The person's id across organisations; the other operations spell it `unionid`.
    #[serde(rename = "unionId")]
    unionid: String,
}

pub fn operation() -> Operation {
    let operation = Operation::legacy("contacts.user_create", "/topapi/v2/user/create");
    super::declare_field_errors(operation)
        .title("创建用户", "Create a user")
        .purpose(
            "为企业新建一名成员，加入指定的部门和随之变化的部门群，并向订阅的应用推送事件。除专属帐号外，\
             必须有手机号。不传 `init_password` 的成员没有密码，须由运营人员在控制台生成设密链接，或使用单点登录。",
            "Adds a member to the organisation, to the given departments and to the groups that follow them, and \
             sends an event to subscribed apps. A mobile number is needed unless the organisation owns the account. \
             Without `init_password` the member has no password and needs a link from an operator of the console, \
             or single sign-on.",
        )
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::UserIdTaken, Rule::MobileAndEmailMissing])
        .missing("name", codes::BAD_PARAMETER)
        .missing("dept_id_list", codes::BAD_PARAMETER)
        .raises(&[EventKind::MembersAdded])
        .example(json!({
            "userid": "user06",
            "name": "Zhang San",
            "mobile": "13800000006",
            "hide_mobile": false,
            "telephone": "010-0006",
            "job_number": "1006",
            "title": "Senior engineer",
            "email": "zhang@example.com",
            "org_email": "zhang@corp.example.com",
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
            "senior_mode": false,
            "hired_date": 1_760_000_000_000_i64,
            "manager_userid": "user02",
            "login_email": "zhang@example.com",
        }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<Response> {
    let mut request = input.fields;
    let exclusive_account = request.exclusive_account.unwrap_or_default();
    if !exclusive_account && request.profile.mobile.is_none() {
        let is_present =
            |address: &Option<String>| address.as_ref().is_some_and(|address| !address.is_empty());
        let has_address = is_present(&request.profile.email) || is_present(&request.login_email);
        return Err(match has_address {
            true => Error::invalid("mobile", "is missing"),
            false => Rule::MobileAndEmailMissing.into(),
        });
    }
    let password_hash =
        super::hash_password(&call, request.profile.init_password.take()).await?.unwrap_or_default();
    let mut profile = Profile {
        name: request.name,
        login_email: request.login_email.unwrap_or_default(),
        exclusive_account,
        exclusive_account_type: request.exclusive_account_type.unwrap_or_default(),
        login_id: request.login_id.unwrap_or_default(),
        outer_exclusive_corpid: request.outer_exclusive_corpid.unwrap_or_default(),
        outer_exclusive_userid: request.outer_exclusive_userid.unwrap_or_default(),
        ..Profile::default()
    };
    let mut departments: Vec<_> = request.dept_id_list.into_iter().map(Membership::ordinary).collect();
    request.profile.write(&mut profile)?.apply(&mut departments)?;
    let new = NewMember { userid: request.userid, profile, departments, password_hash };
    let create = move |tx: &mut Tx<'_>, call: &Call| user::create(tx, &call.env, call.corp(), new);
    let member = context.write(call, create).await?;
    Ok(Response { result: Created { userid: member.userid, unionid: member.unionid } })
}
