//! What service accounts answer by themselves.

use std::sync::Arc;

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CorpId},
    talk::AutoReplies,
};

use crate::{state::CorpState, tx::Tx};

impl Tx<'_> {
    /// Replaces what an account answers by itself.
    pub fn set_auto_replies(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        replies: AutoReplies,
    ) -> Result<()> {
        let text = serde_json::to_string(&replies).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO auto_reply (corp_id, unionid, replies) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id, unionid) DO UPDATE SET replies = ?3",
            &[corp.into(), account.into(), (&text).into()],
        )?;
        self.keep_auto_replies(corp, account, replies)
    }

    /// An account that answers nothing is not in the snapshot.
    fn keep_auto_replies(&mut self, corp: &CorpId, account: &AccountId, replies: AutoReplies) -> Result<()> {
        let kept = &mut self.state.corp_mut(corp)?.auto_replies;
        if replies.is_empty() {
            kept.remove(account);
        } else {
            kept.insert(account.clone(), Arc::new(replies));
        }
        Ok(())
    }

    pub(crate) fn load_auto_replies(&mut self) -> Result<()> {
        let all = self.all("SELECT corp_id, unionid, replies FROM auto_reply", &[], |row| {
            let replies = serde_json::from_str(&row.get::<String>(2)?).map_err(Error::internal)?;
            Ok((row.get::<CorpId>(0)?, row.get::<AccountId>(1)?, replies))
        })?;
        for (corp, account, replies) in all {
            self.keep_auto_replies(&corp, &account, replies)?;
        }
        Ok(())
    }
}

impl CorpState {
    /// What an account answers by itself.
    pub fn auto_replies(&self, account: &AccountId) -> Arc<AutoReplies> {
        self.auto_replies.get(account).map(Arc::clone).unwrap_or_default()
    }
}
