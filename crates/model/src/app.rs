//! Apps: programs with a key and a secret that call the operations for one organisation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The three types of app that the permission table of each operation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AppType {
    /// An organisation's own app (企业内部应用).
    Internal,
    /// A third-party organisation app (第三方企业应用).
    Isv,
    /// A third-party personal app (第三方个人应用).
    Personal,
}

impl AppType {
    /// The word stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Isv => "isv",
            Self::Personal => "personal",
        }
    }

    /// The type by its word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Internal, Self::Isv, Self::Personal].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Access to a field of a member's record that needs a permission besides the operation's own. The public pages name these
/// permissions but give no code; these codes are those that the vendor's console uses for the same names.
pub mod field_permission {
    /// Mobile number and country code (企业员工手机号信息).
    pub const MOBILE: &str = "fieldMobile";
    /// Mail address, place of work, remark and extension (邮箱等个人信息).
    pub const PERSONAL: &str = "fieldEmail";
}
