//! How often an account may send. A refused send uses nothing up: its whole unit of work is undone.

use carillon_model::{
    audience::Audience,
    env::Env,
    error::{Result, Rule},
    id::{AccountId, CorpId},
    time::SECOND_MS,
};
use carillon_store::Tx;
use jiff::tz::TimeZone;

/// What a send uses of the quotas.
pub(super) struct Use<'a> {
    pub(super) audience: &'a Audience,
    /// A message to one person rather than a send to several.
    pub(super) one_user: bool,
    /// Where days begin and end.
    pub(super) zone: &'a TimeZone,
}

/// Takes a send off the quotas, or refuses it.
pub(super) fn use_up(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    used: Use<'_>,
) -> Result<()> {
    let limits = &env.settings.send;
    let now = env.now();
    let today = now.start_of_day(used.zone);
    let day = now.day(used.zone).to_string();
    for (limit, window_ms, rule) in [
        (limits.per_second, SECOND_MS, Rule::SendsPerSecondUsedUp),
        (limits.per_minute, 60 * SECOND_MS, Rule::SendsPerMinuteUsedUp),
    ] {
        if limit > 0 && tx.sends_since(corp, account, now.plus_ms(1 - window_ms))? >= count(limit) {
            return Err(rule.into());
        }
    }
    if !used.one_user {
        let interval_began = now.plus_ms(1).plus_ms(-count(limits.min_interval_ms));
        if limits.min_interval_ms > 0 && tx.mass_sends_since(corp, account, interval_began)? > 0 {
            return Err(Rule::SendTooFrequent.into());
        }
        if limits.daily > 0 && tx.mass_sends_since(corp, account, today)? >= count(limits.daily) {
            return Err(Rule::DailySendsUsedUp.into());
        }
    }
    if used.one_user
        && let Some(member) = used.audience.iter().next()
        && limits.daily_to_user > 0
        && tx.use_quota(corp, &day, "user", &member.0.to_string(), 1)? > count(limits.daily_to_user)
    {
        return Err(Rule::DailySendsToUserUsedUp.into());
    }
    if limits.daily_receivers_factor > 0 {
        let heads = tx.state().corp(corp)?.everyone.len();
        let limit = count(heads.saturating_mul(limits.daily_receivers_factor));
        if tx.use_quota(corp, &day, "receivers", "", count(used.audience.len()))? > limit {
            return Err(Rule::DailyReceiversUsedUp.into());
        }
    }
    Ok(())
}

/// As rows count. A limit too large for that limits nothing.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
