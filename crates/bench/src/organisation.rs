//! An organisation with one service account in this process, without HTTP.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use carillon_domain::corp;
use carillon_model::{
    audience::Audience,
    audit::Signature,
    env::Env,
    id::{AccountId, AppKey, CorpId, MediaId, MemberNo, TaskId},
    message::{Message, Receivers, SendSource},
    service_account::ServiceAccount,
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{Send, Store, Tx, WindowLimits};

/// Limits of the broadcasts in memory, as in the default configuration.
const WINDOW: WindowLimits = WindowLimits { since: None, broadcasts: Some(10_000), bytes: Some(64 << 20) };

pub struct Organisation {
    pub store: Arc<Store>,
    pub corp: CorpId,
    pub account: AccountId,
}

impl Organisation {
    pub fn open(data: &Path) -> Result<Self> {
        let store = Arc::new(Store::open(data)?);
        let env = Env::system(Settings::default(), [0; 32]);
        let account = AccountId::from("benchiE");
        let id = account.clone();
        let corp = store.write_registry_blocking(Signature::server(&env, "bench"), move |tx| {
            let corp = corp::create(tx, &env, "Bench", corp::DEFAULT_TIME_ZONE, false)?.id;
            let account = ServiceAccount {
                id,
                seq: 1,
                name: "Bench".to_owned(),
                avatar_media_id: MediaId::from("@lA"),
                brief: String::new(),
                desc: "Bench".to_owned(),
                preview_media_id: MediaId::from("@lA"),
                disabled: false,
                created_at: env.now(),
                menu: None,
            };
            tx.insert_account(&corp, &account)?;
            Ok(corp)
        })?;
        Ok(Self { store, corp, account })
    }

    /// Stores a send as a broadcast, whatever the size of its audience.
    pub fn send(&self, members: impl Iterator<Item = u32>) -> Result<()> {
        self.store_send(members, false)
    }

    /// Stores a send, with or without index rows.
    pub fn store_send(&self, members: impl Iterator<Item = u32>, indexed: bool) -> Result<()> {
        self.store_sends(vec![members.map(MemberNo).collect()], indexed)
    }

    /// Stores sends in one unit of work, which then moves the oldest ones out of memory if there are too many.
    pub fn store_sends(&self, audiences: Vec<Audience>, indexed: bool) -> Result<()> {
        let (corp, account) = (self.corp.clone(), self.account.clone());
        let signature = Signature::server(&Env::system(Settings::default(), [0; 32]), "bench");
        self.store.write_blocking(&self.corp, signature, move |tx: &mut Tx<'_>| {
            for audience in audiences {
                insert_send(tx, &corp, &account, audience, (indexed, Timestamp(0)))?;
            }
            while tx.move_broadcast_window(&corp, &WINDOW)? {}
            Ok(())
        })?;
        Ok(())
    }
}

/// Inserts a send of a text, and returns its id.
pub fn insert_send(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    audience: Audience,
    (indexed, created_at): (bool, Timestamp),
) -> carillon_model::error::Result<TaskId> {
    let number = tx.next_number(corp, "bench")?.to_string();
    let send = Send {
        task: TaskId::from(format!("push{number}iE")),
        account: account.clone(),
        uuid: number.clone(),
        app_key: AppKey::from("bench"),
        created_at,
        requested_at: None,
        overdue_since: None,
        source: SendSource::Api,
        operator: None,
        indexed,
        preview: false,
        targeted: false,
        allow_comment: false,
        comment_type: 0,
        show_homepage: false,
        content_hash: [0; 32],
        message: Message::Text { content: format!("Message {number}") },
        named: Receivers::default(),
        audience: Arc::new(audience.compact()),
    };
    tx.insert_send(corp, &send)?;
    Ok(send.task)
}
