//! The fields of a member in `user.create` and `user.update`.

use carillon_model::{
    contact::Profile,
    error::{Error, Result},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::memberships::{MembershipFields, Order, Position, Title};

/// Characters of a member's attributes.
pub const MAX_EXTENSION: usize = 2_000;

/// Fields of a member. Absent fields stay as they are.
#[derive(Deserialize, JsonSchema)]
pub struct ProfileFields {
    /// Mobile number, unique in any spelling; foreign ones as `+xx-xxxx`. Only accounts that the organisation owns may have none.
    pub mobile: Option<String>,
    /// Hide the mobile number on the profile. Stored and returned: apps with the permission see the number.
    hide_mobile: Option<bool>,
    /// Extension number, unique in the organisation.
    #[schemars(length(max = 50))]
    telephone: Option<String>,
    /// Job number, unique in the organisation.
    #[schemars(length(max = 50))]
    job_number: Option<String>,
    /// The job title of the member; an empty text removes it.
    #[schemars(length(max = 200))]
    title: Option<String>,
    /// Mail address, unique in the organisation whatever the case of its letters.
    #[schemars(length(max = 50))]
    pub email: Option<String>,
    /// Company mail address; it is stored, no mailbox is created.
    #[schemars(length(max = 100))]
    pub org_email: Option<String>,
    /// Edition of the company mailbox: `profession` is standard, `base` is basic.
    #[schemars(extend("enum" = ["profession", "base"]))]
    org_email_type: Option<String>,
    /// Place of work; an empty text removes it.
    #[schemars(length(max = 100))]
    work_place: Option<String>,
    /// Remark about the member; an empty text removes it.
    #[schemars(length(max = 2000))]
    remark: Option<String>,
    /// The member's order in departments; those that are not named keep theirs.
    #[schemars(length(max = 100))]
    dept_order_list: Option<Vec<Order>>,
    /// The member's title in departments; `dept_position_list` counts where both name one.
    #[schemars(length(max = 100))]
    dept_title_list: Option<Vec<Title>>,
    /// The member's position in departments; those that are not named keep theirs.
    #[schemars(length(max = 999))]
    dept_position_list: Option<Vec<Position>>,
    /// Custom attributes: a JSON object, or its text.
    #[schemars(length(max = 2000))]
    pub extension: Option<String>,
    /// Executive mode. Stored and returned as `senior`, nothing is restricted by it.
    senior_mode: Option<bool>,
    /// Date of hire, in ms since 1970.
    #[schemars(range(min = 1))]
    hired_date: Option<i64>,
    /// The direct manager, by userid; must be a member.
    pub manager_userid: Option<String>,
    /// Mobile number of an account that the organisation owns; several accounts may share one.
    exclusive_mobile: Option<String>,
    /// How the number in `exclusive_mobile` was verified; stored alone.
    exclusive_mobile_verify_status: Option<String>,
    /// The password to sign in with: 8 characters or more, not letters or digits alone. An empty one counts as absent.
    #[schemars(length(max = 128), extend("pattern" = r"^$|^[\s\S]{8,}$"))]
    pub init_password: Option<String>,
}

impl ProfileFields {
    /// Writes the fields that are present into a profile, and returns those about memberships. Attributes replace all previous ones.
    pub fn write(self, profile: &mut Profile) -> Result<MembershipFields> {
        assign(&mut profile.mobile, self.mobile);
        assign(&mut profile.hide_mobile, self.hide_mobile);
        assign(&mut profile.telephone, self.telephone);
        assign(&mut profile.job_number, self.job_number);
        assign(&mut profile.title, self.title);
        assign(&mut profile.email, self.email);
        assign(&mut profile.org_email, self.org_email);
        assign(&mut profile.org_email_type, self.org_email_type);
        assign(&mut profile.work_place, self.work_place);
        assign(&mut profile.remark, self.remark);
        assign(&mut profile.senior_mode, self.senior_mode);
        assign(&mut profile.manager_userid, self.manager_userid);
        assign(&mut profile.exclusive_mobile, self.exclusive_mobile);
        assign(&mut profile.exclusive_mobile_verify_status, self.exclusive_mobile_verify_status);
        profile.hired_date = self.hired_date.or(profile.hired_date);
        if let Some(extension) = self.extension {
            attributes(&extension)?;
            profile.extension = extension;
        }
        Ok(MembershipFields {
            orders: self.dept_order_list.unwrap_or_default(),
            titles: self.dept_title_list.unwrap_or_default(),
            positions: self.dept_position_list.unwrap_or_default(),
        })
    }
}

/// Merges attributes: a new one replaces an old one of the same name.
pub fn merge_extension(old: &str, new: &str) -> Result<String> {
    let mut merged = attributes(old)?;
    merged.extend(attributes(new)?);
    let merged = Value::Object(merged).to_string();
    if merged.chars().count() > MAX_EXTENSION {
        return Err(Error::invalid("extension", "must have at most 2000 characters with what was there"));
    }
    Ok(merged)
}

fn attributes(extension: &str) -> Result<Map<String, Value>> {
    if extension.trim().is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(extension).map_err(|_| Error::invalid("extension", "must be a JSON object"))
}

fn assign<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
