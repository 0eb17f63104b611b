//! What the ids in a refused request stand for now.

use carillon_model::{
    error::Result,
    id::{AccountId, ArticleId, CardId, ConversationId, DeptId, MediaId, RoleId, TaskId, UserId},
    message::SendStatus,
};
use carillon_store::{MediaOwner, Tx};

use super::{Sentence, Subject, sentence};

/// Userids of a list that are looked up, and those that a sentence names.
const LISTED_USERS: usize = 100;
const NAMED_USERS: usize = 5;

pub(super) fn sentences(tx: &mut Tx<'_>, of: &Subject<'_>) -> Result<Vec<Sentence>> {
    let mut sentences = Vec::new();
    for (field, id) in &of.refusal.ids {
        let found = match field.as_str() {
            "unionid" | "publisherId" | "chatbot_id" => Some(account(tx, of, id)?),
            "media_id" | "mediaId" => Some(media(tx, of, id)?),
            "article_id" | "articleId" => article(tx, of, id)?,
            "task_id" | "taskId" => send(tx, of, id)?,
            "userid" | "ownerUserId" | "owner" | "manager_userid" => Some(member(tx, of, id)?),
            "userid_list" | "userIds" => members(tx, of, id)?,
            "dept_id" | "deptId" | "parent_id" => department(tx, of, id)?,
            "role_id" | "roleId" => role(tx, of, id)?,
            "openConversationId" => Some(group(tx, of, id)?),
            _ => None,
        };
        sentences.extend(found.map(|Sentence { zh, en }| {
            sentence(format!("{field} {id}：{zh}。"), format!("{field} {id}: {en}."))
        }));
    }
    Ok(sentences)
}

fn account(tx: &mut Tx<'_>, of: &Subject<'_>, id: &str) -> Result<Sentence> {
    let id = AccountId::from(id);
    Ok(match tx.state().corp(of.corp)?.account(&id).cloned() {
        Ok(account) if account.disabled => sentence(
            format!("服务号“{}”，已停用", account.name),
            format!("the account {}, which is disabled", account.name),
        ),
        Ok(account) => sentence(
            format!("服务号“{}”，启用中", account.name),
            format!("the account {}, in use", account.name),
        ),
        Err(_) => sentence("组织里没有这个服务号", "no service account of the organisation"),
    })
}

/// A media id is that of a file or of a card.
fn media(tx: &mut Tx<'_>, of: &Subject<'_>, id: &str) -> Result<Sentence> {
    if let Some(card) = tx.card(of.corp, &CardId::from(id))? {
        let count = card.articles.len();
        return Ok(sentence(
            format!("服务号 {} 的卡片，有 {count} 篇文章", card.account),
            format!("a card of the account {} with {count} articles", card.account),
        ));
    }
    let Some(media) = tx.media(of.corp, &MediaId::from(id))? else {
        return Ok(sentence(
            "组织里没有这个编号的文件或卡片",
            "neither a file nor a card of the organisation",
        ));
    };
    let (kind, at) = (media.media_type.as_str(), of.time(media.created_at));
    let (zh, en) = match media.owner {
        MediaOwner::App(key) if key.as_str() == of.call.caller_id => {
            ("由这个应用".to_owned(), "this app".to_owned())
        }
        MediaOwner::App(key) => (format!("由另一个应用 {key} "), format!("another app, {key},")),
        MediaOwner::Member { account, .. } => (
            format!("由成员在服务号 {account} 的会话里"),
            format!("a member in a conversation with {account}"),
        ),
        MediaOwner::Account(account) => {
            (format!("由服务号 {account} 的运营人员"), format!("an operator of service account {account}"))
        }
        MediaOwner::Nobody => ("由系统".to_owned(), "the server".to_owned()),
    };
    Ok(sentence(
        format!("{kind} 文件，{zh}在 {at} 上传"),
        format!("a file of type {kind} that {en} uploaded at {at}"),
    ))
}

fn article(tx: &mut Tx<'_>, of: &Subject<'_>, id: &str) -> Result<Option<Sentence>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    Ok(Some(match tx.article(of.corp, ArticleId(id))? {
        None => sentence("组织里没有这篇文章", "no article of the organisation"),
        Some(article) => {
            let (zh, en) = match (article.deleted, article.published.is_some()) {
                (true, _) => ("已删除", "deleted"),
                (false, true) => ("已发布", "published"),
                (false, false) => ("未发布的草稿", "a draft"),
            };
            sentence(
                format!("服务号 {} 的文章，{zh}", article.account),
                format!("an article of the account {}, {en}", article.account),
            )
        }
    }))
}

fn send(tx: &mut Tx<'_>, of: &Subject<'_>, id: &str) -> Result<Option<Sentence>> {
    let ids = &of.refusal.ids;
    let Some(account) = ids.get("unionid").or_else(|| ids.get("publisherId")) else { return Ok(None) };
    let (account, task) = (AccountId::from(account.as_str()), TaskId::from(id));
    Ok(Some(match tx.send_record(of.corp, &account, &task, of.env.now())? {
        None => sentence("这个服务号没有这条群发", "no send of this account"),
        Some(send) => {
            let at = of.time(send.send_time);
            let (zh, en) = match send.status {
                SendStatus::Waiting => (format!("定于 {at} 发送"), format!("scheduled for {at}")),
                SendStatus::Sending => {
                    (format!("在 {at} 到期，正在发送"), format!("due at {at}, about to be sent"))
                }
                SendStatus::Sent => (format!("在 {at} 发送"), format!("sent at {at}")),
                SendStatus::Failed => (format!("在 {at} 发送失败"), format!("failed at {at}")),
                SendStatus::Held => (
                    format!("定于 {at} 发送，已逾期，等待运营人员决定"),
                    format!("scheduled for {at}, overdue, waits for an operator"),
                ),
                SendStatus::Recalled => ("已撤回或取消".to_owned(), "recalled or cancelled".to_owned()),
            };
            sentence(format!("群发，{zh}"), format!("a send, {en}"))
        }
    }))
}

fn member(tx: &mut Tx<'_>, of: &Subject<'_>, id: &str) -> Result<Sentence> {
    let userid = UserId::from(id);
    if tx.member_no(of.corp, &userid)?.is_some() {
        return Ok(sentence("组织的成员", "a member of the organisation"));
    }
    Ok(match tx.present_or_former_member(of.corp, &userid)? {
        Some(_) => sentence("已离职的成员", "a member who has left"),
        None => sentence("组织里没有这名成员", "no member of the organisation"),
    })
}

fn members(tx: &mut Tx<'_>, of: &Subject<'_>, list: &str) -> Result<Option<Sentence>> {
    let mut unknown = Vec::new();
    for id in list.split(',').map(str::trim).filter(|id| !id.is_empty()).take(LISTED_USERS) {
        if tx.member_no(of.corp, &UserId::from(id))?.is_none() {
            unknown.push(id);
        }
    }
    let count = unknown.len();
    unknown.truncate(NAMED_USERS);
    let names = unknown.join(", ");
    Ok((count > 0).then(|| {
        sentence(format!("其中 {count} 个不是成员：{names}"), format!("{count} of them no members: {names}"))
    }))
}

fn department(tx: &mut Tx<'_>, of: &Subject<'_>, id: &str) -> Result<Option<Sentence>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    Ok(Some(match tx.state().corp(of.corp)?.department(DeptId(id)).cloned() {
        Ok(node) => {
            let (name, members) = (&node.department.profile.name, node.members.len());
            let children = node.children.len();
            sentence(
                format!("部门“{name}”，直属成员 {members} 人，子部门 {children} 个"),
                format!(
                    "the department {name} with {members} direct members and {children} departments below"
                ),
            )
        }
        Err(_) => sentence("没有这个部门", "no department"),
    }))
}

fn role(tx: &mut Tx<'_>, of: &Subject<'_>, id: &str) -> Result<Option<Sentence>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    Ok(Some(match tx.role(of.corp, RoleId(id))? {
        Some(role) => {
            let holders =
                tx.state().corp(of.corp)?.role_members.get(&role.id).map_or(0, |members| members.len());
            sentence(
                format!("角色“{}”，{holders} 名成员拥有", role.name),
                format!("the role {}, which {holders} members have", role.name),
            )
        }
        None => sentence("没有这个角色", "no role"),
    }))
}

fn group(tx: &mut Tx<'_>, of: &Subject<'_>, id: &str) -> Result<Sentence> {
    Ok(match tx.group(of.corp, &ConversationId::from(id))? {
        Some(group) => sentence(format!("群“{}”", group.title), format!("the group {}", group.title)),
        None => sentence("组织里没有这个群", "no group of the organisation"),
    })
}
