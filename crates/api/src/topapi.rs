//! `/topapi`.

pub mod inactive;
pub mod kac;
pub mod material;
pub mod message;
pub mod role;
pub mod serviceaccount;
pub mod user;
pub mod v2;

/// The answer of an operation that has nothing to say but that it succeeded.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct Done {}

/// The language of names in contacts. Decided: it has no effect, since a name is stored once and not translated.
#[derive(serde::Deserialize, schemars::JsonSchema)]
pub enum Language {
    /// Chinese.
    #[serde(rename = "zh_CN")]
    Chinese,
    /// English.
    #[serde(rename = "en_US")]
    English,
}
