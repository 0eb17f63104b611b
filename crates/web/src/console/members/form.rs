//! The fields of a member as a form has them, and what is wrong with them.

use carillon_domain::contact::manage::MemberEdit;
use carillon_model::error::{Error, Result, Rule};

use crate::console::{form::Pairs, page::MemberForm, text::members::MemberTexts};

/// The most characters of the fields, as in the API.
const LIMITS: [(&str, usize); 9] = [
    ("userid", 64),
    ("name", 80),
    ("mobile", 32),
    ("email", 50),
    ("title", 200),
    ("job_number", 50),
    ("telephone", 50),
    ("work_place", 100),
    ("remark", 2_000),
];

/// The fields of a form, within their limits.
pub fn fields(form: &Pairs) -> (MemberForm, bool) {
    let text = |name: &str| form.text(name).trim().to_owned();
    let fits = LIMITS.iter().all(|(name, most)| form.text(name).chars().count() <= *most);
    let fields = MemberForm {
        userid: text("userid"),
        name: text("name"),
        mobile: text("mobile"),
        hide_mobile: form.is_set("hide_mobile"),
        email: text("email"),
        title: text("title"),
        job_number: text("job_number"),
        telephone: text("telephone"),
        work_place: text("work_place"),
        remark: form.lines("remark").trim().to_owned(),
    };
    (fields, fits)
}

pub fn check(fields: &MemberForm, fits: bool, has_department: bool) -> Result<()> {
    let wrong = if !fits {
        "length"
    } else if fields.name.is_empty() {
        "name"
    } else if !has_department {
        "department"
    } else {
        return Ok(());
    };
    Err(Error::invalid(wrong, "is wrong"))
}

/// The text of a refusal. `None` for faults of the server.
pub fn problem(m: &'static MemberTexts, error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Invalid { field, .. } => match field.as_ref() {
            "length" => m.too_long,
            "name" => m.no_name,
            "login" => m.no_contact,
            _ => m.no_department,
        },
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::UserIdTaken => m.userid_taken,
            Rule::MobileTaken => m.mobile_taken,
            Rule::EmailTaken => m.email_taken,
            Rule::MobileInvalid => m.mobile_invalid,
            Rule::EmailInvalid => m.email_invalid,
            Rule::TelephoneTaken => m.telephone_taken,
            Rule::JobNumberTaken => m.job_number_taken,
            Rule::RoleDenied => m.protected,
            Rule::GroupOwnerInvalid => m.is_owner_of_group,
            Rule::UnknownDepartment => m.no_department,
            _ => return None,
        },
        Error::Internal(_) => return None,
    })
}

/// The fields as a change of the member, all of them.
pub fn edit(fields: MemberForm) -> MemberEdit {
    MemberEdit {
        name: Some(fields.name),
        mobile: Some(fields.mobile),
        hide_mobile: Some(fields.hide_mobile),
        email: Some(fields.email),
        title: Some(fields.title),
        job_number: Some(fields.job_number),
        telephone: Some(fields.telephone),
        work_place: Some(fields.work_place),
        remark: Some(fields.remark),
        departments: None,
        roles: None,
    }
}
