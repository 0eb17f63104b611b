//! `contacts.user_update`: changes a member.

use carillon_domain::contact::user;
use carillon_model::{
    contact::Member,
    error::{Error, Result, Rule},
    id::{DeptId, UserId},
};
use carillon_store::{PasswordOrigin, Tx};
use carillon_wire::{Call, Code, Context, Input, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::data::{self, Data};
use crate::topapi::{Done, Language};

/// The fields that can be emptied by their names.
const MANAGER: &str = "manager_userid";
const ORG_EMAIL: &str = "org_email";
/// `ext_attrs_update_mode` that keeps the attributes that are not given.
const APPEND: i64 = 1;

/// The request. What is absent stays as it is (decided: the page does not say).
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The member.
    #[schemars(length(min = 1, max = 64))]
    userid: UserId,
    /// Name.
    #[schemars(length(min = 1, max = 80))]
    name: Option<String>,
    /// All departments of the member from now on. In those that stay, order, title and lead stay too.
    #[schemars(length(max = 300))]
    dept_id_list: Option<Vec<DeptId>>,
    /// What happens to attributes that are not in `extension`: 0 removes them, and so does an absent mode; 1 keeps them.
    #[schemars(extend("enum" = [0, 1]))]
    ext_attrs_update_mode: Option<i64>,
    /// The language of names, without effect.
    #[serde(rename = "language")]
    _language: Option<Language>,
    /// Fields to empty unless they are given: `manager_userid` and `org_email` can be.
    #[schemars(length(max = 999))]
    force_update_fields: Option<Vec<String>>,
    /// Login name of an account that the organisation owns.
    #[serde(rename = "loginId")]
    login_id: Option<String>,
    /// The rest.
    #[serde(flatten)]
    data: Data,
}

/// The declaration.
pub fn operation() -> Operation {
    let operation = Operation::legacy("contacts.user_update", "/topapi/v2/user/update");
    super::refuses_bad_data(operation)
        .title("更新用户信息", "Update a user")
        .permission("qyapi_manage_addresslist")
        .error(Rule::UnknownUser, super::NOBODY)
        .missing("userid", Code::legacy(41009, "缺少UserID"))
        .example(json!({
            "userid": "user01",
            "name": "Zhang San",
            "hide_mobile": false,
            "telephone": "010-0001",
            "job_number": "1001",
            "manager_userid": "user02",
            "title": "Engineer",
            "email": "a@example.com",
            "org_email": "a@example.com",
            "work_place": "Floor 3",
            "remark": "note",
            "dept_id_list": "101,102",
            "dept_order_list": [{ "dept_id": 101, "order": 1 }],
            "dept_position_list": [{ "extension_i18n": {} }],
            "extension": "{\"hobby\":\"chess\"}",
            "ext_attrs_update_mode": 1,
            "senior_mode": false,
            "hired_date": 1_760_000_000_000_i64,
            "language": "zh_CN",
            "force_update_fields": "manager_userid",
        }))
        .steps(answer)
}

async fn answer(context: Context, call: Call, input: Input<Request>) -> Result<Done> {
    let mut request = input.fields;
    let forced = request.force_update_fields.take().unwrap_or_default();
    for name in forced {
        let field = match name.as_str() {
            MANAGER => &mut request.data.manager_userid,
            ORG_EMAIL => &mut request.data.org_email,
            _ => {
                let reason = "can name manager_userid and org_email alone";
                return Err(Error::invalid("force_update_fields", reason));
            }
        };
        field.get_or_insert_default();
    }
    let hash = super::hash(&call, request.data.init_password.take()).await?;
    let work = move |tx: &mut Tx<'_>, call: &Call| {
        let userid = request.userid.clone();
        let member = user::update(tx, &call.env, call.corp(), &userid, |member| edit(member, request))?;
        match hash {
            Some(hash) => user::set_password(tx, call.corp(), member.no, &hash, PasswordOrigin::Initial),
            None => Ok(()),
        }
    };
    context.write(call, work).await?;
    Ok(Done {})
}

fn edit(member: &mut Member, mut request: Request) -> Result<()> {
    let profile = &mut member.profile;
    if let (Some(APPEND), Some(new)) = (request.ext_attrs_update_mode, &request.data.extension) {
        request.data.extension = Some(data::merge(&profile.extension, new)?);
    }
    if let Some(name) = request.name {
        profile.name = name;
    }
    if let Some(login_id) = request.login_id {
        profile.login_id = login_id;
    }
    request.data.write(profile)?.write(member, request.dept_id_list)
}
