//! The first-run guide: what an owner of an empty organisation does next.

use carillon_model::{
    audit::{Change, Subject},
    error::Result,
    id::CorpId,
};
use carillon_store::Tx;

/// A step of the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Members who are no operators.
    Members,
    /// A service account in use.
    Account,
    /// An article.
    Article,
    /// A send that is no preview.
    Send,
    /// An app.
    App,
}

impl Step {
    /// All steps in their order.
    pub const ALL: [Self; 5] = [Self::Members, Self::Account, Self::Article, Self::Send, Self::App];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Account => "account",
            Self::Article => "article",
            Self::Send => "send",
            Self::App => "app",
        }
    }
}

/// The guide of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// The steps, and whether each is done.
    pub steps: Vec<(Step, bool)>,
    /// Whether it was put away.
    pub dismissed: bool,
}

/// Returns the guide of an organisation, with the steps that are done already. `has_apps` is known by the registry.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Guide> {
    let operators = u64::try_from(tx.operators(corp)?.len()).unwrap_or(u64::MAX);
    let state = tx.state();
    let has_apps = state.apps.values().any(|app| app.corp == *corp);
    let of_corp = state.corp(corp)?;
    let has_members = of_corp.everyone.len() > operators;
    let has_accounts = of_corp.accounts.values().any(|account| !account.disabled);
    let (has_articles, has_sends) = (tx.has_articles(corp)?, tx.has_sends(corp)?);
    let is_done = |step: Step| match step {
        Step::Members => has_members,
        Step::Account => has_accounts,
        Step::Article => has_articles,
        Step::Send => has_sends,
        Step::App => has_apps,
    };
    let steps = Step::ALL.map(|step| (step, is_done(step))).to_vec();
    Ok(Guide { steps, dismissed: tx.is_guide_dismissed(corp)? })
}

/// Puts the guide away, or brings it back.
pub fn set_dismissed(tx: &mut Tx<'_>, corp: &CorpId, dismissed: bool) -> Result<()> {
    let before = tx.is_guide_dismissed(corp)?;
    if before != dismissed {
        tx.set_guide_dismissed(corp, dismissed)?;
        tx.changed(corp, Change::updated(Subject::Corp, corp).between("guide_dismissed", before, dismissed));
    }
    Ok(())
}
