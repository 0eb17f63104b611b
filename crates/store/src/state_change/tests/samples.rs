//! Rows that the units of the property test write, made from a few numbers.

use std::{collections::BTreeMap, sync::Arc};

use carillon_model::{
    audience::Audience,
    contact::{Department, DepartmentProfile, Member, Membership, Profile},
    error::Result,
    group::{Group, GroupKind, GroupOrigin, GroupTemplate},
    id::{AccountId, AppKey, ConversationId, CorpId, DeptId, GroupNo, MediaId, MemberNo, TaskId, UserId},
    message::{Message, Receivers, SendSource},
    service_account::{Menu, MenuButton, ServiceAccount},
    time::{HOUR_MS, Timestamp},
};

use crate::{
    send::Send,
    state::CorpState,
    subscription::{CallbackOwner, Push, Subscription},
    tx::Tx,
};

pub(super) fn group(corp: &CorpId, no: i64, a: u8, b: u8) -> Group {
    let created_at = Timestamp(i64::from(a % 16) * HOUR_MS * 7);
    Group {
        no: GroupNo(no),
        id: ConversationId::from(format!("{corp}-{no}")),
        origin: GroupOrigin::ALL[usize::from(b % 3)],
        title: String::new(),
        kind: GroupKind::ALL[usize::from(a % 4)],
        department: None,
        template: GroupTemplate::default(),
        synced_to_drive: false,
        extensions: BTreeMap::new(),
        owner: None,
        creator: MemberNo(1),
        member_count: 0,
        administrator_count: 0,
        words_banned: false,
        used_bytes: 0,
        created_at,
        active_at: created_at,
        dissolved_at: (b % 2 == 0).then(|| created_at.plus_ms(i64::from(b) * HOUR_MS)),
        named_until: Timestamp(0),
        titled_at: Timestamp(0),
    }
}

pub(super) fn pick<T>(from: impl Iterator<Item = T>, number: u8) -> Option<T> {
    let mut all: Vec<T> = from.collect();
    (!all.is_empty()).then(|| all.swap_remove(usize::from(number) % all.len()))
}

pub(super) fn userid(corp: &CorpId, no: MemberNo) -> UserId {
    UserId::from(format!("{corp}-{}", no.0))
}

pub(super) fn service_account(corp: &CorpId, seq: i64, a: u8) -> ServiceAccount {
    ServiceAccount {
        id: AccountId::from(format!("{corp}-{seq}")),
        seq,
        name: a.to_string(),
        avatar_media_id: MediaId::from("@lA"),
        brief: String::new(),
        desc: String::new(),
        preview_media_id: MediaId::from("@lA"),
        disabled: false,
        created_at: Timestamp(0),
        menu: None,
    }
}

pub(super) fn menu(b: u8) -> Menu {
    let item = MenuButton { name: b.to_string(), ..MenuButton::default() };
    let parent = MenuButton {
        name: "更多".to_owned(),
        children: vec![item.clone(); usize::from(b % 3)],
        ..item.clone()
    };
    Menu { buttons: vec![item, parent], enable_input: b % 2 == 0, stopped: b % 7 == 0 }
}

pub(super) fn new_member(corp: &CorpId, no: i64, dept: &Department, active: bool) -> Member {
    let no = MemberNo(u32::try_from(no).unwrap());
    let order = i64::from(no.0 % 5) - 2;
    let mut departments = vec![Membership { leader: no.0 % 4 == 0, order, ..Membership::ordinary(dept.id) }];
    if dept.id != DeptId::ROOT && no.0 % 3 == 0 {
        departments.push(Membership::ordinary(DeptId::ROOT));
    }
    Member {
        no,
        userid: userid(corp, no),
        unionid: userid(corp, no).to_string(),
        profile: Profile { name: no.0.to_string(), ..Profile::default() },
        departments,
        active,
        admin: None,
        created_at: Timestamp(0),
        modified_at: Timestamp(0),
    }
}

pub(super) fn department(id: DeptId, parent_id: Option<DeptId>, a: u8) -> Department {
    let profile = DepartmentProfile {
        name: format!("部门{}", id.0),
        order: i64::from(a % 5),
        ..DepartmentProfile::default()
    };
    Department { id, parent_id, profile }
}

/// Fills the lists of who may see a department, and of what its members may see.
pub(super) fn permit(
    department: &mut Department,
    state: &CorpState,
    corp: &CorpId,
    member: Option<MemberNo>,
    other: Option<MemberNo>,
    a: u8,
) {
    let named = |no: Option<MemberNo>| no.map(|no| userid(corp, no));
    let profile = &mut department.profile;
    profile.user_permits = named(member).into_iter().collect();
    profile.outer_permit_users = named(other).into_iter().filter(|_| a % 2 == 0).collect();
    profile.org_dept_owner = named(member).filter(|_| a % 3 == 0);
    profile.dept_permits = pick(state.departments.keys(), a).copied().into_iter().collect();
    profile.outer_permit_depts = pick(state.departments.keys(), a / 2).copied().into_iter().collect();
}

pub(super) fn subscription(app: AppKey, b: u8) -> Subscription {
    let push = if b % 2 == 0 {
        Push::Stream
    } else {
        Push::Http { url: b.to_string(), owner: CallbackOwner::App, secrets: vec![b] }
    };
    Subscription { app, patterns: vec!["*".to_owned(), b.to_string()], push, updated_at: Timestamp(b.into()) }
}

pub(super) fn send(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    state: &CorpState,
    a: u8,
    b: u8,
) -> Result<()> {
    let number = tx.next_number(corp, "test")?.to_string();
    let audience: Audience = state.everyone.iter().filter(|no| no.0 % 2 == u32::from(a % 2)).collect();
    tx.insert_send(
        corp,
        &Send {
            task: TaskId::from(format!("{corp}-{number}")),
            account: account.clone(),
            uuid: number,
            app_key: AppKey::from("app"),
            created_at: Timestamp(i64::from(a)),
            requested_at: None,
            overdue_since: None,
            source: SendSource::Api,
            operator: None,
            indexed: b % 4 == 0,
            preview: false,
            targeted: false,
            allow_comment: false,
            comment_type: 0,
            show_homepage: false,
            content_hash: [0; 32],
            message: Message::Text { content: b.to_string() },
            named: Receivers::default(),
            audience: Arc::new(audience),
        },
    )?;
    Ok(())
}
