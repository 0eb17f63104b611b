//! What operators find in the console: a draft, a send that waits for approval, a scheduled one, questions and comments.

use anyhow::Result;
use carillon_domain::{
    chat::{NewMessage, NewMessageContent, post_message},
    comment,
    page::Page,
    send::{self, draft},
};
use carillon_model::{
    env::{Env, FixedClock},
    error::Result as Outcome,
    id::{AccountId, CorpId, MemberNo, SendDraftId, UserId},
    message::{Message, Receivers, SendStatus},
    operator::OperatorRole,
    send_draft::{ApprovalPolicy, DraftContent, SendPolicy},
    time::{self, DAY_MS, HOUR_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{ConversationKey, RecordFilter, Tx};

use super::{Demo, people::People, report::ServiceAccount};

/// The hour of the day at which the scheduled send is due.
const DUE_HOUR: i64 = 9;

/// Questions to the human resources and the help desk, by the number of the member and the minutes since then.
const QUESTIONS: [(usize, u32, i64, &str); 4] = [
    (1, 4, 190, "年假可以分几次休？How many parts may I split my leave into?"),
    (1, 7, 35, "体检可以带家属吗？Can family members join the check-up?"),
    (2, 5, 80, "打印机一直卡纸。The printer on the third floor keeps jamming."),
    (2, 9, 12, "新电脑什么时候到？When does my new laptop arrive?"),
];
/// Comments on the articles of the news.
const COMMENTS: [(u32, i64, &str); 3] = [
    (3, 120, "期待！Looking forward to it!"),
    (6, 95, "可以在线提问吗？Can we ask questions online?"),
    (8, 20, "桂花藕太好吃了。The lotus root is delicious."),
];

/// Fills the console.
pub fn fill(
    demo: &Demo<'_>,
    people: &People,
    accounts: &[ServiceAccount],
    operators: &[(OperatorRole, UserId)],
) -> Result<()> {
    let of_role =
        |wanted| operators.iter().find(|(role, _)| *role == wanted).map(|(_, userid)| userid.clone());
    let (Some(editor), Some(sender)) = (of_role(OperatorRole::Editor), of_role(OperatorRole::Sender)) else {
        return Ok(());
    };
    let [news, human_resources, ..] = accounts else { return Ok(()) };
    let team =
        Receivers { departments: people.teams.iter().take(1).copied().collect(), ..Receivers::default() };
    let everyone = Receivers { all: true, ..Receivers::default() };

    let policy = SendPolicy { approval: ApprovalPolicy::Console, four_eyes: true, ..SendPolicy::default() };
    let account = news.unionid.clone();
    demo.write(move |tx, _, corp| draft::set_policy(tx, corp, &account, &policy))?;
    let text = "周五下午的全员大会改在二号楼，请提前十分钟到场。\n\
                The town hall on Friday moves to building two; please be there ten minutes early.";
    add_draft(demo, &news.unionid, &editor, text, Some(everyone.clone()), Next::Approval)?;
    let text = "图书角的新书到了，欢迎来借。New books have arrived at the book corner.";
    add_draft(demo, &news.unionid, &editor, text, None, Next::Nothing)?;
    let text = "提醒：请在周五前完成年度体检预约。\nA reminder: please book your yearly check-up by Friday.";
    add_draft(demo, &human_resources.unionid, &sender, text, Some(team), Next::Schedule)?;

    for (account, member, minutes, text) in QUESTIONS {
        let Some(account) = accounts.get(account).filter(|_| member <= people.count) else { continue };
        ask(demo, &account.unionid, MemberNo(member), minutes, text)?;
    }
    for (member, minutes, text) in COMMENTS {
        if member <= people.count {
            write_comment(demo, &news.unionid, MemberNo(member), minutes, text)?;
        }
    }
    Ok(())
}

/// What becomes of a draft.
#[derive(Clone, Copy)]
enum Next {
    Nothing,
    Approval,
    Schedule,
}

fn add_draft(
    demo: &Demo<'_>,
    account: &AccountId,
    by: &UserId,
    text: &str,
    receivers: Option<Receivers>,
    next: Next,
) -> Result<()> {
    let (account, by) = (account.clone(), by.clone());
    let message = Message::Text { content: text.to_owned() };
    demo.write(move |tx, env, corp| {
        let id: SendDraftId = draft::add(tx, env, corp, &account, &by)?;
        let due_at = if matches!(next, Next::Schedule) { Some(tomorrow(tx, env, corp)?) } else { None };
        let write = |content: &mut DraftContent| {
            content.message = Some(message);
            content.receivers = receivers.unwrap_or_default();
            content.due_at = due_at;
        };
        let version = draft::change(tx, env, corp, (&account, id, 1), &by, write)?;
        match next {
            Next::Nothing => Ok(()),
            Next::Approval => draft::request_approval(tx, env, corp, (&account, id, version), &by),
            Next::Schedule => draft::send(tx, env, corp, (&account, id, version), &by, None).map(drop),
        }
    })
}

/// Tomorrow morning in the time zone of the organisation.
fn tomorrow(tx: &Tx<'_>, env: &Env, corp: &CorpId) -> Outcome<Timestamp> {
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone);
    let zone = zone.ok_or_else(|| carillon_model::error::Error::internal("no time zone"))?;
    Ok(env.now().start_of_day(&zone).plus_ms(DAY_MS + DUE_HOUR * HOUR_MS))
}

fn minutes_ago(demo: &Demo<'_>, minutes: i64) -> Env {
    demo.env.with_clock(FixedClock(demo.env.now().plus_ms(-minutes * MINUTE_MS)))
}

fn ask(demo: &Demo<'_>, account: &AccountId, member: MemberNo, minutes: i64, text: &str) -> Result<()> {
    let (account, text) = (account.clone(), text.to_owned());
    demo.write_at(&minutes_ago(demo, minutes), move |tx, env, corp| {
        let key = ConversationKey { corp: corp.clone(), account, member };
        let message =
            NewMessage { content: NewMessageContent::Text(text), submission: None, base_url: String::new() };
        post_message(tx, env, &key, message).map(drop)
    })
}

/// Writes a comment on the first article of the newest send that has articles.
fn write_comment(
    demo: &Demo<'_>,
    account: &AccountId,
    member: MemberNo,
    minutes: i64,
    text: &str,
) -> Result<()> {
    let (account, text) = (account.clone(), text.to_owned());
    demo.write_at(&minutes_ago(demo, minutes), move |tx, env, corp| {
        let filter = RecordFilter {
            status: SendStatus::Sent,
            from: None,
            to: None,
            kinds: Vec::new(),
            source: None,
            held_are_waiting: false,
            now: env.now(),
        };
        for record in send::records(tx, corp, &account, &filter, Page { start: 1, size: 10 })?.items {
            let Some(card) = record.record.message.card() else { continue };
            let Some(article) = tx.card(corp, card)?.and_then(|card| card.articles.first().copied()) else {
                continue;
            };
            if let Some(thread) = comment::thread(tx, corp, member, article, &record.record.task)? {
                // A refusal leaves the article without this comment.
                let _written = comment::write(tx, env, corp, &thread, &text)?;
                return Ok(());
            }
        }
        Ok(())
    })
}
