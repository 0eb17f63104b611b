//! `/topapi/v2/user`.

pub mod create;
pub mod delete;
pub mod get;
pub mod getbymobile;
pub mod list;
pub mod update;

mod memberships;
mod profile_fields;
mod user_view;

use carillon_domain::password;
use carillon_model::error::{Error, Result, Rule};
use carillon_wire::{Builder, Call, Code};
use tokio::sync::Semaphore;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(create::operation),
    Entry::Operation(delete::operation),
    Entry::Operation(get::operation),
    Entry::Operation(getbymobile::operation),
    Entry::Operation(list::operation),
    Entry::Operation(update::operation),
];

/// An unknown member: the code of the page of common errors, instead of 33012 of the operation's page.
const UNKNOWN_USER: Code = Code::legacy(60121, "找不到该用户");
/// A userid that no member can have.
const BAD_USERID: Code = Code::legacy(33012, "无效的userId");
const BAD_DEPARTMENTS: Code = Code::legacy(40066, "不合法的部门列表");
const TOO_MANY_DEPARTMENTS: Code = Code::legacy(60110, "部门个数超出限制");
const BAD_ORDER: Code = Code::legacy(40011, "不合法的排序order");

/// Declares the errors of a member's fields. The pages have no table of errors; the global list has a code for most fields.
fn declare_field_errors(operation: Builder) -> Builder {
    let bad_address = carillon_wire::codes::of(Rule::EmailInvalid);
    let fields = [
        ("userid", BAD_USERID),
        ("name", Code::legacy(60112, "用户name不合法")),
        ("telephone", Code::legacy(40063, "不合法的分机号")),
        ("work_place", Code::legacy(40064, "不合法的工作地址")),
        ("remark", Code::legacy(40065, "不合法的备注")),
        ("title", Code::legacy(60119, "不合法的position")),
        ("job_number", Code::legacy(60123, "不合法的jobnumber")),
        ("email", bad_address),
        ("org_email", bad_address),
        ("login_email", bad_address),
        ("extension", Code::legacy(60122, "不合法的extattr")),
        ("dept_id_list", BAD_DEPARTMENTS),
    ];
    let operation =
        fields.into_iter().fold(operation, |operation, (field, code)| operation.bad_field(field, code));
    operation
        .too_long("dept_id_list", TOO_MANY_DEPARTMENTS)
        .bad_field("dept_order_list[].order", BAD_ORDER)
        .errors(&[
            Rule::MobileInvalid,
            Rule::MobileTaken,
            Rule::EmailInvalid,
            Rule::EmailTaken,
            Rule::TelephoneTaken,
            Rule::JobNumberTaken,
            Rule::UnknownManager,
            Rule::UnknownDepartment,
        ])
}

/// The field of the password.
const INIT_PASSWORD: &str = "init_password";
/// Concurrent password hashes: each takes 19 MiB and a processor.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Hashes a password on a blocking thread. An empty password counts as absent.
async fn hash_password(call: &Call, password: Option<String>) -> Result<Option<String>> {
    let Some(password) = password.filter(|password| !password.is_empty()) else { return Ok(None) };
    if let Some(invalid_reason) = password::invalid_reason(&password) {
        return Err(Error::invalid(INIT_PASSWORD, invalid_reason));
    }
    let permit = HASHING.acquire().await.map_err(Error::internal)?;
    let env = call.env.clone();
    let hashing = tokio::task::spawn_blocking(move || {
        // If the caller disconnects, the work goes on and keeps its permit.
        let _permit = permit;
        password::hash(&env, &password)
    });
    hashing.await.map_err(Error::internal)?.map(Some)
}
