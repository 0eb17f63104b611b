//! Send quotas of accounts. A refused send consumes nothing, because its whole unit of work is rolled back.

use carillon_model::{
    audience::Audience,
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId},
    time::{self, SECOND_MS, Timestamp},
};
use carillon_store::Tx;
use jiff::tz::TimeZone;

/// What a send consumes.
pub(super) struct QuotaUse<'a> {
    pub(super) audience: &'a Audience,
    /// True for a message to one member by userid, false for a send to several.
    pub(super) one_user: bool,
    /// The time zone in which days start.
    pub(super) zone: &'a TimeZone,
}

/// Consumes the quotas of a send, or refuses it.
pub(super) fn consume(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    used: QuotaUse<'_>,
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
        let member_count = tx.state().corp(corp)?.everyone.len();
        let limit = count(member_count.saturating_mul(limits.daily_receivers_factor));
        if tx.use_quota(corp, &day, "receivers", "", count(used.audience.len()))? > limit {
            let limit = format!("组织人数 * {}", limits.daily_receivers_factor);
            return Err(Error::because(Rule::DailyReceiversUsedUp, limit));
        }
    }
    Ok(())
}

/// What the quotas of an account leave today. `None` means that there is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaLeft {
    /// Sends to several members by the account.
    pub sends: Option<u64>,
    /// Receivers of all accounts of the organisation together.
    pub receivers: Option<u64>,
    /// From when on the account may send to several members again; `None` for now.
    pub next_at: Option<Timestamp>,
}

/// Returns what the quotas of an account leave, and consumes nothing.
pub fn left(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, account: &AccountId) -> Result<QuotaLeft> {
    let limits = &env.settings.send;
    let now = env.now();
    let state = tx.state().corp(corp)?;
    state.account(account)?;
    let member_count = state.everyone.len();
    let zone = time::zone(&state.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let today = now.start_of_day(&zone);
    let sends = match limits.daily {
        0 => None,
        daily => Some(daily.saturating_sub(tx.mass_sends_since(corp, account, today)?.unsigned_abs())),
    };
    let receivers = match limits.daily_receivers_factor {
        0 => None,
        factor => {
            let used = tx.used_quota(corp, &now.day(&zone).to_string(), "receivers", "")?;
            Some(member_count.saturating_mul(factor).saturating_sub(used.unsigned_abs()))
        }
    };
    let interval_began = now.plus_ms(1).plus_ms(-count(limits.min_interval_ms));
    let next_at = match limits.min_interval_ms {
        0 => None,
        interval => {
            let last = tx.last_mass_send_since(corp, account, interval_began)?;
            last.map(|last| last.plus_ms(count(interval)))
        }
    };
    Ok(QuotaLeft { sends, receivers, next_at })
}

/// Converts to the integer type of rows. A limit beyond its range limits nothing.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
