//! Settings of the operator: sections of the configuration file, or environment variables such as `CARILLON_SEND_*`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// All settings. The defaults are the documented limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Limits of mass sends.
    pub send: SendSettings,
    /// Limits of urgent messages.
    pub ding: DingSettings,
    /// Limits of comments.
    pub comment: CommentSettings,
    /// Delivery of events.
    pub delivery: DeliverySettings,
    /// Limits of conversations.
    pub chat: ChatSettings,
    /// How long growing data is stored.
    pub retention: RetentionSettings,
    /// Limits of stored files.
    pub files: FileSettings,
    /// Limits of live pages.
    pub live: LiveSettings,
    /// Limits of password attempts.
    pub sign_in: SignInSettings,
    /// When sessions end by themselves.
    pub session: SessionSettings,
    /// Limits of the storage.
    pub storage: StorageSettings,
    /// Limits of the journal of calls.
    pub journal: JournalSettings,
}

/// Limits of the journal of calls. Zero rows switch the journal off, for calls that succeeded or for refused ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JournalSettings {
    /// Hours that a call is stored.
    pub hours: u32,
    /// Hours that a refused call is stored.
    pub refused_hours: u32,
    /// Calls of an organisation.
    pub rows: u32,
    /// Refused calls of an organisation.
    pub refused_rows: u32,
    /// Calls, and refused calls, of an organisation that are recorded in a second. Further ones are only counted.
    pub per_second: usize,
}

impl Default for JournalSettings {
    fn default() -> Self {
        Self { hours: 24, refused_hours: 168, rows: 100_000, refused_rows: 100_000, per_second: 500 }
    }
}

/// When sessions of members end by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    /// Days after the sign-in.
    pub days: u32,
    /// Hours after the last use. Zero switches the limit off.
    pub idle_hours: u32,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { days: 30, idle_hours: 336 }
    }
}

/// Limits of password attempts. Each limit is a token bucket: a number of attempts, and the seconds after which one is added.
/// Successful attempts do not count. Zero attempts switch a limit off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignInSettings {
    /// Attempts of one address at one userid.
    pub pair_tries: u32,
    /// Seconds until one attempt is added.
    pub pair_seconds: u32,
    /// Attempts of one address at all userids.
    pub address_tries: u32,
    /// Seconds until one attempt is added.
    pub address_seconds: u32,
    /// Attempts of all addresses at one userid, except browsers that have signed the member in before.
    pub userid_tries: u32,
    /// Seconds until one attempt is added.
    pub userid_seconds: u32,
    /// Passwords that may wait to be verified.
    pub waiting: usize,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self {
            pair_tries: 10,
            pair_seconds: 6,
            address_tries: 60,
            address_seconds: 2,
            userid_tries: 100,
            userid_seconds: 30,
            waiting: 128,
        }
    }
}

/// Limits of live pages: each holds a connection. Zero switches a limit off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LiveSettings {
    /// Open pages.
    pub pages: usize,
    /// Open pages of one member.
    pub pages_per_member: usize,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self { pages: 10_000, pages_per_member: 20 }
    }
}

/// Limits of the storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageSettings {
    /// Size of the write-ahead log of the database in megabytes. A unit of work that writes more exceeds it until its commit.
    pub log_limit_mb: u64,
    /// Seconds after which a read ends with an error.
    pub read_seconds: u64,
    /// Days that a broadcast stays in memory. Zero switches the limit off, as for the next two.
    pub broadcast_days: u32,
    /// Broadcasts of an organisation in memory.
    pub broadcasts: u64,
    /// Megabytes of their bitmaps.
    pub broadcast_megabytes: u64,
}

impl Default for StorageSettings {
    fn default() -> Self {
        Self {
            log_limit_mb: 64,
            read_seconds: 30,
            broadcast_days: 92,
            broadcasts: 10_000,
            broadcast_megabytes: 64,
        }
    }
}

/// Retention in days. Zero keeps the data for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// Facts of a day after its statistics were computed. Late facts are accepted until then.
    pub fact_days: u32,
    /// Delivered and failed events with their attempts.
    pub delivery_log_days: u32,
    /// Used quotas of a day.
    pub send_quota_days: u32,
    /// Call counts of a month.
    pub call_count_days: u32,
    /// Members that were active on a day.
    pub activity_days: u32,
    /// Messages between members and service accounts.
    pub conversation_days: u32,
    /// Drafts of members.
    pub draft_days: u32,
    /// Readers of a send. Their number stays.
    pub receipt_days: u32,
    /// When a member first read an article. The set of readers stays.
    pub article_reader_days: u32,
    /// The audit trail.
    pub audit_days: u32,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self {
            fact_days: 62,
            delivery_log_days: 7,
            send_quota_days: 7,
            call_count_days: 400,
            activity_days: 62,
            conversation_days: 0,
            draft_days: 180,
            receipt_days: 0,
            article_reader_days: 0,
            audit_days: 0,
        }
    }
}

/// Limits of mass sends. Zero switches a limit off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SendSettings {
    /// Receivers of one send to departments or to all; a send with more is refused.
    pub max_receivers: u64,
    /// Sends a day to one member by name (800017).
    pub daily_to_user: u64,
    /// Member-sends a day of the organisation, as a multiple of its head count (800057).
    pub daily_receivers_factor: u64,
    /// Sends a day of one service account (800014); no number is documented.
    pub daily: u64,
    /// Sends a second of one service account (800055); no number is documented.
    pub per_second: u64,
    /// Sends a minute of one service account (800056); no number is documented.
    pub per_minute: u64,
    /// Milliseconds between two sends to several members of one service account (800013); no number is documented.
    pub min_interval_ms: u64,
    /// Minutes after its time from which a scheduled send waits for an operator.
    pub overdue_minutes: u64,
}

impl SendSettings {
    /// All limits switched off.
    pub const UNLIMITED: Self = Self {
        max_receivers: 0,
        daily_to_user: 0,
        daily_receivers_factor: 0,
        daily: 0,
        per_second: 0,
        per_minute: 0,
        min_interval_ms: 0,
        overdue_minutes: 0,
    };
}

impl Default for SendSettings {
    fn default() -> Self {
        Self {
            max_receivers: 100_000,
            daily_to_user: 100,
            daily_receivers_factor: 50,
            overdue_minutes: 10,
            ..Self::UNLIMITED
        }
    }
}

/// Limits of urgent messages (DING). Zero switches a limit off. For none of them a number is documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DingSettings {
    /// Hours until the same content may be sent to a member again (message.duplicate).
    pub duplicate_hours: u64,
    /// Receivers a day of an organisation, inside the app (volume.lack).
    pub app_daily: u64,
    /// Receivers a day of an organisation, by phone (volume.lack).
    pub phone_daily: u64,
    /// Phone DINGs a day to one member (phoneding.reachlimit).
    pub phone_daily_to_user: u64,
    /// Milliseconds between two phone DINGs of an organisation (send.toofast).
    pub phone_min_interval_ms: u64,
}

impl Default for DingSettings {
    fn default() -> Self {
        Self {
            duplicate_hours: 24,
            app_daily: 0,
            phone_daily: 0,
            phone_daily_to_user: 0,
            phone_min_interval_ms: 0,
        }
    }
}

/// Limits of comments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommentSettings {
    /// Characters of a comment.
    pub max_chars: u64,
    /// Comments a minute of one member; zero switches the limit off.
    pub per_minute: u64,
}

impl Default for CommentSettings {
    fn default() -> Self {
        Self { max_chars: 500, per_minute: 5 }
    }
}

/// Delivery of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliverySettings {
    /// Private address ranges that callbacks may be sent to, such as `10.0.0.0/8`.
    pub allow: Vec<String>,
    /// A PEM file of certificate authorities that are trusted for https callbacks, besides those that the machine trusts.
    pub ca_file: Option<PathBuf>,
    /// Milliseconds within which a callback must respond.
    pub answer_ms: u64,
    /// Milliseconds before each further attempt at a failed delivery. After the last one the event fails.
    pub retry_ms: Vec<u64>,
    /// Concurrent deliveries to one app.
    pub at_once: usize,
    /// Milliseconds within which a Stream client must acknowledge an event.
    pub acknowledge_ms: u64,
    /// Milliseconds between two pings of a Stream connection. A connection without any sign of life for twice as long is closed.
    pub ping_ms: u64,
    /// Concurrent Stream connections of one app.
    pub connections_per_app: usize,
    /// Concurrent Stream connections of all apps.
    pub connections: usize,
    /// Stream connections of all apps without a sign of life so far.
    pub silent_connections: usize,
    /// Hours that an event waits for a Stream client to connect.
    pub wait_hours: u64,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            ca_file: None,
            answer_ms: 2_500,
            retry_ms: vec![10_000, 30_000],
            at_once: 16,
            acknowledge_ms: 60_000,
            ping_ms: 30_000,
            connections_per_app: 100,
            connections: 1_000,
            silent_connections: 200,
            wait_hours: 24,
        }
    }
}

/// Limits of conversations between members and service accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChatSettings {
    /// Messages and menu choices of a member in a minute, in all conversations together; no number is documented. Zero switches the
    /// limit off.
    pub messages_per_minute: u64,
    /// Replies by `sessionWebhook` to one member in a minute (410100). Zero switches the limit off.
    pub replies_per_minute: u64,
    /// Lifetime in minutes of the `sessionWebhook` of a message and of the address of its picture.
    pub webhook_minutes: u64,
}

impl Default for ChatSettings {
    fn default() -> Self {
        Self { messages_per_minute: 20, replies_per_minute: 20, webhook_minutes: 90 }
    }
}

/// Limits of stored files in megabytes of 1,048,576 bytes. A file that is stored twice counts twice. Zero switches a limit off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    /// All files of an organisation.
    pub organisation_megabytes: u64,
    /// Files that an app uploaded.
    pub app_megabytes: u64,
    /// Files that members sent to a service account.
    pub account_megabytes: u64,
    /// Files that a member sent to all accounts together.
    pub member_megabytes: u64,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self {
            organisation_megabytes: 51_200,
            app_megabytes: 20_480,
            account_megabytes: 20_480,
            member_megabytes: 512,
        }
    }
}
