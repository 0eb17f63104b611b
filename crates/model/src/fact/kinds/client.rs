//! Sign-ins and visits of apps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an app comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppOrigin {
    /// A third party (1).
    ThirdParty,
    /// The platform (2).
    Official,
    /// The organisation itself (3).
    SelfBuilt,
}

/// A member used an app. Feeds visits of apps, apps used, and the list of apps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppVisit {
    /// The id of the app, as its sender names it.
    #[schemars(length(min = 1, max = 64))]
    pub app_id: String,
    /// The name of the app, as lists show it.
    #[schemars(length(max = 128))]
    pub app_name: String,
    /// Where the app comes from.
    pub app_origin: AppOrigin,
    /// How often the member used the app.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A platform of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Client {
    /// A client on an iPhone or iPad.
    #[serde(rename = "iOS")]
    Ios,
    /// A client on Android.
    Android,
    /// A client on HarmonyOS.
    HarmonyOS,
    /// A client on Windows.
    Windows,
    /// A client on macOS.
    #[serde(rename = "macOS")]
    MacOs,
    /// A client on Linux.
    Linux,
    /// A browser on a computer.
    Web,
    /// A browser on a phone.
    MobileWeb,
}

impl Client {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ios => "iOS",
            Self::Android => "Android",
            Self::HarmonyOS => "HarmonyOS",
            Self::Windows => "Windows",
            Self::MacOs => "macOS",
            Self::Linux => "Linux",
            Self::Web => "Web",
            Self::MobileWeb => "MobileWeb",
        }
    }

    /// Returns true if it runs on a phone or tablet rather than on a computer.
    pub fn is_mobile(self) -> bool {
        matches!(self, Self::Ios | Self::Android | Self::HarmonyOS | Self::MobileWeb)
    }
}

/// A member signed in, or came online.
/// Feeds sign-ins, sign-ins on phones, sign-ins on computers, and the list of versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// The platform of the client.
    pub client: Client,
    /// The version of the client, such as `7.0.10`.
    #[schemars(length(max = 32))]
    pub app_version: String,
}
