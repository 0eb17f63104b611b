//! Red packets and the circle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of red packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RedPacketKind {
    /// An ordinary red packet.
    Ordinary,
    /// Shared out at random (拼手气).
    Lucky,
    /// For certain people (专享).
    Exclusive,
}

/// A member sent red packets. Feeds red packets sent, lucky red packets sent, and exclusive red packets sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedPacketSent {
    /// The kind of the red packets.
    pub packet_kind: RedPacketKind,
    /// The number of red packets sent.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member received red packets.
/// Feeds red packets received, lucky red packets received, and exclusive red packets received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedPacketReceived {
    /// The kind of the red packets.
    pub packet_kind: RedPacketKind,
    /// The number of red packets received.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did in the circle (圈子).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CircleAction {
    /// Posted in the circle.
    Posted,
    /// Commented in the circle.
    Commented,
    /// Liked something in the circle.
    Liked,
}

/// A member was in the circle. Feeds posts in the circle, comments in the circle, and likes in the circle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Circle {
    /// What the member did in the circle.
    pub action: CircleAction,
    /// How often the member did it.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}
