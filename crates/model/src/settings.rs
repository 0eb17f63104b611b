//! What an operator can set of the rules (the sections of the configuration file, environment `CARILLON_SEND_*` and so on).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Limits of the rules; the default is what is documented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Limits of mass sends.
    pub send: SendSettings,
    /// Limits of urgent messages.
    pub ding: DingSettings,
    /// Limits of comments.
    pub comment: CommentSettings,
    /// How events are delivered.
    pub delivery: DeliverySettings,
    /// Limits of conversations.
    pub chat: ChatSettings,
    /// How long what grows is kept.
    pub retention: RetentionSettings,
    /// Limits of stored files.
    pub files: FileSettings,
    /// Limits of live pages.
    pub live: LiveSettings,
    /// How often passwords may be tried.
    pub sign_in: SignInSettings,
    /// Limits of the storage.
    pub storage: StorageSettings,
}

/// How often passwords may be tried. Each limit has a number of tries in a row, after which one is given back every so many
/// seconds; tries that succeed do not count. Zero tries switch a limit off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignInSettings {
    /// Tries of one address at one userid.
    pub pair_tries: u32,
    /// Seconds for each of them.
    pub pair_seconds: u32,
    /// Tries of one address at all userids.
    pub address_tries: u32,
    /// Seconds for each of them.
    pub address_seconds: u32,
    /// Tries of all addresses at one userid, those of browsers that signed the member in before apart.
    pub userid_tries: u32,
    /// Seconds for each of them.
    pub userid_seconds: u32,
    /// Passwords that may wait to be verified; four are at the same time.
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
    /// Pages that are open at the same time.
    pub pages: usize,
    /// Pages of one member that are open at the same time.
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
    /// Megabytes of the write-ahead log of the database. One unit of work that writes more exceeds it until its commit.
    pub log_limit_mb: u64,
    /// Seconds that a read may take; it ends with an error then.
    pub read_seconds: u64,
    /// Days that a broadcast stays in memory. Zero switches the limit off, as for the other two.
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

/// How many days what grows is kept. Zero keeps it for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// Facts of a day, after its statistics were made. Late ones are accepted until then.
    pub fact_days: u32,
    /// Events that were delivered or given up, with their attempts.
    pub delivery_log_days: u32,
    /// What was used of the quotas of a day.
    pub send_quota_days: u32,
    /// How often the apps of an organisation called in a month.
    pub call_count_days: u32,
    /// Who was active on a day.
    pub activity_days: u32,
    /// Messages between members and service accounts.
    pub conversation_days: u32,
    /// What members typed and did not send.
    pub draft_days: u32,
    /// Who has read a send. How many have stays.
    pub receipt_days: u32,
    /// When a member first read an article. Who has stays.
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
    /// Receivers of one send to departments or to all; above it the whole send is refused.
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
}

impl Default for SendSettings {
    fn default() -> Self {
        Self {
            max_receivers: 100_000,
            daily_to_user: 100,
            daily_receivers_factor: 50,
            daily: 0,
            per_second: 0,
            per_minute: 0,
            min_interval_ms: 0,
        }
    }
}

/// Limits of urgent messages (DING). Zero switches a limit off. For none of them a number is documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DingSettings {
    /// The same content goes to a member again only after so many hours (message.duplicate).
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
/// How events are delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliverySettings {
    /// Address ranges inside of the network that callbacks may be sent to, such as `10.0.0.0/8`.
    pub allow: Vec<String>,
    /// A file of certificates, in the PEM form, of authorities that callbacks by https may be certified by, besides those that the
    /// machine trusts.
    pub ca_file: Option<PathBuf>,
    /// Milliseconds in which a callback has to answer.
    pub answer_ms: u64,
    /// Milliseconds before each further attempt at a failed delivery. After the last one the event is given up.
    pub retry_ms: Vec<u64>,
    /// Deliveries to one app that are under way at the same time.
    pub at_once: usize,
    /// Milliseconds in which a Stream client has to acknowledge an event.
    pub acknowledge_ms: u64,
    /// Milliseconds between two signs of life of a Stream connection. One that gives none for twice as long is cut off.
    pub ping_ms: u64,
    /// Stream connections of one app at the same time.
    pub connections_per_app: usize,
    /// Stream connections of all apps at the same time.
    pub connections: usize,
    /// Stream connections of all apps that have not shown a sign of life yet.
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
    /// What a member may write and choose in a minute, in all conversations together; no number is documented. Zero switches the
    /// limit off.
    pub messages_per_minute: u64,
    /// Answers by `sessionWebhook` to one member in a minute (410100). Zero switches the limit off.
    pub replies_per_minute: u64,
    /// Minutes that the `sessionWebhook` of a message and the address of its picture work.
    pub webhook_minutes: u64,
}

impl Default for ChatSettings {
    fn default() -> Self {
        Self { messages_per_minute: 20, replies_per_minute: 20, webhook_minutes: 90 }
    }
}

/// Limits of stored files, in megabytes of 1,048,576 bytes; a file that is stored twice counts twice. Zero switches a limit off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    /// All files of an organisation.
    pub organisation_megabytes: u64,
    /// What an app uploaded.
    pub app_megabytes: u64,
    /// What members wrote to a service account.
    pub account_megabytes: u64,
    /// What a member wrote, to all accounts together.
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
